import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../engine/engine.ts';
import {
  builtEvidence,
  sampleDockerfile,
  sampleEntry,
  sampleFiles,
  sampleImage,
  sampleLayer,
} from '../sample-evidence.ts';
import { shell } from './check.ts';

const app = sampleEntry('/app/main.js');
const program = (path: string, mode = 0o755) => sampleEntry(path, { mode });
const link = (path: string, linkTarget: string) => sampleEntry(path, { type: 'symlink', mode: 0o777, linkTarget });

function judge(entries: (LayerEntry & { layer?: number })[], parts: { absent?: boolean; truncated?: boolean } = {}) {
  const { absent = true, truncated = false } = parts;
  const layers = [
    sampleLayer({ fromBase: true, line: undefined }),
    sampleLayer({ createdBy: 'COPY --from=busybox /bin/busybox /x # buildkit', line: 7, truncated }),
  ];
  const dockerfile = sampleDockerfile([{ name: 'builder' }, { base: 'node:20', line: 5 }]);
  const image = sampleImage({ files: sampleFiles(entries), layers });
  return shell.judge({ absent }, builtEvidence({ dockerfile, image }), 'shell');
}

describe('shell', () => {
  test('passes an image without one', () => {
    expect(judge([app, program('/nodejs/bin/node')])).toMatchObject({ status: 'passed', actual: 'no shell' });
  });
  test.each([
    ['a program', [program('/usr/bin/bash')], '/usr/bin/bash'],
    [
      'a link to a shell',
      [link('/bin', 'usr/bin'), link('/usr/bin/sh', 'dash'), program('/usr/bin/dash')],
      '/usr/bin/sh',
    ],
    [
      'BusyBox at the end of other links',
      [link('/usr/bin/ls', '/opt/busybox'), program('/opt/busybox')],
      '/opt/busybox',
    ],
    [
      'BusyBox of distroless :debug',
      [program('/busybox/busybox'), link('/busybox/sh', '/busybox/busybox')],
      '/busybox/sh',
    ],
    ['a renamed program that a link calls sh', [link('/bin/sh', '/opt/tool'), program('/opt/tool')], '/bin/sh'],
    ['a static BusyBox', [program('/x/busybox.static')], '/x/busybox.static'],
  ])('finds %s', (_name, entries, path) => {
    const judgement = judge([app, ...entries]);
    expect(judgement.status).toBe('failed');
    expect(judgement.message).toContain(`\`${path}\``);
  });
  test.each([
    ['a file without execute bit', [program('/usr/bin/sh', 0o644)]],
    ['a link that leads nowhere', [link('/bin/sh', '/missing')]],
    ['a link in a circle', [link('/bin/sh', '/bin/bash'), link('/bin/bash', '/bin/sh')]],
    ['a folder', [sampleEntry('/usr/share/bash', { type: 'directory', mode: 0o755 })]],
    ['a name that only begins like one', [program('/usr/bin/shred'), program('/usr/bin/bashful')]],
  ])('does not take %s for a shell', (_name, entries) => {
    expect(judge([app, ...entries]).status).toBe('passed');
  });
  test('says which layer brought it, with its line', () => {
    expect(judge([app, { ...program('/x/sh'), layer: 1 }])).toEqual({
      status: 'failed',
      actual: '1 shell: `/x/sh`',
      message: 'The final image has `/x/sh`. `/x/sh` comes from `COPY --from=busybox /bin/busybox /x` on line 7.',
      line: 7,
    });
  });
  test('points at FROM when the base image brought it', () => {
    const judgement = judge([app, program('/bin/sh')]);
    expect(judgement.line).toBe(5);
    expect(judgement.message).toContain('comes from the base image');
  });
  test('cuts a long list with a count and shows hostile paths on one line', () => {
    const judgement = judge(Array.from({ length: 500 }, (_, index) => program(`/d\n${index}/sh`)));
    expect(judgement.actual).toMatch(/^500 shells: .* and 497 more$/);
    expect(judgement.message).not.toContain('\n');
  });
  test('gives up on thousands of links called sh and refuses them', () => {
    const long = 'a/'.repeat(2000);
    const links = Array.from({ length: 100_000 }, (_, index) => link(`/d${index}/sh`, long));
    expect(judge([app, ...links]).actual).toMatch(/^98000 shells: /);
  });
  test('does not pass an empty image', () => {
    expect(judge([]).status).toBe('failed');
  });
  test('does not pass a layer with more files than can be looked through', () => {
    expect(judge([app], { truncated: true })).toMatchObject({
      status: 'failed',
      line: 7,
      actual: 'too many files to look through',
    });
  });
  test('can demand a shell', () => {
    expect(judge([program('/bin/sh')], { absent: false })).toMatchObject({ status: 'passed', actual: '`/bin/sh`' });
    expect(judge([app], { absent: false })).toMatchObject({ status: 'failed', actual: 'no shell', line: 5 });
  });
});
