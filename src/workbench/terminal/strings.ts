/** The texts of the terminal. */
import type { TerminalEnd } from '../../../grader/contract/terminal.ts';

const minutes = (ms: number) => `${Math.round(ms / 60_000)}\u00a0min`;

export const words = {
  tab: 'Terminal',
  label: 'Terminal of your image. Shift+Tab or F6 leaves it.',
  loading: 'Opening the terminal',
  failed: 'The terminal could not be loaded. Reload the page.',
  nothingYet: 'Nothing to look into yet',
  nothingYetText: 'Build & check first. Then this tab opens a shell inside the image that you built.',
  building: 'The image is being built',
  buildingText: 'When it is done, this tab opens a shell inside it.',
  never: 'This attempt made no image',
  neverText: 'The build ended before there was anything to look into. The verdict says why.',
  gone: 'The image of this attempt has been removed since',
  goneText:
    'Images are kept for two hours, and only that of your last attempt. Build it again: most of it comes from the cache.',
  buildAgain: 'Build again',
  retry: 'Ask again',
  shell: 'Open a shell',
  toolbox: 'Open a shell from the toolbox',
  end: 'End the shell',
  commands: 'What Stagecraft knows of the image',
  history: 'History',
  inspect: 'Inspect',
  files: 'Files',
  help: 'Help',
  reader: 'Read aloud',
  readerLong: 'Lets a screen reader follow what the terminal writes',
  noShell: 'There is no shell in this image',
  noShellText:
    'Good: who breaks into your program finds no sh, no curl and no package manager to go on with. When you must look inside, bring your own tools: the toolbox lies beside your image’s files for as long as the shell is open, at /.stagecraft, and is no part of the image.',
  status: {
    prompt: (attempt: number) => `Image of attempt ${attempt}. Type help, or open a shell.`,
    opening: 'Opening the shell',
    open: (idleMs: number, totalMs: number) =>
      `Shell open: read-only but for /tmp, no network. Ends after ${minutes(idleMs)} idle, ${minutes(totalMs)} in all.`,
    lost: 'Connection lost. Trying again; the shell waits.',
    moved: 'This shell is open in another tab now.',
    idleSoon: 'The shell ends in half a minute, unless you press a key.',
    totalSoon: 'The shell ends in half a minute: its time is up.',
    input: 'The shell does not read what you type; some of it was dropped.',
    pasteCut: 'That was more than a terminal takes at once: only the first 64 kB were pasted.',
  },
  prompt: 'image',
  greeting: (attempt: number, size: string) => `Attempt ${attempt}, ${size}. Type help for what you can ask.`,
  unknown: (name: string) => `There is no ${name} here, outside of the image. Type shell to go inside, or help.`,
  unknownNoShell: (name: string) =>
    `There is no ${name} here, outside of the image. Type toolbox to go inside, or help.`,
  noReport: 'Nothing is known of this image.',
  oldReport: 'This attempt was graded by an earlier version that did not write this down. Build it again.',
  more: (count: number) => `${count} more are not shown`,
  ended: (end: TerminalEnd): string => {
    switch (end.reason) {
      case 'exited':
        return end.oomKilled
          ? 'The shell was killed: it used more memory than there is.'
          : `The shell has ended with exit code ${end.exitCode}.`;
      case 'ended':
        return 'You ended the shell.';
      case 'idle':
        return 'The shell was ended: no key was pressed for a while.';
      case 'total':
        return 'The shell was ended: its time was up.';
      case 'output':
        return 'The shell was ended: it wrote more than a terminal shows.';
      case 'replaced':
        return 'The shell was ended: you opened another one.';
      case 'lost':
      case 'gone':
        return 'The shell had ended while this page was away.';
      case 'shutdown':
        return 'The shell was ended: the server is closing.';
      case 'misused':
        return 'The shell was ended: this page sent more than a terminal takes.';
      case 'failed':
        return end.message ?? 'The shell could not be opened.';
    }
  },
  helpLines: (hasShell: boolean): [string, string][] => [
    ['history', 'every instruction, what it added, and its line in your Dockerfile'],
    ['inspect', 'the image’s config: command, user, environment, ports'],
    ['ls [path]', 'the image’s files, without starting anything'],
    hasShell
      ? ['shell', 'go inside: a shell in a container of this image']
      : ['toolbox', 'go inside with tools of ours: this image has no shell'],
    ['clear', 'an empty screen'],
  ],
} as const;
