import { describe, expect, it } from 'vitest';
import { builtEvidence, sampleImage, sampleLayer } from '../../checks/sample-evidence.ts';
import { mergeLayers } from '../../contract/merge-layers.ts';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts';
import type { LayerEntry } from '../../engine/engine.ts';
import type { ImageEvidence } from '../evidence.ts';
import { adviceFor, type InspectedProject } from './advice.ts';

const file = (path: string, extra: Partial<LayerEntry> = {}): LayerEntry => ({
  path,
  type: 'file',
  sizeBytes: 10,
  mode: 0o755,
  uid: 0,
  gid: 0,
  ...extra,
});

type Parts = Parameters<typeof sampleImage>[0];

function image(parts: Parts = {}): ImageEvidence {
  const made = sampleImage({ ...parts, config: { user: '1000', ...parts?.config } });
  return { ...made, files: mergeLayers(made.layers) };
}

function project(text: string, parts: Partial<InspectedProject> = {}): InspectedProject {
  const { build } = builtEvidence();
  return { dockerfile: parseDockerfile(text), build, image: image(), hasDockerignore: true, ...parts };
}

const GOOD = [
  'FROM node:20 AS builder',
  'WORKDIR /app',
  'COPY package*.json ./',
  'RUN npm ci',
  'COPY . .',
  'RUN npm run build',
  'FROM gcr.io/distroless/nodejs20-debian12:nonroot',
  'COPY --from=builder /app/dist /app',
  'USER 65532',
  'CMD ["/app/server.js"]',
].join('\n');

const find = (given: InspectedProject, words: RegExp) => adviceFor(given).find(({ message }) => words.test(message));

describe('adviceFor', () => {
  it('has nothing to say about a small image that is built well', () => {
    expect(adviceFor(project(GOOD))).toEqual([]);
  });

  it('works on a file that was not built', () => {
    const given = project('FROM node:latest\nCMD npm start', { image: undefined });
    expect(adviceFor(given).map(({ line }) => line)).toEqual([2, 2, 1]);
  });

  it('says nothing about an unreadable file instead of failing', () => {
    expect(adviceFor({ ...project(''), dockerfile: undefined, image: undefined })).toEqual([]);
  });

  describe('root', () => {
    it.each(['', 'root', '0', '0:0', 'root:root', '00'])('warns when USER is %j', (user) => {
      expect(find(project(GOOD, { image: image({ config: { user } }) }), /runs as root/)?.line).toBe(9);
    });

    it.each(['1000', 'node', 'nobody:nogroup'])('is content with USER %s', (user) => {
      expect(find(project(GOOD, { image: image({ config: { user } }) }), /runs as root/)).toBeUndefined();
    });

    it('points at the FROM of the shipped stage when there is no USER', () => {
      const given = project('FROM a:1 AS x\nUSER 5\nFROM b:1\nCMD ["x"]', { image: image({ config: { user: '' } }) });
      expect(find(given, /runs as root/)?.line).toBe(3);
    });
  });

  describe('what the final image ships', () => {
    const withFiles = (entries: LayerEntry[], extra: Partial<ImageEvidence['layers'][number]> = {}) =>
      project(GOOD, { image: image({ layers: [sampleLayer({ entries, ...extra })] }) });

    it('names the shell and the package managers', () => {
      const given = withFiles([file('/usr/bin/apt-get'), file('/bin/sh', { type: 'symlink' }), file('/usr/bin/dash')]);
      expect(find(given, /shell/)).toEqual({
        message: expect.stringContaining('(/bin/sh) and package managers (apt-get)'),
        line: 7,
      });
    });

    it('does not take a file without the execute bit for a shell', () => {
      expect(find(withFiles([file('/bin/sh', { mode: 0o644 })]), /shell/)).toBeUndefined();
    });

    it('names compilers and the line that brought them', () => {
      const given = withFiles([file('/usr/bin/gcc'), file('/usr/bin/make')], { fromBase: false, line: 8 });
      expect(find(given, /build tools \(gcc and make\)/)?.line).toBe(8);
    });

    it('names development packages of the app, not those inside other packages', () => {
      const given = withFiles([
        file('/app/node_modules/typescript/package.json'),
        file('/app/node_modules/@types/node/package.json'),
        file('/usr/lib/node_modules/npm/node_modules/esbuild/package.json'),
        file('/app/node_modules/express/package.json'),
      ]);
      expect(find(given, /only development needs/)?.message).toContain('(typescript and @types/node)');
    });
  });

  describe('layers', () => {
    const big = sampleLayer({
      sizeBytes: 90e6,
      line: 4,
      fromBase: false,
      createdBy: 'RUN /bin/sh -c npm ci # buildkit',
    });

    it('points at the biggest layer of the file, never at the base image', () => {
      const base = sampleLayer({ sizeBytes: 150e6, fromBase: true });
      const given = project(GOOD, { image: image({ sizeBytes: 240e6, layers: [base, big] }) });
      expect(find(given, /biggest layer/)).toEqual({
        message: 'The biggest layer of your own has 90 MB, 38 % of the image: RUN npm ci',
        line: 4,
      });
    });

    it('says how much a later layer hides and where it was written', () => {
      const layers = [
        sampleLayer({ fromBase: true, entries: [file('/base', { sizeBytes: 50e6 })] }),
        sampleLayer({
          fromBase: false,
          line: 3,
          createdBy: 'COPY . . # buildkit',
          entries: [file('/a', { sizeBytes: 5e6 })],
        }),
        sampleLayer({
          fromBase: false,
          line: 4,
          entries: [file('/a', { type: 'whiteout' }), file('/base', { type: 'whiteout' })],
        }),
      ];
      expect(find(project(GOOD, { image: image({ layers }) }), /not in the final file system/)).toEqual({
        message: expect.stringMatching(/^5 MB are in layers .*\(most of it in: COPY \. \.\)/),
        line: 3,
      });
    });
  });

  describe('order and context', () => {
    it('points at a COPY of everything before the install', () => {
      const given = project('FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["node","x"]');
      expect(find(given, /before dependencies are installed on line 4/)?.line).toBe(3);
    });

    it('does not mind a COPY of everything from another stage', () => {
      const given = project('FROM a:1 AS x\nFROM node:20\nCOPY --from=x . .\nRUN npm ci\nUSER 1');
      expect(find(given, /before dependencies/)).toBeUndefined();
    });

    it('looks only at stages that are built', () => {
      const given = project('FROM node:20 AS unused\nCOPY . .\nRUN npm ci\nFROM node:20\nCMD ["node"]');
      expect(find(given, /before dependencies/)).toBeUndefined();
    });

    it('misses a .dockerignore only where everything is copied', () => {
      expect(find(project(GOOD, { hasDockerignore: false }), /no \.dockerignore/)?.line).toBe(5);
      expect(
        find(project('FROM a:1\nCOPY main.go /', { hasDockerignore: false }), /no \.dockerignore/),
      ).toBeUndefined();
    });

    it('says how big a big context is', () => {
      const { build } = builtEvidence();
      expect(find(project(GOOD, { build: { ...build, contextBytes: 300e6 } }), /context has 300 MB/)).toBeDefined();
    });
  });

  describe('secrets by name', () => {
    it.each([
      ['ENV NPM_TOKEN=abc', 'NPM_TOKEN'],
      ['ENV DB_PASSWORD abc', 'DB_PASSWORD'],
      ['ARG API_KEY', 'API_KEY'],
      ['ARG AWS_SECRET_ACCESS_KEY=x', 'AWS_SECRET_ACCESS_KEY'],
    ])('warns about %s', (instruction, name) => {
      expect(find(project(`FROM a:1\n${instruction}`), /looks like a secret/)).toEqual({
        message: expect.stringContaining(name),
        line: 2,
      });
    });

    it.each([
      'ENV TOKENIZER=x',
      'ENV PASSWORD_FILE=/run/secrets/p',
      'ENV KEYBOARD=de',
      'ARG TOKEN_URL',
      'ENV AUTHOR=me',
    ])('is quiet about %s', (instruction) => {
      expect(find(project(`FROM a:1\n${instruction}`), /secret/)).toBeUndefined();
    });

    it('never repeats the value', () => {
      const given = project('FROM a:1\nENV NPM_TOKEN=hunter2', {
        image: image({ config: { env: { NPM_TOKEN: 'hunter2' } } }),
      });
      expect(JSON.stringify(adviceFor(given))).not.toContain('hunter2');
    });
  });

  describe('the command', () => {
    it('warns about shell form at the instruction in force', () => {
      const given = project('FROM a:1\nCMD ["old"]\nCMD node server.js');
      expect(find(given, /shell form/)?.line).toBe(3);
    });

    it('warns about npm as process 1, also behind a shell', () => {
      const text = 'FROM a:1\nCMD npm start';
      const cmd = ['/bin/sh', '-c', 'npm start'];
      expect(find(project(text, { image: image({ config: { cmd } }) }), /npm is process 1/)?.line).toBe(2);
      const exec = project('FROM a:1\nCMD ["npm","start"]', { image: image({ config: { cmd: ['npm', 'start'] } }) });
      expect(find(exec, /npm is process 1/)?.line).toBe(2);
    });
  });

  it.each([
    ['FROM node', true],
    ['FROM node:latest', true],
    ['FROM registry.test:5000/app', true],
    ['FROM node:20', false],
    ['FROM registry.test:5000/app:1', false],
    ['FROM node@sha256:0123', false],
    ['FROM scratch', false],
  ])('judges the tag of %s', (from, moving) => {
    expect(find(project(from), /tomorrow/) !== undefined).toBe(moving);
  });
});
