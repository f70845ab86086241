/** For `verify --changed`: which exercises and lessons differ from a commit. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StagecraftError } from '../errors.ts';

const run = promisify(execFile);

/** @throws StagecraftError `bad_input` for a commit that git doesn't know */
export async function changedNames(commit: string, contentDir: string): Promise<string[]> {
  const git = async (...args: string[]) => (await run('git', ['-C', contentDir, ...args, '--', '.'])).stdout;
  try {
    const differing = await git('diff', '--name-only', '--relative', '--end-of-options', commit);
    const untracked = await git('ls-files', '--others', '--exclude-standard');
    return namesOf(`${differing}\n${untracked}`.split('\n'));
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n')[0] ?? String(cause);
    throw new StagecraftError('bad_input', `Expected a commit after --changed, but git says of "${commit}": ${said}`, {
      cause,
    });
  }
}

/** Paths below `content/` as names that `verify` knows; what belongs to none is left out. */
export function namesOf(paths: readonly string[]): string[] {
  const names = paths.flatMap((path) => {
    const [, exercise, lesson, quiz] =
      /^(?:exercises\/([^/]+)\/.+|lessons\/(.+)\.mdx|quizzes\/(.+)\.yaml)$/.exec(path) ?? [];
    return exercise ?? lesson ?? quiz ?? [];
  });
  return [...new Set(names)].sort();
}
