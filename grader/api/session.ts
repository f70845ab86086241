/**
 * Who is asking: an anonymous learner, known by a signed cookie.
 *
 * A cookie that was tampered with, or whose learner is gone, is as good as none: the next submission gets a fresh
 * learner. Only submitting makes a learner, so that reading leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { StagecraftError } from '../errors.ts';
import { createLearner, findLearner } from '../store/learners.ts';
import { type ApiDeps, requireStorage } from './deps.ts';

const cookieName = 'stagecraft_learner';
/**
 * With TLS a browser takes the cookie from this host only: a neighbour below the same domain can't plant its own. The
 * prefix brings `Secure` with it.
 */
const prefixOf = (c: Context) => (c.var.client.scheme === 'https' ? 'host' : undefined);
/** The most that browsers keep. */
const maxAgeSeconds = 400 * 24 * 60 * 60;

type SessionDeps = Pick<ApiDeps, 'storage' | 'cookieSecret'>;

async function tokenOf(c: Context, { cookieSecret }: SessionDeps): Promise<string | undefined> {
  const token = await getSignedCookie(c, cookieSecret, cookieName, prefixOf(c));
  return token === false ? undefined : token;
}

export async function currentLearner(c: Context, deps: SessionDeps): Promise<{ id: string } | undefined> {
  const { store } = requireStorage(deps);
  const token = await tokenOf(c, deps);
  return token === undefined ? undefined : findLearner(store.db, token);
}

/**
 * Also renews the cookie.
 * @param admitNew asked before a learner is made; rejects where there are too many
 */
export async function currentOrNewLearner(
  c: Context,
  deps: SessionDeps,
  admitNew: (c: Context) => Promise<void>,
): Promise<{ id: string }> {
  const { store } = requireStorage(deps);
  const token = await tokenOf(c, deps);
  const known = token === undefined ? undefined : await findLearner(store.db, token);
  if (!known) await admitNew(c);
  const learner = known && token !== undefined ? { id: known.id, token } : await createLearner(store.db);
  const prefix = prefixOf(c);
  await setSignedCookie(c, cookieName, learner.token, deps.cookieSecret, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: maxAgeSeconds,
    ...(prefix && { prefix }),
  });
  return { id: learner.id };
}

/**
 * The secret that signs the cookies; made on first use.
 * @throws StagecraftError `not_permitted` when it can be neither read nor made.
 */
export async function readCookieSecret(homeDir: string): Promise<string> {
  const file = join(homeDir, 'cookie-secret');
  try {
    await mkdir(homeDir, { recursive: true, mode: 0o755 });
    await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    const secret = (await readFile(file, 'utf8')).trim();
    if (secret.length >= 32) return secret;
  } catch (cause) {
    throw new StagecraftError(
      'not_permitted',
      `The secret for cookies, ${file}, could be neither read nor made (${(cause as NodeJS.ErrnoException).code}). Give it to the user who runs Stagecraft.`,
      { cause },
    );
  }
  throw new StagecraftError(
    'bad_input',
    `The secret for cookies, ${file}, is too short. Remove it, and a new one is made; learners then start anew.`,
  );
}
