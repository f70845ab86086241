/**
 * `content/catalogue-lock.json`: which official images the catalogue uses, by digest, for each platform.
 *
 * An image that it does not pin, or not for this platform, is a stand-in.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { StagecraftError } from '../../errors.ts';

export const platforms = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof platforms)[number];

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits');

const pinSchema = z.strictObject({
  /** Of the platform's own manifest, not of the index over all platforms. */
  digest,
  /** What is downloaded: config and compressed layers. */
  downloadBytes: z.number().int().nonnegative(),
});
export type Pin = z.infer<typeof pinSchema>;

const repository = z.string().regex(/^[a-z0-9][a-z0-9._:/-]*$/, 'expected a repository such as gcr.io/distroless/base');

const lockedImageSchema = z.strictObject({
  /** Name and tag of a catalogue entry. */
  name: repository,
  tag: z.string().regex(/^\w[\w.-]{0,127}$/, 'expected a tag such as 20-slim'),
  /** A repository to pull it from instead of the one it is named after, e.g. a school's own copy. */
  from: repository.optional(),
  platforms: z.partialRecord(z.enum(platforms), pinSchema),
});
export type LockedImage = z.infer<typeof lockedImageSchema>;

const lockSchema = z.strictObject({ version: z.literal(1), images: z.array(lockedImageSchema) });
export type CatalogueLock = z.infer<typeof lockSchema>;

/** The platform of images for this machine's processor; undefined for one that nothing is pinned for. */
export function platformOf(architecture: string = process.arch): Platform | undefined {
  const names: Record<string, Platform> = { x64: 'linux/amd64', arm64: 'linux/arm64' };
  return names[architecture];
}

/** @throws StagecraftError `bad_input`: the file, the place in it, what was expected. A missing file pins nothing. */
export async function readLock(file: string): Promise<CatalogueLock> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { version: 1, images: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, `it is not JSON (${(cause as Error).message})`, cause);
  }
  const parsed = lockSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(file, `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`, parsed.error);
}

function unreadable(file: string, why: string, cause: unknown): StagecraftError {
  const mend = 'Mend it, or delete it and run: npx stagecraft catalogue update --write';
  return new StagecraftError('bad_input', `The catalogue's lock file ${file} can't be used: ${why}. ${mend}`, {
    cause,
  });
}

/** Sorted, one way of writing, whole or not at all. */
export async function writeLock(file: string, lock: CatalogueLock): Promise<void> {
  const images = lock.images.toSorted((a, b) => referenceOf(a).localeCompare(referenceOf(b)));
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify({ version: 1, images }, null, 2)}\n`);
  await rename(temporary, file);
}

/** As the catalogue names it. */
export function referenceOf(image: Pick<LockedImage, 'name' | 'tag'>): string {
  return `${image.name}:${image.tag}`;
}

/** Where it is pulled from, without a tag. */
export function repositoryOf(image: Pick<LockedImage, 'name' | 'from'>): string {
  return image.from ?? image.name;
}

/** One line per pin that differs, for people; empty when nothing does. */
export function describeChanges(before: CatalogueLock, after: CatalogueLock): string[] {
  const old = pinsOf(before);
  const now = pinsOf(after);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was?.digest === is?.digest && was?.downloadBytes === is?.downloadBytes) return [];
    return [...(was ? [`- ${key} ${lineOf(was)}`] : []), ...(is ? [`+ ${key} ${lineOf(is)}`] : [])];
  });
}

function pinsOf(lock: CatalogueLock): Map<string, Pin> {
  return new Map(
    lock.images.flatMap((image) =>
      Object.entries(image.platforms).map(([platform, pin]) => [`${referenceOf(image)} ${platform}`, pin] as const),
    ),
  );
}

function lineOf(pin: Pin): string {
  return `${pin.digest} (${(pin.downloadBytes / 1_000_000).toFixed(1)} MB to download)`;
}
