/** `npm run bench -- <name>`: measurements side by side; prints ratios, asserts nothing. */
import { readSettings } from '../settings.ts';

const benchmarks: Record<string, () => Promise<void>> = {
  overhead: async () => (await import('./overhead.ts')).overhead(readSettings()),
};

const [name = ''] = process.argv.slice(2);
const bench = benchmarks[name];
if (bench === undefined) {
  process.stderr.write(`Expected the name of a benchmark (${Object.keys(benchmarks).join(', ')}), found "${name}".\n`);
  process.exit(2);
}
await bench();
process.exit(0);
