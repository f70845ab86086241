/**
 * An xterm on the page: the page's own colours and type, and nothing that what runs in it could use against the page.
 * A program can't set the window's title, the clipboard, the colours or a link: those sequences end here.
 */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import { onThemeChange } from '../../theme/theme.ts';

export interface ScreenOptions {
  label: string;
  /** Keys and pastes, as a terminal sends them. */
  onData(data: string): void;
  onResize(size: { columns: number; rows: number }): void;
  /** False: not for the terminal, the page may have it. */
  wantsKey(event: KeyboardEvent): boolean;
}

/** Operating system commands that change something outside of the screen: titles, colours, links, the clipboard. */
const refusedCommands = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 50, 52, 104, 110, 111, 112, 117, 119, 133, 633, 777, 1337,
];
const writeBytesMax = 64 * 1024;
const scrollbackLines = 5_000;

export class Screen {
  readonly term: Terminal;
  readonly #fit = new FitAddon();
  readonly #element: HTMLElement;
  readonly #stops: (() => void)[] = [];
  readonly #waiting: { bytes: Uint8Array; done: () => void }[] = [];
  #writing = false;

  /** Waits for the typeface: letters are measured once. */
  static async open(element: HTMLElement, options: ScreenOptions): Promise<Screen> {
    const style = getComputedStyle(element);
    await document.fonts.load(`${style.fontSize} ${style.fontFamily}`).catch(() => {});
    return new Screen(element, options, style);
  }

  private constructor(element: HTMLElement, options: ScreenOptions, style: CSSStyleDeclaration) {
    this.#element = element;
    this.term = new Terminal({
      fontFamily: style.fontFamily,
      fontSize: Number.parseFloat(style.fontSize),
      lineHeight: 1.25,
      minimumContrastRatio: 4.5,
      scrollback: scrollbackLines,
      cursorBlink: false,
      convertEol: false,
      theme: themeOf(element),
      linkHandler: null,
    });
    const { term } = this;
    term.loadAddon(this.#fit);
    for (const command of refusedCommands) term.parser.registerOscHandler(command, () => true);
    term.attachCustomKeyEventHandler(options.wantsKey);
    term.open(element);
    term.textarea?.setAttribute('aria-label', options.label);
    this.fit();
    term.onData(options.onData);
    term.onResize(({ cols: columns, rows }) => options.onResize({ columns, rows }));
    const watch = new ResizeObserver(() => this.fit());
    watch.observe(element);
    this.#stops.push(
      () => watch.disconnect(),
      onThemeChange(() => {
        term.options.theme = themeOf(element);
      }),
      scrollByTouch(element, term),
    );
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.term.cols, rows: this.term.rows };
  }

  /** A hidden panel has no size to fit. */
  fit(): void {
    if (this.#element.clientWidth > 0 && this.#element.clientHeight > 0) this.#fit.fit();
  }

  print(text: string): void {
    this.write(new TextEncoder().encode(text), () => {});
  }

  /** One piece per frame, so that the page stays quick however much comes. */
  write(bytes: Uint8Array, done: () => void): void {
    for (let start = 0; start < bytes.length; start += writeBytesMax) {
      const end = Math.min(bytes.length, start + writeBytesMax);
      this.#waiting.push({ bytes: bytes.subarray(start, end), done: end === bytes.length ? done : () => {} });
    }
    if (!this.#writing) this.#writeNext();
  }

  #writeNext(): void {
    const next = this.#nextPiece();
    this.#writing = next.length > 0;
    if (!this.#writing) return;
    this.term.write(joined(next.map(({ bytes }) => bytes)), () => {
      for (const { done } of next) done();
      // A hidden page has no frames; what a shell says must be taken all the same.
      if (this.#waiting.length === 0 || document.hidden) this.#writeNext();
      else requestAnimationFrame(() => this.#writeNext());
    });
  }

  /** As much as one frame takes: many small pieces count as one. */
  #nextPiece(): { bytes: Uint8Array; done: () => void }[] {
    let size = 0;
    let count = 0;
    for (const { bytes } of this.#waiting) {
      if (count > 0 && size + bytes.length > writeBytesMax) break;
      size += bytes.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  readAloud(on: boolean): void {
    this.term.options.screenReaderMode = on;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.term.dispose();
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A finger moves the text, as it does everywhere else. */
function scrollByTouch(element: HTMLElement, term: Terminal): () => void {
  let lastY: number | undefined;
  let rest = 0;
  const start = ({ touches }: TouchEvent) => {
    lastY = touches.length === 1 ? touches[0]?.clientY : undefined;
    rest = 0;
  };
  const move = (event: TouchEvent) => {
    const y = event.touches[0]?.clientY;
    if (lastY === undefined || y === undefined) return;
    const rowHeight = element.clientHeight / term.rows;
    rest += lastY - y;
    lastY = y;
    const lines = Math.trunc(rest / rowHeight);
    rest -= lines * rowHeight;
    if (lines !== 0) term.scrollLines(lines);
    event.preventDefault();
  };
  element.addEventListener('touchstart', start, { passive: true });
  element.addEventListener('touchmove', move, { passive: false });
  return () => {
    element.removeEventListener('touchstart', start);
    element.removeEventListener('touchmove', move);
  };
}

/** The page's tokens as xterm wants them: it knows no OKLCH and no `light-dark()`, a canvas converts. */
function themeOf(element: HTMLElement): ITheme {
  const probe = document.createElement('span');
  element.append(probe);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const hex = (token: string): string => {
    probe.style.color = `var(${token})`;
    if (!canvas) return '#808080';
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
  const theme = colours(hex);
  probe.remove();
  return theme;
}

function colours(hex: (token: string) => string): ITheme {
  const [red, green, yellow, blue] = [hex('--failed'), hex('--passed'), hex('--warning'), hex('--stage-0')];
  const [magenta, cyan, soft, ink] = [hex('--stage-6'), hex('--stage-4'), hex('--ink-soft'), hex('--ink')];
  return {
    background: hex('--panel'),
    foreground: ink,
    cursor: ink,
    cursorAccent: hex('--panel'),
    selectionBackground: hex('--selection'),
    scrollbarSliderBackground: `${hex('--line-strong')}66`,
    scrollbarSliderHoverBackground: `${hex('--line-strong')}99`,
    scrollbarSliderActiveBackground: hex('--line-strong'),
    ...{ black: ink, red, green, yellow, blue, magenta, cyan, white: soft },
    ...{ brightBlack: hex('--ink-faint'), brightRed: red, brightGreen: green, brightYellow: yellow },
    ...{ brightBlue: blue, brightMagenta: magenta, brightCyan: cyan, brightWhite: ink },
  };
}
