/** Where base images come from: what the catalogue asks of each source, and nothing about how a source does it. */
import type { CatalogueEntry, CatalogueSource } from './catalogue.ts';
import type { RoundSlot } from './round-slot.ts';

export interface ImageSource {
  readonly kind: CatalogueSource;
  /** Changes whenever an image of this source would come out different. */
  readonly recipe: string;
  /** What the recipe label of this entry's image says; undefined when the source does not have the image. */
  recipeOf(entry: CatalogueEntry): string | undefined;
  begin(round: RoundRequest): SourceRound;
}

export interface RoundRequest {
  /** What will be asked for, in order; a source may fetch ahead. */
  wanted: CatalogueEntry[];
  /** Both sources work in one slot: two fills that hold one each and wait for a second would wait for each other. */
  slot: RoundSlot;
  signal: AbortSignal | undefined;
}

/** One go at bringing images in. What failed for every image (no network) is tried once per round. */
export interface SourceRound {
  /** Brings one image into the engine under all its names. @throws StagecraftError, one sentence */
  bringIn(entry: CatalogueEntry): Promise<void>;
  /** Keeps what is there for other engines and forgets what nobody uses. */
  keep(): Promise<void>;
  /** Stops what still runs. Never throws. */
  end(): Promise<void>;
}
