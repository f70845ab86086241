/**
 * The secret that a learner's build gets: a text nobody else has, so that finding it in the image proves a leak.
 *
 * The same owner and exercise always get the same one, or no build with a secret would ever be cached; without the
 * installation's key it can't be guessed.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { registryToken } from '../engine/agent/registry-token.ts';
import { StagecraftError } from '../errors.ts';

const KEY_BYTES = 32;

/**
 * The key of this installation, made at the first call. Two processes that start together agree on one.
 * @throws StagecraftError `host_lacks` when it can be neither read nor written.
 */
export async function readInstallationKey(homeDir: string): Promise<Buffer> {
  const path = join(homeDir, 'secrets', 'canary.key');
  try {
    return (await readKey(path)) ?? (await makeKey(path));
  } catch (error) {
    if (error instanceof StagecraftError) throw error;
    throw new StagecraftError(
      'host_lacks',
      `The key file ${path} can't be read or made. Check the folder's owner and free space.`,
      {
        cause: error,
      },
    );
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    const key = await readFile(path);
    if (key.length === KEY_BYTES) return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  throw new StagecraftError(
    'host_lacks',
    `The key file ${path} should hold ${KEY_BYTES} bytes. Delete it; a new one is made.`,
  );
}

/** Written whole under another name and then linked: whoever links first wins, nobody reads half a key. */
async function makeKey(path: string): Promise<Buffer> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    await link(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  return readFile(path);
}

export interface CanaryOwner {
  learner: string;
  exercise: string;
  /** Of the build secret. */
  secretId: string;
}

/** Letters and digits only, so that it looks the same in a URL, in JSON and in a shell. No newline at the end. */
export function canaryFor(key: Buffer, { learner, exercise, secretId }: CanaryOwner): string {
  const parts = JSON.stringify([learner, exercise, secretId]);
  return `canary${createHmac('sha256', key).update(parts).digest('hex').slice(0, 40)}`;
}

/** That the package mirror's private part knows its tokens by; it says nothing of the installation's key. */
export function registryKeyOf(key: Buffer): string {
  return createHmac('sha256', key).update('private registry').digest('hex');
}

/** As `canaryFor`, and the package mirror's private part accepts it as a token. */
export function registryTokenFor(key: Buffer, { learner, exercise, secretId }: CanaryOwner): string {
  const parts = JSON.stringify(['registry', learner, exercise, secretId]);
  return registryToken(registryKeyOf(key), createHmac('sha256', key).update(parts).digest('hex'));
}

/** What the proof file must hold. */
export function proofOf(canary: string): string {
  return createHash('sha256').update(canary).digest('hex');
}

/** Whether a proof file's content is the proof: the hash alone or as `sha256sum` prints it, with a name behind it. */
export function isProof(content: string, canary: string): boolean {
  return content.trim().split(/\s+/, 1)[0]?.toLowerCase() === proofOf(canary);
}

/** The texts that betray a canary when they stand in history, config or a file name. */
export function traceForms(canary: string): string[] {
  const bytes = Buffer.from(canary);
  // base64 of the canary inside a longer text depends on where it starts; the outermost characters mix with neighbours.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6));
  });
  return [canary, ...base64, bytes.toString('hex')];
}

/**
 * Those, and what a line holds of them whole where the encoded text is broken into lines of 76 characters, as base64(1)
 * does: one of the two halves.
 */
export function traceFormsInLines(canary: string): string[] {
  const forms = traceForms(canary);
  const halves = forms.slice(1).flatMap((form) => {
    const middle = Math.floor(form.length / 2);
    return [form.slice(0, middle), form.slice(middle)];
  });
  return [...forms, ...halves];
}
