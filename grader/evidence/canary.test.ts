import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRegistryToken } from '../engine/agent/registry-token.ts';
import {
  canaryFor,
  isProof,
  proofOf,
  readInstallationKey,
  registryKeyOf,
  registryTokenFor,
  traceForms,
  traceFormsInLines,
} from './canary.ts';

const owner = { learner: 'ada', exercise: 'secrets', secretId: 'token' };
const key = Buffer.alloc(32, 7);

describe('canaryFor', () => {
  it('stays the same for a learner and an exercise, so that cached layers stay valid', () => {
    expect(canaryFor(key, owner)).toBe(canaryFor(key, { ...owner }));
  });

  it('differs between learners, exercises, secrets and installations', () => {
    const canaries = [
      canaryFor(key, owner),
      canaryFor(key, { ...owner, learner: 'bob' }),
      canaryFor(key, { ...owner, exercise: 'other' }),
      canaryFor(key, { ...owner, secretId: 'other' }),
      canaryFor(Buffer.alloc(32, 8), owner),
    ];
    expect(new Set(canaries).size).toBe(5);
  });

  it('does not mix up names that would be the same when written one after the other', () => {
    expect(canaryFor(key, { ...owner, learner: 'ab', exercise: 'c' })).not.toBe(
      canaryFor(key, { ...owner, learner: 'a', exercise: 'bc' }),
    );
  });

  it('needs no escaping anywhere', () => {
    expect(canaryFor(key, owner)).toMatch(/^[a-z0-9]{46}$/);
  });
});

describe('isProof', () => {
  const canary = canaryFor(key, owner);
  it('accepts the hash alone and the output of sha256sum', () => {
    expect(proofOf(canary)).toBe(createHash('sha256').update(canary).digest('hex'));
    expect(isProof(`${proofOf(canary)}\n`, canary)).toBe(true);
    expect(isProof(`${proofOf(canary)}  /run/secrets/token\n`, canary)).toBe(true);
  });

  it('refuses an empty file, the hash of nothing and the secret itself', () => {
    expect(isProof('', canary)).toBe(false);
    expect(isProof(createHash('sha256').digest('hex'), canary)).toBe(false);
    expect(isProof(canary, canary)).toBe(false);
  });
});

it('finds a canary in base64 in its lines, wherever they are broken', () => {
  const canary = canaryFor(key, owner);
  const forms = traceFormsInLines(canary);
  for (let before = 0; before < 76; before += 1) {
    const encoded = Buffer.from(`${'x'.repeat(before)}${canary}${'y'.repeat(100)}`).toString('base64');
    const lines = encoded.match(/.{1,76}/g) ?? [];
    expect(lines.some((line) => forms.some((form) => line.includes(form)))).toBe(true);
  }
  const another = canaryFor(key, { ...owner, learner: 'bob' });
  expect(forms.some((form) => Buffer.from(another).toString('base64').includes(form))).toBe(false);
});

describe('traceForms', () => {
  it('finds the canary in base64 of a longer text, wherever it starts', () => {
    const canary = canaryFor(key, owner);
    for (const before of ['', 'x', 'ab', 'abc', '//registry/:_authToken=']) {
      for (const after of ['', '\n', 'yz']) {
        const encoded = Buffer.from(before + canary + after).toString('base64');
        expect(
          traceForms(canary).some((form) => encoded.includes(form)),
          `${before}|${after}`,
        ).toBe(true);
      }
    }
  });

  it('is not found in an unrelated text', () => {
    const other = canaryFor(Buffer.alloc(32, 9), owner);
    const text = other + Buffer.from(other).toString('base64') + Buffer.from(other).toString('hex');
    expect(traceForms(canaryFor(key, owner)).some((form) => text.includes(form))).toBe(false);
  });
});

it('gives everyone a token of their own, known by a key that is not the installation’s', () => {
  const token = registryTokenFor(key, owner);
  expect(token).toBe(registryTokenFor(key, { ...owner }));
  expect(token).not.toBe(registryTokenFor(key, { ...owner, learner: 'bob' }));
  expect(isRegistryToken(registryKeyOf(key), token)).toBe(true);
  expect(isRegistryToken(key.toString('hex'), token)).toBe(false);
});

describe('readInstallationKey', () => {
  let homeDir: string;
  beforeEach(async () => {
    homeDir = await mkdtemp(join(tmpdir(), 'canary-'));
  });
  afterEach(() => rm(homeDir, { recursive: true }));

  it('makes one key that only its owner may read, and keeps it', async () => {
    const made = await readInstallationKey(homeDir);
    expect(made).toHaveLength(32);
    expect(await readInstallationKey(homeDir)).toEqual(made);
    const path = join(homeDir, 'secrets', 'canary.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(homeDir, 'secrets'))).toEqual(['canary.key']);
  });

  it('gives one key to callers that start together', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => readInstallationKey(homeDir)));
    expect(new Set(keys.map((one) => one.toString('hex'))).size).toBe(1);
  });

  it('says what to do about a damaged key instead of using it', async () => {
    await readInstallationKey(homeDir);
    await writeFile(join(homeDir, 'secrets', 'canary.key'), 'short');
    await expect(readInstallationKey(homeDir)).rejects.toThrow(/should hold 32 bytes/);
  });
});
