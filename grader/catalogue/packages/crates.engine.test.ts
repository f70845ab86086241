/** Real builds with cargo in the Rust images, from the package mirror and nothing else. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StagecraftError } from '../../errors.ts';
import { silentProgress } from '../../progress.ts';
import { fixtureFiles, openTestCatalogue, type TestCatalogue } from '../testing.ts';
import { openPackages } from './fill-packages.ts';

let room: TestCatalogue;
const sources = ['Cargo.toml', 'Cargo.lock', 'src/main.rs'];

beforeAll(async () => {
  room = await openTestCatalogue();
  const fill = openPackages({ ...room, progress: silentProgress });
  const folder = join(import.meta.dirname, '../fixtures/rust-app');
  const { missing } = await fill({ folder, label: 'rust-app' });
  if (missing.length > 0) throw new StagecraftError('not_ready', missing.join(' '));
}, 900_000);
afterAll(async () => await room?.slot.release());

test('cargo builds what a lock file names, untouched, and the result runs on distroless cc as no root', async () => {
  const made = await room.build(
    'FROM rust:1.78-slim AS build\nWORKDIR /src\nCOPY . .\nRUN cargo fetch --locked && cargo build --locked --release --offline\nFROM gcr.io/distroless/cc-debian12:nonroot\nCOPY --from=build /src/target/release/rust-app /\nCMD ["/rust-app"]\n',
    await fixtureFiles('rust-app', sources),
  );
  expect(made.ok, made.output).toBe(true);
  expect(await room.printedBy(made.imageId)).toContain('the sum is 42');
});

test('cargo finds versions by itself where there is no lock file', async () => {
  const made = await room.build(
    'FROM rust:1.78\nWORKDIR /src\nCOPY . .\nRUN cargo tree\n',
    await fixtureFiles('rust-app', ['Cargo.toml', 'src/main.rs']),
  );
  expect(made.output).toMatch(/itoa v1\.\d+\.\d+/);
  expect(made.ok, made.output).toBe(true);
});

test('a crate that is not in the mirror is named in the build log', async () => {
  const made = await room.build(
    'FROM rust:1.78-slim\nWORKDIR /src\nCOPY . .\nRUN cargo add stagecraft-has-no-such-crate\n',
    await fixtureFiles('rust-app', sources),
  );
  expect(made.ok).toBe(false);
  expect(made.output).toMatch(/stagecraft-has-no-such-crate.* could not be found in registry index/);
});
