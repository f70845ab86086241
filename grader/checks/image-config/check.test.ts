import { describe, expect, test } from 'vitest';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleImage } from '../sample-evidence.ts';
import { imageConfig } from './check.ts';

function judge(config: Partial<ImageEvidence['config']>, params: object) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([
      { name: 'builder', instructions: [{ keyword: 'EXPOSE', text: '9000', line: 2 }] },
      { instructions: [{ keyword: 'WORKDIR', text: '/app', line: 8 }] },
    ]),
    image: sampleImage({ config }),
  });
  return imageConfig.judge(imageConfig.schema.parse(params), evidence, 'one');
}

describe('image-config', () => {
  test.each<[string, Partial<ImageEvidence['config']>, object]>([
    ['a port without its protocol', { exposedPorts: ['3000/tcp'] }, { exposes: [3000] }],
    ['ports in any order', { exposedPorts: ['53/udp', '80/tcp'] }, { exposes: ['80', '53/udp'] }],
    ['no port at all', { exposedPorts: [] }, { exposes: [] }],
    ['a folder', { workingDir: '/app' }, { workingDir: '/app' }],
    ['a folder by pattern', { workingDir: '/srv/app' }, { workingDir: '/^\\/(srv|app)/' }],
    ['a stop signal', { stopSignal: 'SIGQUIT' }, { stopSignal: 'SIGQUIT' }],
    ['the stop signal that nobody set', {}, { stopSignal: 'SIGTERM' }],
    ['no volumes', {}, { volumes: [] }],
    ['several fields', { volumes: ['/data'], workingDir: '/a' }, { volumes: ['/data'], workingDir: true }],
  ])('passes %s', (_name, config, params) => {
    expect(judge(config, params)).toMatchObject({ status: 'passed' });
  });

  test('fails another port, and finds the EXPOSE of a stage that is not shipped', () => {
    const judgement = judge({}, { exposes: [3000] });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'no ports' });
    expect(judgement.message).toBe(
      'The image config says no ports; expected ports `3000/tcp`. EXPOSE is in stage builder, which is not shipped.',
    );
    expect(judge({ exposedPorts: ['80/tcp', '3000/tcp'] }, { exposes: [3000] }).status).toBe('failed');
  });

  test('fails another folder with the line that sets it', () => {
    expect(judge({ workingDir: '/' }, { workingDir: '/app' })).toMatchObject({
      status: 'failed',
      line: 8,
      message:
        'The image config says the working directory `/`; expected the working directory `/app`. WORKDIR on line 8 sets it.',
    });
  });

  test('fails a volume that nobody wanted, and says that no line of it asked for it', () => {
    expect(judge({ volumes: ['/data'] }, { volumes: [] }).message).toBe(
      'The image config says volumes `/data`; expected no volumes. No VOLUME in the stages that are shipped says so.',
    );
  });

  test('needs a field, and a port that is one', () => {
    expect(imageConfig.schema.safeParse({}).success).toBe(false);
    expect(imageConfig.schema.safeParse({ exposes: ['http'] }).success).toBe(false);
  });

  test('says in its expectation what is wanted', () => {
    const params = imageConfig.schema.parse({ exposes: [3000], workingDir: true, stopSignal: 'SIGINT', volumes: [] });
    expect(imageConfig.expected(params)).toBe(
      'The image config says: ports `3000/tcp`; the working directory that is set; the stop signal `SIGINT`; no volumes.',
    );
  });
});
