/** The files that say which packages a folder needs; a folder with one of them can be filled. */
export const lockFileNames = ['package-lock.json', 'go.mod', 'Cargo.lock'] as const;
