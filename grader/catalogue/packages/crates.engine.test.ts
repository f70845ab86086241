/** Real builds with cargo in the Rust images, from the package mirror and nothing else. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { StagecraftError } from '../../errors.ts';
import { silentProgress } from '../../progress.ts';
import { makeWorkFolder } from '../../work-folder.ts';
import { fixtureFiles, openTestCatalogue, type TestCatalogue } from '../testing.ts';
import { fillCargo } from './cargo-fill.ts';
import { cargoFromImage } from './cargo-toolchain.ts';
import { openPackages } from './fill-packages.ts';

let room: TestCatalogue;
const rustApp = join(import.meta.dirname, '../fixtures/rust-app');
const sources = ['Cargo.toml', 'Cargo.lock', 'src/main.rs'];

beforeAll(async () => {
  room = await openTestCatalogue();
  const fill = openPackages({ ...room, progress: silentProgress });
  const { missing } = await fill({ folder: rustApp, label: 'rust-app' });
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

test('the cargo of the image can fill on a host without cargo', async () => {
  const cargo = await cargoFromImage(room, undefined);
  const folder = await makeWorkFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  const request = {
    ...{ folder: rustApp, label: 'rust-app/Cargo.lock', scratchRoot: join(folder, 'scratch') },
    ...{ tree: { root: join(folder, 'crates'), url: 'http://mirror/crates' }, cargo: async () => cargo },
  };
  expect(await fillCargo(request)).toEqual([]);
  expect((await readdir(join(folder, 'crates/files'))).sort()).toEqual([
    expect.stringMatching(/^itoa-/),
    expect.stringMatching(/^smallvec-/),
  ]);
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
