/** A program that is not there: a compiler that was never installed, any other command, or the shell itself. */

import { quoted } from '../../dockerfile/findings.ts';
import type { InstructionModel } from '../../dockerfile/model.ts';
import { type Explained, type Explanation, type FailedStep, instructionsBefore, stageTitle } from './facts.ts';

/** Compilers and bundlers that npm installs, usually as devDependencies. */
const npmTools = new Set(
  'tsc tsup tsx ts-node swc vite vue-tsc webpack rollup esbuild parcel next nuxt nest ng astro svelte-kit remix react-scripts babel gulp eslint jest vitest turbo nx prisma ncc pkg rimraf'.split(
    ' ',
  ),
);
/** Compilers that a base image has or has not. */
const toolchains = new Set(
  'gcc cc g++ c++ clang make cmake go javac mvn gradle cargo rustc python3 python git'.split(' '),
);

export const missingShell: Explanation = ({ text, stage, where }) => {
  const shell = /exec: "([^"]*\/(?:ba|da|a)?sh)": stat [^:]*: no such file or directory/.exec(text)?.[1];
  if (shell === undefined) return undefined;
  const base = stage?.rootBase ?? 'the base image';
  return {
    code: 'command_not_found',
    message: `${where} needs a shell, but ${quoted(base)} has no ${shell}.`,
    hint: 'Do this in an earlier stage that has a shell, and bring the result here with COPY --from.',
  };
};

export const missingCommand: Explanation = (step) => {
  const command = missingName(step.text);
  if (command === undefined) return undefined;
  const name = command.replace(/^.*\//, '');
  const title = stageTitle(step.stage);
  if (npmTools.has(name)) return missingNpmTool(step, name);
  if (toolchains.has(name)) {
    const base = step.stage?.rootBase ?? 'its base image';
    return {
      code: 'compiler_missing',
      message: `${step.where} needs ${name}, but it is not in ${title}: ${quoted(base)} does not bring it.`,
      hint: 'Compile in a stage whose base image has the tools, and copy the result with COPY --from.',
    };
  }
  const path = command.includes('/')
    ? 'Check the path and what was copied before.'
    : 'Check its spelling, or install it before this line.';
  return {
    code: 'command_not_found',
    message: `${step.where}: there is no command ${quoted(command)} in ${title}.`,
    hint: path,
  };
};

function missingName(text: string): string | undefined {
  const patterns = [
    /^(?:\/\S*\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found$/m,
    /^(?:\/\S*\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([^\s:]+): No such file or directory$/m,
    /exec: "([^"]+)": (?:executable file not found in \$PATH|stat [^:]*: no such file or directory)/,
    /^(?:\/usr\/bin\/)?env: [‘'"]?([^\s:’'"]+)[’'"]?: No such file or directory$/m,
    /^make: ([^\s:]+): No such file or directory$/m,
  ];
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

function missingNpmTool(step: FailedStep, name: string): Explained {
  const before = instructionsBefore(step);
  const installs = before.filter(isInstall);
  const message = `${step.where} needs ${name}, but it is not installed in ${stageTitle(step.stage)}.`;
  const production = before.find(
    (each) => (each.keyword === 'ENV' || each.keyword === 'ARG') && /\bNODE_ENV[= ]["']?production/.test(each.text),
  );
  const without = installs.find((each) => /--omit[= ]dev|--only[= ]prod|--production|--prod\b/.test(each.text));
  if (without !== undefined) {
    const hint = `Line ${without.line} installs without devDependencies, and ${name} is one of them. Install everything in the stage that builds, and leave devDependencies out of the stage that ships.`;
    return { code: 'compiler_missing', message, hint };
  }
  if (production !== undefined) {
    const hint = `Line ${production.line} sets NODE_ENV=production, so npm leaves devDependencies out, and ${name} is one of them. Set it in the stage that ships only.`;
    return { code: 'compiler_missing', message, hint };
  }
  const hint =
    installs.length === 0
      ? 'Nothing was installed before: copy package.json and package-lock.json, and run npm ci first.'
      : `It should stand among the devDependencies of package.json, which line ${installs[0]?.line} installs.`;
  return { code: 'compiler_missing', message, hint };
}

function isInstall(instruction: InstructionModel): boolean {
  return instruction.keyword === 'RUN' && /\b(?:npm (?:ci|i|install|clean-install)|yarn|pnpm)\b/.test(instruction.text);
}
