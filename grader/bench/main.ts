/** `npm run bench -- <name>`: measurements side by side, which assert nothing, and one long proof. */
import { readSettings } from '../settings.ts';

const [name = '', file] = process.argv.slice(2);

const benchmarks: Record<string, () => Promise<void>> = {
  overhead: async () => (await import('./overhead.ts')).overhead(readSettings()),
  site: async () => (await import('./site.ts')).site(readSettings(), file),
  'air-gap': async () => (await import('./air-gap.ts')).airGap(readSettings(), file),
};

const bench = benchmarks[name];
if (bench === undefined) {
  process.stderr.write(`Expected the name of a benchmark (${Object.keys(benchmarks).join(', ')}), found "${name}".\n`);
  process.exit(2);
}
await bench();
process.exit(0);
