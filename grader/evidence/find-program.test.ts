import { describe, expect, test } from 'vitest';
import { sampleEntry, sampleFiles, sampleImage } from '../checks/sample-evidence.ts';
import { commandPath, realPath } from './find-program.ts';

const files = sampleFiles([
  sampleEntry('/usr', { type: 'directory' }),
  sampleEntry('/usr/bin', { type: 'directory' }),
  sampleEntry('/bin', { type: 'symlink', linkTarget: 'usr/bin' }),
  sampleEntry('/usr/bin/node'),
  sampleEntry('/usr/bin/nodejs', { type: 'symlink', linkTarget: '../bin/node' }),
  sampleEntry('/loop', { type: 'symlink', linkTarget: '/loop' }),
]);

const image = (config: object) => sampleImage({ files, config });

describe('commandPath', () => {
  test('takes ENTRYPOINT before CMD, as it is written or from the working directory', () => {
    expect(commandPath(image({ entrypoint: ['/server'], cmd: ['--help'] }))).toBe('/server');
    expect(commandPath(image({ cmd: ['./bin/x'], workingDir: '/app' }))).toBe('/app/bin/x');
    expect(commandPath(image({}))).toBeUndefined();
  });
  test('looks a bare name up in PATH', () => {
    expect(commandPath(image({ cmd: ['node'], env: { PATH: '/opt:/bin' } }))).toBe('/bin/node');
    expect(commandPath(image({ cmd: ['node'] }))).toBe('/usr/bin/node');
    expect(commandPath(image({ cmd: ['deno'] }))).toBeUndefined();
  });
});

test('realPath follows links, also of folders, and gives up on circles', () => {
  expect(realPath({ files }, '/bin/nodejs')).toBe('/usr/bin/node');
  expect(realPath({ files }, '/loop')).toBeUndefined();
  expect(realPath({ files }, '/nothing')).toBeUndefined();
});
