import { expect, test } from 'vitest';
import { publicKeyOf } from '../build/ssh-agent.ts';
import type { SshEvidence, StageFilesEvidence } from './evidence.ts';
import { sshProofs, sshSeedFor } from './ssh.ts';

const privateKeys: SshEvidence['privateKeys'] = [];

const seed = Buffer.alloc(32, 7);
const needs = { ssh: new Map([['agent', { proof: '/proof', signs: undefined }]]) };
const stages = (contents: StageFilesEvidence['contents']): StageFilesEvidence => ({ ok: true, found: {}, contents });

test('a learner has one key per exercise', () => {
  const owner = { key: Buffer.from('key'), learner: 'ada', exercise: 'one' };
  expect(sshSeedFor(owner)).toEqual(sshSeedFor({ ...owner }));
  expect(sshSeedFor(owner)).not.toEqual(sshSeedFor({ ...owner, exercise: 'two' }));
  expect(sshSeedFor(owner)).toHaveLength(32);
});

test('the key proves itself in the file of any stage', () => {
  const found = stages({ base: { '/proof': 'nothing' }, fetch: { '/proof': `${publicKeyOf(seed)} a-comment\n` } });
  expect(sshProofs(found, { needs, seed, privateKeys })).toEqual({
    agent: { listed: true, signed: false, found: 'nothing', privateKeys },
  });
  const other = stages({ fetch: { '/proof': publicKeyOf(Buffer.alloc(32, 8)), '/else': publicKeyOf(seed) } });
  expect(sshProofs(other, { needs, seed, privateKeys }).agent).toMatchObject({ listed: false });
});

test('stages that can not be read prove nothing', () => {
  const unread: StageFilesEvidence = { ok: false, message: 'no space', found: {}, contents: {} };
  expect(sshProofs(unread, { needs, seed, privateKeys }).agent).toEqual({
    ...{ listed: false, signed: false, found: undefined, message: 'no space', privateKeys },
  });
  expect(sshProofs(undefined, { needs: { ssh: new Map() }, seed: undefined, privateKeys })).toEqual({});
  expect(() => sshProofs(undefined, { needs, seed: undefined, privateKeys })).toThrow('was given no SSH agent');
});
