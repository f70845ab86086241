/** A report as text for a terminal: evidence first, then what was expected, then why (as on the site). */
import { styleText } from 'node:util';
import { formatSize } from '../checks/format-size.ts';
import {
  type BuildReport,
  type CheckReport,
  contextVertexName,
  type ImageReport,
  type Report,
  type StageReport,
} from '../contract/report.ts';

const marks: Record<CheckReport['status'], string> = {
  passed: styleText('green', '✓'),
  failed: styleText('red', '✗'),
  skipped: styleText('dim', '–'),
};

const verdictWords: Record<Report['verdict'], string> = {
  passed: 'Passed',
  failed: 'Not yet: some checks failed',
  build_failed: 'The image was not built',
  limit_exceeded: 'Stopped at a limit of the sandbox',
  grader_error: 'The grader failed; this is not your mistake',
};

const where = (line: number | undefined) => (line ? ` (Dockerfile:${line})` : '');

export function renderReport(report: Report, subject: string): string {
  const parts = [
    `${styleText('bold', subject)}: ${verdictWords[report.verdict]}`,
    renderBuild(report.build),
    ...report.checks.map(renderCheck),
    report.image ? renderImage(report.image) : '',
    renderStages(report.stages),
    ...(report.advice ?? []).map((advice) => `! ${advice.message}${where(advice.line)}`),
    report.catalogue.source === 'stand-in' ? styleText('dim', 'Base images: stand-ins built on this machine.') : '',
  ];
  return `${parts.filter(Boolean).join('\n')}\n`;
}

function renderBuild(build: BuildReport): string {
  const lines: string[] = [];
  for (const finding of build.findings) {
    const mark = finding.severity === 'error' ? marks.failed : styleText('yellow', '!');
    lines.push(`${mark} ${finding.file}:${finding.line}:${finding.column} ${finding.message}`);
  }
  const steps = build.vertexes.filter(({ name }) => name !== contextVertexName);
  const cached = steps.filter((vertex) => vertex.cached).length;
  const seconds = (build.durationMs / 1000).toFixed(1);
  if (steps.length > 0) lines.push(`  built in ${seconds} s, ${steps.length} steps, ${cached} from cache`);
  const refused = build.findings.some((finding) => finding.severity === 'error');
  if (build.error && !refused) {
    lines.push(`${marks.failed} ${build.error.message}${where(build.error.line)}`);
    if (build.error.hint) lines.push(`  ${build.error.hint}`);
    if (build.error.raw) lines.push(styleText('dim', indent(build.error.raw)));
  }
  return lines.join('\n');
}

function renderCheck(check: CheckReport): string {
  const head = `${marks[check.status]} ${check.title ?? check.id}: ${check.actual}`;
  if (check.status !== 'failed') return head;
  const lines = [`${head}${where(check.line)}`, `    expected: ${check.expected}`, `    ${check.message}`];
  for (const { ok, line, message } of check.details ?? [])
    lines.push(`    ${ok ? marks.passed : marks.failed} ${message}${where(line)}`);
  if (check.why) lines.push(styleText('dim', `    why: ${check.why}`));
  return lines.join('\n');
}

function renderImage(image: ImageReport): string {
  const lines = [
    '',
    `Image ${formatSize(image.sizeBytes)} (${formatSize(image.compressedBytes)} compressed), base ${image.baseImage ?? 'scratch'}, ` +
      `user ${image.user || 'root'}, ports ${image.exposedPorts.join(' ') || 'none'}`,
    `  entrypoint ${JSON.stringify(image.entrypoint)} cmd ${JSON.stringify(image.cmd)}`,
  ];
  for (const layer of image.layers) {
    if (layer.sizeBytes === 0 && layer.fromBase) continue;
    const size = formatSize(layer.sizeBytes).padStart(9);
    const from = layer.fromBase ? styleText('dim', 'base') : layer.line ? `line ${layer.line}` : '';
    lines.push(`  ${size}  ${from.padEnd(8)} ${layer.createdBy.replace(/\s+/g, ' ').slice(0, 90)}`);
  }
  return lines.join('\n');
}

function renderStages(stages: StageReport[]): string {
  return stages
    .filter((stage) => stage.sizeBytes !== undefined)
    .map(
      (stage) =>
        `  stage ${stage.name} (FROM ${stage.baseName}, line ${stage.line}): ${formatSize(stage.sizeBytes ?? 0)}`,
    )
    .join('\n');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
