import { describe, expect, test } from 'vitest';
import type { SecretEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleImage, sampleLayer } from '../sample-evidence.ts';
import { secret } from './check.ts';

const params = { secretId: 'npm-token', proof: '/proof.txt', required: true };
const canary = 'canary0123456789';

function judge(
  parts: Partial<SecretEvidence> | undefined,
  changed: Partial<typeof params> & { package?: string; buildArg?: string } = {},
) {
  const image = sampleImage({
    layers: [sampleLayer({ diffId: 'sha256:a', createdBy: 'COPY .npmrc . # buildkit', line: 4 })],
    history: [
      {
        createdBy: `RUN |1 TOKEN=${canary} /bin/sh -c npm ci # buildkit`,
        emptyLayer: false,
        comment: '',
        line: 6,
        fromBase: false,
      },
    ],
  });
  const found: SecretEvidence = {
    id: 'npm-token',
    layers: [],
    inHistory: [],
    inConfig: [],
    inEnv: [],
    inCaches: [],
    inArgs: [],
    readable: true,
    proofFound: undefined,
    ...parts,
  };
  const evidence = builtEvidence({ image, secrets: parts === undefined ? {} : { 'npm-token': found } });
  return secret.judge({ ...params, ...changed }, evidence, 'no-leak');
}

describe('secret', () => {
  test('passes when it was readable during the build and is nowhere in the image', () => {
    expect(judge({})).toMatchObject({ status: 'passed', actual: 'used and not found' });
  });
  test('fails with the file, the instruction and the line of the layer that holds it', () => {
    expect(judge({ layers: [{ diffId: 'sha256:a', path: '/app/.npmrc', how: 'plain' }] })).toEqual({
      status: 'failed',
      actual: 'found in 1 place',
      line: 4,
      message:
        'The secret is in `/app/.npmrc` (`COPY .npmrc .` on line 4). Deleting it in a later step does not take it out of the layers below.',
    });
  });
  test('says how a layer hides it', () => {
    expect(judge({ layers: [{ diffId: 'sha256:b', path: '/x.gz', how: 'gzip' }] }).message).toContain(
      'in `/x.gz`, as gzip (an unknown layer)',
    );
  });
  test('finds the line of a history entry and does not print the secret', () => {
    const { message, line } = judge({ inHistory: [`RUN |1 TOKEN=${canary} /bin/sh -c npm ci # buildkit`] });
    expect(message).toContain('in the history of `RUN npm ci` on line 6');
    expect(message).not.toContain(canary);
    expect(line).toBe(6);
  });
  test('fails when it is in the environment or in other settings', () => {
    const { actual, message } = judge({ inEnv: [`TOKEN=${canary}`], inConfig: ['Labels'] });
    expect(actual).toBe('found in 2 places');
    expect(message).toContain("in the environment variable `TOKEN` and in the image's settings (Labels)");
    expect(message).not.toContain(canary);
  });
  test('fails when a stage takes it as a build argument, or a cache mount keeps it', () => {
    const asArg = judge({ inArgs: [{ stage: 'deps', line: 3 }] }, { buildArg: 'NPM_TOKEN' });
    expect(asArg).toMatchObject({ status: 'failed', actual: 'taken as a build argument', line: 3 });
    expect(asArg.message).toMatch(
      /^The secret is the build argument NPM_TOKEN of the stage `deps`\. Its value stands in/,
    );
    const cached = judge({ inCaches: ['/root'] });
    expect(cached).toMatchObject({ status: 'failed', actual: 'kept in a cache mount' });
    expect(cached.message).toMatch(/^The secret is in the cache mount `\/root`, where every later build/);
  });
  test('a token is proved by the package that it opens', () => {
    const other = judge({ readable: false, proofFound: '{}' }, { package: '@ferry/fares' });
    expect(other.message).toContain('`/proof.txt` is not that of @ferry/fares: it holds `{}`');
  });
  test('fails, and says that nothing is proved, when it was never readable', () => {
    expect(judge({ readable: false })).toEqual({
      status: 'failed',
      actual: 'not readable during the build',
      message:
        'The secret npm-token is nowhere in the image, but it was not readable during the build either, so that proves nothing. No stage has the file `/proof.txt` that shows it.',
    });
  });
  test('shows what the proof file held instead', () => {
    expect(judge({ readable: false, proofFound: 'none\n' }).message).toContain(
      'should hold its SHA-256, but holds `none\\n`',
    );
  });
  test('says when the stages could not be searched for the proof', () => {
    expect(judge({ readable: false, proofMessage: 'no\nspace' }).message).toContain(
      'The stages could not be searched for the proof: `no\\nspace`.',
    );
  });
  test('a leak counts even when the proof is missing', () => {
    expect(judge({ readable: false, inEnv: ['TOKEN'] }).actual).toBe('found in 1 place');
  });
  test('may go unused when it is not required', () => {
    expect(judge({ readable: false }, { required: false })).toMatchObject({
      status: 'passed',
      actual: 'not used and not found',
    });
  });
  test('is skipped, and not passed, when nobody looked for it', () => {
    expect(judge(undefined).status).toBe('skipped');
    expect(judge({}, { secretId: 'constructor' }).status).toBe('skipped');
  });
  test('cuts a long list with a count and shows hostile paths on one line', () => {
    const layers = Array.from({ length: 900 }, () => ({
      diffId: 'sha256:a',
      path: `/\n${'x'.repeat(999)}`,
      how: 'plain' as const,
    }));
    const { actual, message } = judge({ layers });
    expect(actual).toBe('found in 900 places');
    expect(message).toContain(' and 897 more');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(800);
  });
  test.each([
    { secretId: 'a b', proof: '/p' },
    { secretId: 'a', proof: 'p' },
    { id: 'a', proof: '/p' },
  ])('refuses %j', (bad) => {
    expect(secret.schema.safeParse(bad).success).toBe(false);
  });
});
