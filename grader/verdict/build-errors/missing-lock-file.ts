/** Package managers that miss the file that says what to install. */
import { fitsPattern } from '../../dockerfile/fits-pattern.ts';
import type { InstructionModel } from '../../dockerfile/model.ts';
import { type Explained, type Explanation, type FailedStep, instructionsBefore } from './facts.ts';

export const missingLockFile: Explanation = (step) => {
  const { text, where } = step;
  if (/npm ci`? command can only install with an existing package-lock\.json/.test(text)) return npmLock(step);
  if (/npm ci`? can only install packages when your package\.json and package-lock\.json/.test(text)) {
    const message = `${where}: package-lock.json does not fit package.json.`;
    return {
      code: 'lock_file_missing',
      message,
      hint: 'Copy both from the app as they are, and do not change package.json before npm ci.',
    };
  }
  if (/missing go\.sum entry/.test(text)) {
    const copied = isCopied(step, 'go.sum');
    const message = `${where}: ${copied ? 'go.sum lacks an entry for a module that is imported' : 'go.sum is not in this stage'}.`;
    return {
      code: 'lock_file_missing',
      message,
      hint: copied
        ? 'Copy go.mod and go.sum from the app as they are.'
        : copyHint(step, 'go.sum', 'COPY go.mod go.sum ./'),
    };
  }
  if (/Could not read package\.json|ENOENT.*package\.json|enoent.*package\.json/.test(text)) {
    return {
      code: 'file_not_found',
      message: `${where}: package.json is not in this stage.`,
      hint: copyHint(step, 'package.json', 'COPY package*.json ./'),
    };
  }
  if (/go\.mod file not found/.test(text)) {
    return {
      code: 'file_not_found',
      message: `${where}: go.mod is not in this stage.`,
      hint: copyHint(step, 'go.mod', 'COPY go.mod go.sum ./'),
    };
  }
  return undefined;
};

function npmLock(step: FailedStep): Explained {
  const missing = isCopied(step, 'package.json') ? 'package-lock.json is' : 'package.json and package-lock.json are';
  return {
    code: 'lock_file_missing',
    message: `${step.where}: ${missing} not in this stage, and npm ci installs exactly what package-lock.json says.`,
    hint: copyHint(step, 'package-lock.json', 'COPY package*.json ./'),
  };
}

function copyHint(step: FailedStep, name: string, how: string): string {
  const inApp = step.contextFiles?.some((file) => file === name || file.endsWith(`/${name}`)) ?? true;
  if (!inApp) return `The app has no ${name}.`;
  const copies = instructionsBefore(step).filter(isContextCopy);
  const last = copies.at(-1);
  const before = last === undefined ? 'Nothing was copied before this line.' : `Line ${last.line} does not copy it.`;
  return isCopied(step, name)
    ? `Check that it was copied into the folder of WORKDIR.`
    : `${before} Copy it first: ${how}`;
}

function isCopied(step: FailedStep, name: string): boolean {
  return instructionsBefore(step).some(
    (each) => isContextCopy(each) && (each.copy?.sources.some((source) => covers(source, name)) ?? false),
  );
}

function isContextCopy(instruction: InstructionModel): boolean {
  return instruction.copy !== undefined && instruction.copy.from === undefined;
}

/** Whether a COPY source takes the file: `.`, `*`, `package*.json`, the name itself. */
function covers(source: string, name: string): boolean {
  const plain = source.replace(/^["'.]*\//, '').replace(/["']/g, '');
  if (plain === '' || plain === '.') return true;
  return fitsPattern(`**/${plain}`, name);
}
