/** All open shells: at most one per learner, a few in all (the engine's small slots). */

import { toolboxImage } from '../build/stage-probe.ts';
import type { FileList, FromPage, TerminalMode, TerminalQuery, TerminalView } from '../contract/terminal.ts';
import type { Engine } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KeptImages } from './kept-images.ts';
import { type InsideImage, listFiles, lookInside } from './look-inside.ts';
import { startShell, toolboxFolder } from './shell-process.ts';
import { type Page, type TerminalLimits, TerminalSession } from './terminal-session.ts';

export interface TerminalsOptions {
  engine: Engine;
  kept: Pick<KeptImages, 'find' | 'sweep'>;
  log: (where: string, error: unknown) => unknown;
  limits?: Partial<TerminalLimits>;
}

/** Whose, and of which attempt. The caller has made sure that it is theirs. */
export interface TerminalOf {
  learner: string;
  submission: string;
}

/** What a page holds of its shell. */
export interface PageLink {
  receive(message: FromPage): void;
  /** Its socket is gone. */
  detach(): void;
}

interface Open {
  submission: string;
  session: TerminalSession;
  /** Settles when container and slot are gone. */
  gone: Promise<void>;
}

/** How many images' file lists are remembered: a base's entries are shared, a map of them is not. */
const rememberedMax = 4;

export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #limits: TerminalLimits;
  readonly #open = new Map<string, Open>();
  readonly #inside = new Map<string, Promise<InsideImage>>();
  readonly #closing = new AbortController();

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#limits = { ...limits.terminal, ...options.limits };
  }

  /** @throws StagecraftError `engine_unavailable` */
  async view(of: TerminalOf): Promise<Omit<TerminalView, 'image'> & { image: 'here' | 'gone' }> {
    const { idleMs, totalMs, graceMs, messageBytesMax, inputBytesPerSecond } = this.#limits;
    const inside = await this.#lookInside(of.submission);
    const found = this.#open.get(of.learner);
    const running = found?.submission === of.submission && found.session.running ? found.session.mode : undefined;
    return {
      image: inside === undefined ? 'gone' : 'here',
      shell: inside?.shell,
      toolbox: await this.#hasToolbox(),
      user: inside && (inside.config.user || 'root'),
      running,
      limits: { idleMs, totalMs, graceMs, messageBytesMax, inputBytesPerSecond },
    };
  }

  /** @throws StagecraftError `not_found` when there is no such path, or the image is gone */
  async list({ submission }: Pick<TerminalOf, 'submission'>, path: string): Promise<FileList> {
    const inside = await this.#lookInside(submission);
    if (inside === undefined) throw imageIsGone();
    return listFiles(inside.files, path);
  }

  /** Opens a shell, or comes back to one. Never throws: what fails is told to the page. */
  open(of: TerminalOf, query: TerminalQuery, page: Page): PageLink {
    const { mode, seen, columns, rows } = query;
    const found = this.#open.get(of.learner);
    if (seen !== undefined) {
      const same = found?.submission === of.submission && found.session.mode === mode && found.session.running;
      if (!found || !same) return refuse(page);
      found.session.attach(page, { size: { columns, rows }, seen });
      return linkTo(found.session, page);
    }
    const session = this.#begin(of, mode, { columns, rows }, found);
    void session.start(page, { columns, rows });
    return linkTo(session, page);
  }

  #begin(of: TerminalOf, mode: TerminalMode, size: { columns: number; rows: number }, before: Open | undefined) {
    const { engine, log } = this.#options;
    const ended = Promise.withResolvers<void>();
    const session: TerminalSession = new TerminalSession({
      mode,
      shell: mode === 'toolbox' ? `${toolboxFolder}/busybox sh` : 'the image’s own shell',
      limits: this.#limits,
      onFault: (error) => {
        if (!(error instanceof StagecraftError) || error.code === 'engine_unavailable') log('a terminal', error);
      },
      onGone: () => {
        if (this.#open.get(of.learner)?.session === session) this.#open.delete(of.learner);
        ended.resolve();
        void this.#options.kept.sweep();
      },
      start: async (signal) => {
        // Its slot may be the one that is wanted.
        if (before !== undefined) {
          await before.session.end({ reason: 'replaced' });
          await before.gone;
        }
        const inside = await this.#lookInside(of.submission);
        if (inside === undefined) throw imageIsGone();
        if (mode === 'shell' && inside.shell === undefined) {
          throw new StagecraftError('conflict', 'There is no shell in this image.');
        }
        const shell = mode === 'toolbox' ? undefined : inside.shell;
        return startShell({ imageId: inside.imageId, config: inside.config, shell, size }, { engine, signal });
      },
    });
    this.#open.set(of.learner, { submission: of.submission, session, gone: ended.promise });
    return session;
  }

  /** Ends every shell. Resolves when their containers are gone and their slots free. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = [...this.#open.values()];
    await Promise.all(all.map(({ session }) => session.end({ reason: 'shutdown' })));
  }

  async #lookInside(submission: string): Promise<InsideImage | undefined> {
    const { engine, kept } = this.#options;
    const imageId = await kept.find(submission).catch((cause) => {
      const message = 'The sandbox engine does not answer. Try again in a few seconds.';
      throw new StagecraftError('engine_unavailable', message, { retryable: true, cause });
    });
    if (imageId === undefined) return undefined;
    const known = this.#inside.get(imageId);
    if (known !== undefined) return known;
    const looking = lookInside(imageId, { engine, signal: this.#closing.signal });
    this.#inside.set(imageId, looking);
    looking.catch(() => this.#inside.delete(imageId));
    for (const old of [...this.#inside.keys()].slice(0, -rememberedMax)) this.#inside.delete(old);
    return looking;
  }

  async #hasToolbox(): Promise<boolean> {
    const filters = { reference: [toolboxImage] };
    const found = await this.#options.engine.docker.listImages({ filters }).catch(() => []);
    return found.length > 0;
  }
}

function linkTo(session: TerminalSession, page: Page): PageLink {
  return { receive: (message) => session.receive(page, message), detach: () => session.detach(page) };
}

/** There is nothing to come back to. */
function refuse(page: Page): PageLink {
  page.tell({ type: 'end', reason: 'gone' });
  page.close();
  return { receive: () => {}, detach: () => {} };
}

const imageIsGone = (): StagecraftError =>
  new StagecraftError('not_found', 'The image of this attempt has been removed since. Build it again.');
