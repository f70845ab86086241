export const projectDir: string;
/** Identifies package.json and package-lock.json of this checkout; node_modules carry it when they fit. */
export function lockHash(): string;
/** Whether node_modules are what the lock file names. */
export function isPrepared(): boolean;
export function prepare(): void;
export function pinnedNode(): string;
export function runTypeScript(program: string, args: string[]): void;
