/** What can be looked up: checks and build errors, each with its page. */

import { getCollection } from 'astro:content';
import { onSite } from '../address.ts';

export interface ReferencePage {
  id: string;
  title: string;
  summary: string;
  href: string;
}

const byTitle = (one: ReferencePage, other: ReferencePage) => one.title.localeCompare(other.title, 'en');

export async function checkPages(): Promise<ReferencePage[]> {
  const checks = await getCollection('checks');
  return checks.map(({ id, data }) => ({ id, ...data, href: onSite(`/checks/${id}/`) })).sort(byTitle);
}

export async function errorPages(): Promise<ReferencePage[]> {
  const errors = await getCollection('errors');
  return errors
    .map(({ id, data: { title, summary } }) => ({ id, title, summary, href: onSite(`/errors/${id}/`) }))
    .sort(byTitle);
}
