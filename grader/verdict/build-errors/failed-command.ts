/** Any other command that failed, with what its last words suggest. */
import { quoted } from '../../dockerfile/findings.ts';
import { type Explanation, type FailedStep, instructionsBefore } from './facts.ts';

export const permissionDenied: Explanation = (step) => {
  const path = /['‘"]?([^\s'’"]+)['’"]?: Permission denied|EACCES: permission denied, \w+ '([^']+)'/.exec(step.text);
  if (path === null || step.failure.exitCode === undefined) return undefined;
  const user = instructionsBefore(step).findLast((each) => each.keyword === 'USER');
  const name = path[1] ?? path[2] ?? '';
  const hint =
    user === undefined
      ? 'Check the rights of the file, e.g. whether it may be executed (chmod +x).'
      : `Line ${user.line} changed to the user ${quoted(user.text)}: do this before it, or give the folder to that user with COPY --chown or chown.`;
  return { code: 'command_failed', message: `${step.where} was not permitted to use ${quoted(name)}.`, hint };
};

export const nodeModuleNotFound: Explanation = (step) => {
  const name = /Cannot find (?:module|package) ['"]([^'"]+)['"]/.exec(step.text)?.[1];
  if (name === undefined) return undefined;
  const own = /^[./]/.test(name);
  return {
    code: 'command_failed',
    message: `${step.where}: Node can't find ${own ? 'the file' : 'the package'} ${quoted(name)}.`,
    hint: own
      ? 'Check what was copied or compiled before this line, and into which folder.'
      : 'Install it in this stage first, and check that it stands in package.json.',
  };
};

export const failedCommand: Explanation = (step) => {
  const { failure, where } = step;
  if (failure.exitCode === undefined) return undefined;
  const words = lastWords(step);
  const hint = words === undefined ? undefined : `Its last words: ${words}`;
  if (failure.exitCode === 137) {
    return { code: 'command_failed', message: `${where} was killed (exit code 137).`, ...(hint && { hint }) };
  }
  return {
    code: 'command_failed',
    message: `${where} failed with exit code ${failure.exitCode}.`,
    ...(hint && { hint }),
  };
};

/** The line that says most: the last one with an error in it, else the last one with a letter in it. */
function lastWords({ failure }: FailedStep): string | undefined {
  const lines = failure.logTail.map((line) => line.trim()).filter((line) => /[\p{L}]/u.test(line));
  const telling = lines.filter(
    (line) =>
      !/complete log of this run|^npm (?:error|ERR!) (?:code|path|command|workspace|location|Lifecycle)/.test(line),
  );
  const found =
    telling.findLast((line) => /error|fail|cannot|can't|not found|denied|invalid/i.test(line)) ?? telling.at(-1);
  return found === undefined ? undefined : quoted(found.length > 200 ? `${found.slice(0, 199)}…` : found);
}
