/**
 * What is behind the terminal's screen: Stagecraft's own prompt, which answers from what is known of the image, and the
 * shell that it opens inside the image and that gives the screen back when it ends.
 */
import type { ImageReport } from '../../../grader/contract/report.ts';
import type { TerminalEnd, TerminalMode, TerminalView } from '../../../grader/contract/terminal.ts';
import { ApiFailure, getFiles, terminalAddress } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { bold, commandNames, dim, fileLines, helpLines, historyLines, inspectLines } from './image-commands.ts';
import { emptyLine, insert, type PromptLine, shownPart, typeInto } from './prompt-line.ts';
import { ShellLink } from './shell-link.ts';
import { words } from './strings.ts';
import { Screen } from './xterm-screen.ts';

export interface Attempt {
  /** Of the submission. */
  id: string;
  attempt: number;
  image: ImageReport | undefined;
}

/** `open` with `lost`: the connection is away and the shell waits. */
export type ShellState = 'none' | 'opening' | 'open' | 'lost';

export interface ImageTerminalOptions {
  attempt: Attempt;
  view: TerminalView;
  onState(state: ShellState): void;
  /** A sentence for the line below the screen. */
  onStatus(text: string): void;
  /** The shell ended: what there is may have changed. */
  onEnd(end: TerminalEnd | 'moved'): void;
}

/** A screen that was left in the middle of something: the other screen, the mouse, colours, a hidden cursor. */
const tidyScreen = '\u001b[?1049l\u001b[?1000;1002;1003;1006l\u001b[?2004l\u001b[?1l\u001b[?25h\u001b[0m\u001b[!p';
const pasteCharactersMax = 64 * 1024;

export class ImageTerminal {
  readonly #options: ImageTerminalOptions;
  #screen: Screen | undefined;
  #link: ShellLink | undefined;
  #line: PromptLine = emptyLine;
  #busy = false;
  #disposed = false;

  /** @throws when xterm can't be opened */
  static async open(element: HTMLElement, options: ImageTerminalOptions): Promise<ImageTerminal> {
    const terminal = new ImageTerminal(options);
    terminal.#screen = await Screen.open(element, {
      label: words.label,
      onData: (data) => terminal.#typed(data),
      onResize: (size) => terminal.#resized(size),
      wantsKey: (event) => terminal.#wantsKey(event),
    });
    terminal.#greet();
    const { running } = options.view;
    if (running !== undefined) terminal.#connect(running, true);
    return terminal;
  }

  private constructor(options: ImageTerminalOptions) {
    this.#options = options;
  }

  /** Of an image that is gone nobody knows, so nobody says that it has none. */
  get #hasShell(): boolean {
    const { image, shell } = this.#options.view;
    return image !== 'here' || shell !== undefined;
  }

  focus(): void {
    this.#screen?.term.focus();
  }

  readAloud(on: boolean): void {
    this.#screen?.readAloud(on);
  }

  /** Types a command at the prompt, as a button does. */
  run(command: string): void {
    if (this.#link !== undefined || this.#busy) return;
    this.#line = { ...this.#line, text: '', cursor: 0 };
    this.#typed(`${command}\r`);
    this.focus();
  }

  endShell(): void {
    this.#link?.end();
  }

  dispose(): void {
    this.#disposed = true;
    this.#link?.close();
    this.#screen?.dispose();
  }

  #greet(): void {
    const { attempt, view } = this.#options;
    const size = attempt.image && formatBytes(attempt.image.sizeBytes).replace('\u202f', ' ');
    if (size !== undefined) this.#say([words.greeting(attempt.attempt, size)]);
    if (view.image === 'here') this.#options.onStatus(words.status.prompt(attempt.attempt));
    this.#draw();
  }

  #typed(data: string): void {
    const fits = data.slice(0, pasteCharactersMax);
    if (fits.length < data.length) this.#options.onStatus(words.status.pasteCut);
    this.#link?.type(fits);
    if (this.#link !== undefined || this.#busy) return;
    const { line, actions } = typeInto(this.#line, fits);
    const before = this.#line;
    this.#line = line;
    for (const action of actions) {
      // Only the first command of a paste is run: the rest was meant for a shell.
      if (action.kind === 'run') return void this.#answer(action.line);
      if (action.kind === 'cancel') this.#screen?.print(`${this.#shown(before)}^C\r\n`);
      if (action.kind === 'clear') this.#screen?.print('\u001b[2J\u001b[3J\u001b[H');
      if (action.kind === 'complete') this.#complete();
    }
    this.#draw();
  }

  #complete(): void {
    const { text, cursor } = this.#line;
    const found = commandNames.filter((name) => name.startsWith(text) && text !== '' && cursor === text.length);
    if (found.length === 1) this.#line = insert(this.#line, `${found[0]?.slice(text.length)} `);
  }

  async #answer(line: string): Promise<void> {
    this.#screen?.print(`${this.#shown({ ...emptyLine, text: line, cursor: line.length })}\r\n`);
    const [name = '', ...rest] = line.split(/\s+/);
    if (name === 'shell' || name === 'toolbox') return this.#openShell(name);
    if (name === 'clear') this.#screen?.print('\u001b[2J\u001b[3J\u001b[H');
    else if (name !== '') {
      this.#busy = true;
      this.#say(await this.#linesFor(name, rest.join(' ')));
      this.#busy = false;
    }
    if (!this.#disposed) this.#draw();
  }

  async #linesFor(name: string, argument: string): Promise<string[]> {
    const { image } = this.#options.attempt;
    const columns = this.#screen?.size.columns ?? 80;
    if (name === 'help') return helpLines(this.#hasShell);
    if (name === 'ls') return this.#listed(argument);
    if (name !== 'history' && name !== 'inspect') {
      return [this.#hasShell ? words.unknown(name) : words.unknownNoShell(name)];
    }
    if (image === undefined) return [words.noReport];
    return name === 'history' ? historyLines(image, columns) : inspectLines(image);
  }

  async #listed(path: string): Promise<string[]> {
    const { id, image } = this.#options.attempt;
    try {
      const wanted = path.replace(/^(?:-\w+\s+)+/, '').trim();
      const folder = image?.workingDir || '/';
      return fileLines(await getFiles(id, wanted.startsWith('/') ? wanted : `${folder}/${wanted}`));
    } catch (error) {
      return [error instanceof ApiFailure ? error.message : String(error)];
    }
  }

  #openShell(name: 'shell' | 'toolbox'): void {
    const { view } = this.#options;
    if (view.image !== 'here') this.#say([words.gone]);
    else if (name === 'shell' && !this.#hasShell)
      this.#say([`${words.noShell}. ${dim('toolbox')} opens one beside it.`]);
    else if (name === 'toolbox' && !view.toolbox) this.#say([words.failed]);
    else this.#connect(name, false);
    this.#draw();
  }

  #connect(mode: TerminalMode, resume: boolean): void {
    const { view, onState, onStatus, attempt } = this.#options;
    const { idleMs, totalMs } = view.limits;
    onState('opening');
    onStatus(words.status.opening);
    this.#link = new ShellLink({
      ...{ address: terminalAddress(attempt.id), mode, resume, limits: view.limits },
      size: this.#screen?.size ?? { columns: 80, rows: 24 },
      handlers: {
        onOpen: ({ fresh }) => {
          // What was on the screen of a page that was left is told again.
          if (resume && fresh) this.#screen?.term.reset();
          onState('open');
          onStatus(words.status.open(idleMs, totalMs));
        },
        onOutput: (bytes, done) => this.#screen?.write(bytes, done),
        onWarning: (reason) => {
          const texts = { idle: words.status.idleSoon, total: words.status.totalSoon, input: words.status.input };
          onStatus(texts[reason]);
        },
        onLost: () => {
          onState('lost');
          onStatus(words.status.lost);
        },
        onEnd: (end) => this.#shellEnded(end),
      },
    });
    this.focus();
  }

  #shellEnded(end: TerminalEnd | 'moved'): void {
    this.#link = undefined;
    const text = end === 'moved' ? words.status.moved : words.ended(end);
    // In one write: nothing of the shell's may come in between.
    this.#screen?.print(`${tidyScreen}\r\n${dim(text)}\r\n`);
    this.#options.onState('none');
    this.#options.onStatus(text);
    this.#options.onEnd(end);
    this.#draw();
  }

  #resized(size: { columns: number; rows: number }): void {
    if (this.#link !== undefined) this.#link.resize(size);
    else if (!this.#busy) this.#draw();
  }

  /** What the page keeps for itself: the next room, building, and the way out. */
  #wantsKey(event: KeyboardEvent): boolean {
    if (event.key === 'F6') return false;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return false;
    if (event.key === 'Tab' && event.shiftKey) return false;
    const term = this.#screen?.term;
    if (event.ctrlKey && event.key.toLowerCase() === 'c' && term?.hasSelection()) {
      // The browser copies; the next one is the shell's.
      if (event.type === 'keydown') setTimeout(() => term.clearSelection(), 0);
      return false;
    }
    return event.key !== 'Escape' || this.#link !== undefined;
  }

  #say(lines: readonly string[]): void {
    if (!this.#disposed) this.#screen?.print(lines.map((line) => `\r\u001b[K${line}\r\n`).join(''));
  }

  #shown(line: PromptLine): string {
    const columns = (this.#screen?.size.columns ?? 80) - promptWidth;
    return `\r\u001b[K${prompt}${shownPart(line, columns).text}`;
  }

  #draw(): void {
    if (this.#link !== undefined || this.#disposed) return;
    const columns = (this.#screen?.size.columns ?? 80) - promptWidth;
    const { text, cursor } = shownPart(this.#line, columns);
    const back = text.length - cursor;
    this.#screen?.print(`\r\u001b[K${prompt}${text}${back > 0 ? `\u001b[${back}D` : ''}`);
  }
}

const prompt = `${bold(words.prompt)} > `;
const promptWidth = words.prompt.length + 3;
