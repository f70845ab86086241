/** What the Layers panel draws and keeps at most. The unit is the end of the name. */
export const layerLimits = {
  /** Entries of layers kept while the page is open, so that a base image comes once for all attempts. */
  keptEntriesMax: 400_000,
  /** Layers of one image asked for at the same time. */
  requestsAtOnceMax: 3,
  /** Between two questions whether an image that is being built is there. */
  askAgainMs: 1_500,
  /** A tile below this can't carry its label: it joins the others as "n more". */
  tileWidthPx: 40,
  tileHeightPx: 17,
  /** A folder with more room than this is shown as what is in it. */
  splitAreaPx: 9_000,
  tilesPerLayerMax: 24,
  /** Below this even "n more" says nothing. */
  crumbAreaPx: 260,
  wasteShownMax: 6,
  changesShownMax: 10,
  rowHeightPx: 26,
  rowsShownMax: 14,
  /** After the last key in the search. */
  searchRestMs: 120,
} as const;
