import { styleText } from 'node:util';
import { toolboxImage } from '../build/stage-probe.ts';
import { openCatalogue } from '../catalogue/open-catalogue.ts';
import { chooseLauncher } from '../engine/open-engine.ts';
import { StagecraftError } from '../errors.ts';
import { checkAndRemember } from '../isolation/guard-isolation.ts';
import { type IsolationReport, missingWalls, type Wall } from '../isolation/isolation.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Tries every wall of the sandbox on this engine, whatever is remembered of it. */
export async function check(options: { json?: boolean }, { settings, signal }: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const launcher = await chooseLauncher(settings);
  const engine = await launcher.start({ progress: display.sink, signal });
  try {
    const catalogue = await openCatalogue({ engine, cacheDir: settings.cacheDir, progress: display.sink });
    await catalogue.fill({ first: [], only: true, signal });
    const status = await launcher.status();
    if (status === undefined) throw new StagecraftError('engine_unavailable', 'The sandbox engine ended meanwhile.');
    const toolbox = () => catalogue.ready([toolboxImage], signal);
    const report = await checkAndRemember({ engine, settings, toolbox, progress: display.sink, signal }, status);
    display.sink({ id: 'isolation', title: 'Isolation of the sandbox', state: 'ready' });
    display.close();
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : renderIsolation(report));
    return missingWalls(report).length === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await engine.release();
  }
}

/** One line per wall; what was tried, seen and to be done stands below those that are missing. */
export function renderIsolation(report: IsolationReport): string {
  const width = Math.max(...report.walls.map(({ title }) => title.length));
  const missing = missingWalls(report);
  const seconds = (report.durationMs / 1000).toFixed(1);
  const sum =
    missing.length === 0
      ? `All ${report.walls.length} walls held`
      : `${missing.length} of ${report.walls.length} walls are missing`;
  return [
    ...report.walls.map((wall) => lineOf(wall, width)),
    `${sum} (launcher ${report.launcher}, ${seconds} s).`,
    ...missing.flatMap(explain),
    '',
  ].join('\n');
}

function lineOf({ held, title, seen }: Wall, width: number): string {
  const mark = held ? styleText('green', '✓') : styleText('red', '✗');
  return `${mark} ${title.padEnd(width)}  ${styleText('dim', seen.length > 80 ? `${seen.slice(0, 79)}…` : seen)}`;
}

function explain(wall: Wall): string[] {
  return [
    '',
    styleText('bold', wall.title),
    `  tried: ${wall.attempted}`,
    `  seen:  ${wall.seen}`,
    `  mend:  ${wall.mend}`,
  ];
}
