/**
 * The layers of a submission's image with their files, as they go over the wire. Names, sizes and modes only: never
 * what is in a file. Names are whatever a build wrote; they are text to be shown and nothing else.
 */
import { z } from 'zod';
import { layerReportSchema } from './report.ts';

/** One file system entry that a layer adds or changes. Paths are absolute within the image, `/app/main.js`. */
export interface LayerEntry {
  path: string;
  type: 'file' | 'directory' | 'symlink' | 'other' | 'whiteout' | 'opaque';
  sizeBytes: number;
  mode: number;
  uid: number;
  gid: number;
  linkTarget?: string;
  /** A further name of a file that was listed before (a hard link): it adds no bytes. */
  linked?: true;
}

const number = z.number().int().nonnegative();

/** The entries of one folder of one layer: lists side by side, one place per entry. */
export const layerFolderSchema = z.object({
  path: z.string().describe("absolute, without a slash at its end; '' is the root"),
  names: z.array(z.string()),
  kinds: z
    .string()
    .describe(
      'a letter per entry: f file, h further name of a file, d folder, l symbolic link, o other, w deletes what is below, q hides what is below in a folder',
    ),
  sizes: z.array(number).describe('bytes'),
  modes: z.array(number),
  uids: z.array(number),
  gids: z.array(number),
  targets: z.array(z.tuple([number, z.string()])).describe('of symbolic links: place of the entry, where it points'),
});

export const layerFilesSchema = z.object({ folders: z.array(layerFolderSchema) });
export type LayerFiles = z.infer<typeof layerFilesSchema>;

export const layerFilesStateSchema = z
  .enum(['here', 'too_many', 'not_kept'])
  .describe('`too_many`: more files than are listed; `not_kept`: listed once, and cleared away since');

export const imageLayersSchema = z.object({
  sizeBytes: number.describe('of the image'),
  baseImage: z.string().optional(),
  layers: z
    .array(
      layerReportSchema.extend({
        files: layerFilesStateSchema,
        entries: number.optional().describe('how many entries it has, where they are listed'),
      }),
    )
    .describe('from the bottom up'),
});
export type ImageLayers = z.infer<typeof imageLayersSchema>;

export const submissionLayersSchema = imageLayersSchema.extend({
  submission: z.string(),
  attempt: z.number().int().positive(),
});
export type SubmissionLayers = z.infer<typeof submissionLayersSchema>;

/** Images of the course's own Dockerfiles for an exercise, to compare one's own with. */
export const courseImageKindSchema = z.enum(['starter', 'solution']);
export type CourseImageKind = z.infer<typeof courseImageKindSchema>;

export const courseImageSchema = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('not_built') }),
    z.object({ state: z.literal('building') }),
    z.object({ state: z.literal('failed'), message: z.string() }),
    z.object({ state: z.literal('unbuildable'), message: z.string() }),
    z.object({ state: z.literal('built'), image: imageLayersSchema }),
  ])
  .describe(
    'built once on this machine when somebody asks for it; `not_built` also when its files were cleared away; `failed`: by a fault that may pass; `unbuildable`: a starter that is there to be repaired',
  );
export type CourseImage = z.infer<typeof courseImageSchema>;

const letters = {
  f: 'file',
  h: 'file',
  d: 'directory',
  l: 'symlink',
  o: 'other',
  w: 'whiteout',
  q: 'opaque',
} as const satisfies Record<string, LayerEntry['type']>;

function letterOf({ type, linked }: LayerEntry): string {
  if (type === 'file') return linked ? 'h' : 'f';
  if (type === 'symlink') return 'l';
  if (type === 'opaque') return 'q';
  return type[0] ?? 'o';
}

/** Entries as they go over the wire. */
export function encodeLayerFiles(entries: readonly LayerEntry[]): LayerFiles {
  const folders = new Map<string, LayerFiles['folders'][number]>();
  for (const entry of entries) {
    const slash = entry.path.lastIndexOf('/');
    const path = entry.path.slice(0, Math.max(0, slash));
    let folder = folders.get(path);
    if (folder === undefined) {
      folder = { path, names: [], kinds: '', sizes: [], modes: [], uids: [], gids: [], targets: [] };
      folders.set(path, folder);
    }
    if (entry.linkTarget !== undefined) folder.targets.push([folder.names.length, entry.linkTarget]);
    folder.names.push(entry.path.slice(slash + 1));
    folder.kinds += letterOf(entry);
    folder.sizes.push(entry.sizeBytes);
    folder.modes.push(entry.mode);
    folder.uids.push(entry.uid);
    folder.gids.push(entry.gid);
  }
  return { folders: [...folders.values()] };
}

/** The entries again. A letter that this version does not know is an `other`. */
export function decodeLayerFiles({ folders }: LayerFiles): LayerEntry[] {
  const entries: LayerEntry[] = [];
  for (const { path, names, kinds, sizes, modes, uids, gids, targets } of folders) {
    const linkTargets = new Map(targets);
    for (const [index, name] of names.entries()) {
      const letter = kinds[index] as keyof typeof letters;
      const entry: LayerEntry = {
        path: `${path}/${name}`,
        type: letters[letter] ?? 'other',
        sizeBytes: sizes[index] ?? 0,
        mode: modes[index] ?? 0,
        uid: uids[index] ?? 0,
        gid: gids[index] ?? 0,
      };
      const linkTarget = linkTargets.get(index);
      if (linkTarget !== undefined) entry.linkTarget = linkTarget;
      if (letter === 'h') entry.linked = true;
      entries.push(entry);
    }
  }
  return entries;
}
