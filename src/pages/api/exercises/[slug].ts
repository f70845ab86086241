/** The exercise as far as it can be read without a grader: its starter, but no checks; see `../health.ts`. */
import { getCollection } from 'astro:content';
import type { APIRoute } from 'astro';
import type { Exercise } from '../../../../grader/contract/exercise.ts';
import { strings } from '../../../strings.ts';

const starters = import.meta.glob<string>('/content/exercises/*/starter/{Dockerfile,.dockerignore}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export async function getStaticPaths() {
  return (await getCollection('exercises')).map((entry) => ({ params: { slug: entry.id }, props: { entry } }));
}

export const GET: APIRoute = ({ props }) => {
  const { id, data } = props.entry;
  const folder = `/content/exercises/${id}/starter`;
  const answer: Exercise = {
    slug: id,
    title: data.title,
    lesson: data.lesson,
    summary: data.summary,
    minutes: data.minutes,
    stack: data.stack,
    images: data.images,
    ready: false,
    notReady: strings.health.staticMissing,
    starter: { dockerfile: starters[`${folder}/Dockerfile`] ?? '', dockerignore: starters[`${folder}/.dockerignore`] },
    files: [],
    checks: [],
    hints: [],
  };
  return Response.json(answer);
};
