import { StagecraftError } from '../errors.ts';
import { serve } from '../main.ts';
import { buildSite } from './build-site.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Serves the course until Ctrl-C or SIGTERM; then everything that it started ends. */
export async function start(options: { port?: string }, context: CommandContext): Promise<number> {
  const settings = { ...context.settings, port: portOf(options.port) ?? context.settings.port };
  const display = openProgressDisplay();
  const serving = await serve({ settings, progress: display.sink, say: display.say });
  try {
    await buildSite(settings, { progress: display.sink, signal: context.signal });
    display.say(`Stagecraft is open at ${serving.url} (Ctrl-C ends it)`);
    void serving.ready.then(
      () => context.signal.aborted || display.say('Starting is done; the state is at /api/health.'),
    );
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    display.say('Closing …');
    await serving.close();
    display.close();
  }
  return exitCodes.passed;
}

/** @throws StagecraftError `bad_input` */
function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StagecraftError('bad_input', `Expected a port between 1 and 65535, found ${JSON.stringify(text)}.`);
}
