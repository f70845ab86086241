/** The README's table of sizes, made of what was measured. */
import { formatSize } from '../checks/format-size.ts';
import { StagecraftError } from '../errors.ts';
import type { Measurements } from './recorded-measurements.ts';

/** Stacks by the exercise whose starter is the naive way and whose solution is the final one. */
const stacks: readonly [stack: string, exercise: string][] = [
  ['Go server on scratch', 'go-scratch'],
  ['Rust server on distroless cc', 'rust-distroless-cc'],
  ['React app on nginx', 'react-nginx'],
  ['TypeScript API on Node.js slim', 'ts-two-stages'],
  ['Next.js on Node.js slim', 'next-standalone'],
  ['Python service in a virtual environment', 'python-venv'],
  ['Java service on a JRE', 'java-jre'],
  ['Java service on a runtime made by jlink', 'java-jlink'],
];

const begin = '<!-- sizes: written by `npm run measure` -->';
const end = '<!-- /sizes -->';

/** @throws StagecraftError `bad_input` when the README has no place for the table, or a size was never measured */
export function withSizes(readme: string, { values }: Pick<Measurements, 'values'>): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) {
    throw new StagecraftError('bad_input', `README.md needs the lines ${begin} and ${end} around its table of sizes.`);
  }
  return `${readme.slice(0, from + begin.length)}\n${tableOf(values)}\n${readme.slice(to)}`;
}

function tableOf(values: Measurements['values']): string {
  const rows = stacks.map(([stack, exercise]) => {
    const naive = sizeOf(values, `exercise:${exercise}:starter`);
    const final = sizeOf(values, `exercise:${exercise}:solution`);
    return `| ${stack} | ${formatSize(naive)} | ${formatSize(final)} | ${(naive / final).toFixed(1)} × |`;
  });
  return ['| stack | as first written | in stages | smaller by |', '|---|---|---|---|', ...rows].join('\n');
}

function sizeOf(values: Measurements['values'], id: string): number {
  const found = values[id];
  if (found !== undefined) return found.sizeBytes;
  throw new StagecraftError('bad_input', `The size "${id}" was never measured. Run \`npm run measure\`.`);
}
