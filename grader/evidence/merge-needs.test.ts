import { describe, expect, it } from 'vitest';
import { mergeNeeds } from './merge-needs.ts';
import type { RunRequest } from './need.ts';

const get = (id: string, path: string): RunRequest => ({ id, method: 'GET', path });

describe('mergeNeeds', () => {
  it('makes one run of the requests of all checks', () => {
    const { requests } = mergeNeeds([
      { kind: 'run', requests: [get('a/0', '/'), get('a/1', '/x')] },
      { kind: 'run', requests: [] },
      { kind: 'run', requests: [get('b/0', '/y'), get('a/0', '/')] },
    ]);
    expect(requests?.map(({ id }) => id)).toEqual(['a/0', 'a/1', 'b/0']);
  });

  it('starts the container for a check without requests, and not at all without such a check', () => {
    expect(mergeNeeds([{ kind: 'run', requests: [] }]).requests).toEqual([]);
    expect(mergeNeeds([{ kind: 'layer-files' }]).requests).toBeUndefined();
  });

  it('stops the container once, as patiently as the most patient check, and runs it for that alone', () => {
    const merged = mergeNeeds([
      { kind: 'stop', waitMs: 3_000 },
      { kind: 'stop', waitMs: 5_000, finishes: '/slow' },
      { kind: 'stop', waitMs: 1_000 },
    ]);
    expect(merged.stop).toEqual({ waitMs: 5_000, finishes: '/slow' });
    expect(merged.requests).toEqual([]);
    expect(mergeNeeds([{ kind: 'run', requests: [] }]).stop).toBeUndefined();
  });

  it('waits for a health check as long as the most patient check, and keeps every rerun', () => {
    const merged = mergeNeeds([
      { kind: 'health', waitMs: 3_000 },
      { kind: 'health', waitMs: 1_000 },
      { kind: 'rerun', id: 'one', change: { readOnly: true, tmpfs: [] }, requests: [get('one/1', '/')] },
      { kind: 'rerun', id: 'two', change: { readOnly: true }, requests: [] },
    ]);
    expect(merged).toMatchObject({ healthWaitMs: 3_000, requests: [] });
    expect([...merged.reruns.keys()]).toEqual(['one', 'two']);
    expect(mergeNeeds([{ kind: 'stop', waitMs: 1 }]).healthWaitMs).toBeUndefined();
  });

  it('builds once for checks that edit the same file', () => {
    const { rebuilds } = mergeNeeds([
      { kind: 'rebuild', id: 'one', edit: 'a.ts' },
      { kind: 'rebuild', id: 'two', edit: 'a.ts' },
      { kind: 'rebuild', id: 'three', edit: 'b.ts' },
    ]);
    expect([...rebuilds]).toEqual([
      ['a.ts', ['one', 'two']],
      ['b.ts', ['three']],
    ]);
  });

  it('keeps what a second build should not print by the file that is edited', () => {
    const { rebuilds, unlike } = mergeNeeds([
      { kind: 'rebuild', id: 'one', edit: 'a.ts' },
      { kind: 'rebuild', id: 'two', edit: 'a.ts', unlike: 'Downloaded' },
    ]);
    expect([...rebuilds]).toEqual([['a.ts', ['one', 'two']]]);
    expect([...unlike]).toEqual([['a.ts', ['Downloaded']]]);
  });

  it('builds once for checks that ask for the same build of a target', () => {
    const build = { target: 'test', buildArgs: {}, overlay: {}, edits: [], image: false };
    const { targets } = mergeNeeds([
      { kind: 'target', id: 'one', build },
      { kind: 'target', id: 'two', build: { ...build } },
      { kind: 'target', id: 'three', build: { ...build, target: 'dev' } },
    ]);
    expect([...targets.values()].map(({ ids, build: { target } }) => [target, ids])).toEqual([
      ['test', ['one', 'two']],
      ['dev', ['three']],
    ]);
  });

  it('keeps globs of different needs apart and joins those of one', () => {
    const { stageFiles } = mergeNeeds([
      { kind: 'stage-files', id: 'one', globs: ['/a'] },
      { kind: 'stage-files', id: 'one', globs: ['/a', '/b'], contents: ['/c'] },
      { kind: 'stage-files', id: 'two', globs: ['/d'] },
    ]);
    expect(stageFiles.get('one')).toEqual({ globs: ['/a', '/b'], contents: ['/c'] });
    expect(stageFiles.get('two')).toEqual({ globs: ['/d'], contents: [] });
  });

  it('says so when checks contradict each other', () => {
    expect(() =>
      mergeNeeds([
        { kind: 'run', requests: [get('a', '/')] },
        { kind: 'run', requests: [get('a', '/other')] },
      ]),
    ).toThrow(/two different requests have the id a/);
    expect(() =>
      mergeNeeds([
        { kind: 'stop', waitMs: 1, finishes: '/a' },
        { kind: 'stop', waitMs: 1, finishes: '/b' },
      ]),
    ).toThrow(/two different requests are to be answered while it stops, \/a and \/b/);
    expect(() =>
      mergeNeeds([
        { kind: 'secret', id: 'token', proof: { path: '/a' } },
        { kind: 'secret', id: 'token', proof: { path: '/b' } },
      ]),
    ).toThrow(/the secret token has two proofs, \/a and \/b/);
  });
});
