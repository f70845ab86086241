/**
 * `npx stagecraft`: one command per file of this folder. Exit codes: 0 passed or done, 1 not passed, 2 wrong usage or
 * bad input, 3 a fault of the grader or of this machine.
 */
import { Command, CommanderError } from 'commander';
import { isCancelled, StagecraftError, sentenceFor } from '../errors.ts';
import { readSettings } from '../settings.ts';
import { type CommandContext, exitCodes } from './command.ts';

/** Codes of StagecraftError that are the caller's to mend. */
const badInputCodes = new Set(['bad_input', 'not_found', 'too_large']);

const collect = (value: string, earlier: string[]) => [...earlier, value];
const weakIsolation = [
  '--accept-weak-isolation',
  'grade although walls of the sandbox are missing (`engine check`)',
] as const;

function buildProgram(context: CommandContext, done: (code: number) => void): Command {
  const program = new Command('stagecraft')
    .description('Learn multi-stage Docker builds by doing: grade, inspect and serve.')
    .exitOverride()
    .showHelpAfterError('(run with --help for what is there)');

  program
    .command('start')
    .description('serve the course and its grader')
    .option('--port <port>', 'port to listen on')
    .option(...weakIsolation)
    .action(async (options) => done(await (await import('./start.ts')).start(options, accepting(options, context))));
  program
    .command('grade')
    .description('build and judge a Dockerfile as the exercise does; without files its own solution')
    .argument('<exercise>', 'slug of an exercise')
    .option('--dockerfile <file>', 'the Dockerfile to grade')
    .option('--dockerignore <file>', 'the .dockerignore to grade it with')
    .option('--json', 'print one JSON object (see `stagecraft schema`)')
    .option('--junit <file>', 'also write the checks as JUnit XML')
    .option(...weakIsolation)
    .action(async (slug, options) =>
      done(await (await import('./grade.ts')).grade(slug, options, accepting(options, context))),
    );
  program
    .command('inspect')
    .description("build any project's Dockerfile in the sandbox and report what it ships")
    .argument('<folder>', 'the build context')
    .option('--dockerfile <file>', 'Dockerfile to use (default: <folder>/Dockerfile)')
    .option('--target <stage>', 'stage to build')
    .option('--build-arg <key=value>', 'build argument, may be repeated', collect, [])
    .option('--secret <id=…,src=…>', 'build secret, may be repeated', collect, [])
    .option(...weakIsolation)
    .option('--json', 'print one JSON object (see `stagecraft schema`)')
    .action(async (folder, options) =>
      done(await (await import('./inspect.ts')).inspect(folder, options, accepting(options, context))),
    );
  program
    .command('verify')
    .description(
      'prove exercises and lessons on the real engine: solution twice, also-right, mistakes, starter, Dockerfiles in the text',
    )
    .argument('[names...]', 'slugs of exercises and names of lessons; none means all')
    .option('--summary <file>', 'write {passed, failures} as JSON')
    .option('--watch', 'prove what was saved again after every save; for authors')
    .option('--changed [commit]', 'only what differs from a commit (without one: from HEAD)')
    .option('--essential', 'only that each solution passes, once, and each starter does not')
    .option('--json', 'print JSON: every case with its phases in milliseconds')
    .option(...weakIsolation)
    .action(async (slugs, options) =>
      done(await (await import('./verify.ts')).verify(slugs, options, accepting(options, context))),
    );
  addOtherCommands(program, context, done);
  addNewCommands(program, context, done);
  addCatalogueCommands(program, context, done);
  addEngineCommands(program, context, done);
  return program;
}

function addOtherCommands(program: Command, context: CommandContext, done: (code: number) => void): void {
  program
    .command('measure')
    .description('build exercises on the catalogue in use and record their sizes in content/measurements.json')
    .argument('[exercises...]', 'slugs; none means all')
    .option('--provisional', 'add them although the recorded ones come from another catalogue, and mark them so')
    .action(async (slugs, options) => done(await (await import('./measure.ts')).measure(slugs, options, context)));
  program
    .command('mutate')
    .description('make wrong Dockerfiles of solutions by rule, build them, and tell which ones no check refuses')
    .argument('[exercises...]', 'slugs; none means all')
    .option('--rule <id>', 'only this rule, may be repeated', collect, [])
    .option('--list', 'only say what would be built')
    .option('--json', 'print JSON')
    .option(...weakIsolation)
    .action(async (slugs, options) =>
      done(await (await import('./mutate.ts')).mutate(slugs, options, accepting(options, context))),
    );
  program
    .command('doctor')
    .description('what this machine has and lacks for grading, and what mends it; changes nothing')
    .option('--json', 'print JSON')
    .action(async (options) => done(await (await import('./doctor.ts')).doctor(options, context)));
  program
    .command('schema')
    .description('print the JSON Schema of what grade and inspect print with --json')
    .action(async () => done((await import('./schema.ts')).printSchema()));
}

function addNewCommands(program: Command, context: CommandContext, done: (code: number) => void): void {
  const create = program.command('new').description('begin an exercise or a lesson');
  create
    .command('exercise')
    .description('write a folder that proves itself, with places for your texts')
    .argument('<slug>', 'its name, like tea-shop')
    .requiredOption('--lesson <name>', 'the lesson that it belongs to')
    .action(async (slug, options) => done(await (await import('./new.ts')).newExercise(slug, options, context)));
  create
    .command('lesson')
    .description('write a lesson and its quiz, with places for your texts')
    .argument('<name>', 'its number and name, like 24-what-comes-next')
    .requiredOption('--module <title>', 'the module that it belongs to')
    .action(async (slug, options) => done(await (await import('./new.ts')).newLesson(slug, options, context)));
}

function addCatalogueCommands(program: Command, context: CommandContext, done: (code: number) => void): void {
  const catalogue = program.command('catalogue').description('the base images');
  catalogue
    .command('list')
    .description('what a FROM may name, and whether it is ready')
    .option('--json', 'print JSON')
    .action(async (options) => done(await (await import('./catalogue.ts')).list(options, context)));
  catalogue
    .command('build')
    .description('bring every image and package into the sandbox engine')
    .action(async () => done(await (await import('./catalogue.ts')).build(context)));
  catalogue
    .command('debian-inputs <set> <folder> <owner>', { hidden: true })
    .action(async (set, folder, owner) =>
      done(await (await import('./debian-inputs.ts')).debianInputs(set, folder, owner)),
    );
  catalogue
    .command('update')
    .description('ask the registries for the digests of official images and show what would change in the lock file')
    .option('--write', 'also write content/catalogue-lock.json')
    .action(async (options) => done(await (await import('./catalogue-update.ts')).update(options, context)));
  catalogue
    .command('export')
    .description('write all that a machine without a network needs into one file')
    .argument('<file>', 'the file to make')
    .action(async (file) => done(await (await import('./air-gap.ts')).exportCatalogue(file, context)));
  catalogue
    .command('import')
    .description('check such a file and put its contents in place; needs no network')
    .argument('<file>', 'what catalogue export wrote')
    .action(async (file) => done(await (await import('./air-gap.ts')).importCatalogue(file, context)));
}

function addEngineCommands(program: Command, context: CommandContext, done: (code: number) => void): void {
  const engine = program.command('engine').description('the sandbox engine');
  engine
    .command('start')
    .description('start it and leave it running')
    .action(async () => done(await (await import('./engine.ts')).start(context)));
  engine.command('hold', { hidden: true }).action(async () => done(await (await import('./engine.ts')).hold(context)));
  engine
    .command('stop')
    .description('stop it and everything it runs')
    .option('--force', 'also when a server or another command uses it')
    .action(async (options) => done(await (await import('./engine.ts')).stop(options, context)));
  engine
    .command('check')
    .description('attack it from inside a build and a container, and say which walls hold')
    .option('--json', 'print JSON')
    .action(async (options) => done(await (await import('./engine-check.ts')).check(options, context)));
  engine
    .command('remove')
    .description('stop the engine and remove its data and everything that was made for it on your Docker')
    .option('--force', 'also while others use it; what they build is lost')
    .action(async (options) => done(await (await import('./engine.ts')).remove(options, context)));
  engine
    .command('status')
    .description('what it is and who uses it')
    .option('--json', 'print JSON')
    .action(async (options) => done(await (await import('./engine.ts')).status(options, context)));
}

/** The flag says the same as the setting; either is enough. */
function accepting(options: { acceptWeakIsolation?: boolean }, context: CommandContext): CommandContext {
  if (!options.acceptWeakIsolation) return context;
  return { ...context, settings: { ...context.settings, acceptWeakIsolation: true } };
}

function interruptible(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted && signal === 'SIGINT') process.exit(exitCodes.interrupted);
    controller.abort(new StagecraftError('cancelled', 'Interrupted.'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return controller.signal;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.badInput;
  if (isCancelled(error)) {
    process.stderr.write('Stopped.\n');
    return exitCodes.interrupted;
  }
  process.stderr.write(`${sentenceFor(error)}\n`);
  if (!(error instanceof StagecraftError))
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return error instanceof StagecraftError && badInputCodes.has(error.code) ? exitCodes.badInput : exitCodes.graderFault;
}

async function main(argv: string[]): Promise<number> {
  try {
    let code: number = exitCodes.passed;
    const context = { settings: readSettings(), signal: interruptible() };
    await buildProgram(context, (result) => {
      code = result;
    }).parseAsync(argv);
    return code;
  } catch (error) {
    return exitCodeOf(error);
  }
}

// Nobody may be left to read (a closed window, `| head`), or the file be full: what is being done ends in order all the same.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

// Not process.exitCode: a kept-alive socket of the engine must not hold a finished command.
process.exit(await main(process.argv));
