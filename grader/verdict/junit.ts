/** One submission's checks as JUnit XML, for the test reports of CI systems. */
import type { Report } from '../contract/report.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these, not even escaped
const unwritable = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text.replace(unwritable, '\ufffd').replace(/[&<>"']/g, (c) => escapes[c] ?? c);
}

/** A test case per check; the build is a case of its own, so that a failed one shows even without checks. */
export function toJunit(report: Report, suite: string): string {
  const seconds = (report.build.durationMs / 1000).toFixed(3);
  const cases = [buildCase(report, seconds), ...report.checks.map(checkCase)];
  const failures = report.checks.filter((check) => check.status === 'failed').length + (report.build.ok ? 0 : 1);
  const skipped = report.checks.filter((check) => check.status === 'skipped').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="stagecraft" tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds}">`,
    `<testsuite name="${escapeXml(suite)}" tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds}">`,
    `<properties><property name="verdict" value="${report.verdict}"/></properties>`,
    ...cases,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function buildCase(report: Report, seconds: string): string {
  const { ok, error } = report.build;
  const open = `<testcase classname="build" name="the image builds" time="${seconds}"`;
  if (ok) return `${open}/>`;
  const message = escapeXml(error?.message ?? 'the build failed');
  const line = error?.line ? `Dockerfile:${error.line}\n` : '';
  return `${open}><failure type="${error?.code ?? 'unknown'}" message="${message}">${escapeXml(line + (error?.raw ?? ''))}</failure></testcase>`;
}

function checkCase(check: Report['checks'][number]): string {
  const open = `<testcase classname="${escapeXml(check.type)}" name="${escapeXml(check.title ?? check.id)}" time="0"`;
  if (check.status === 'passed') return `${open}/>`;
  if (check.status === 'skipped') return `${open}><skipped message="${escapeXml(check.message)}"/></testcase>`;
  const where = check.line ? `Dockerfile:${check.line}\n` : '';
  const body = `${where}expected: ${check.expected}\nfound: ${check.actual}`;
  return `${open}><failure type="${escapeXml(check.type)}" message="${escapeXml(check.message)}">${escapeXml(body)}</failure></testcase>`;
}
