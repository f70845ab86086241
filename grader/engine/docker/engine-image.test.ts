import { expect, test } from 'vitest';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts';
import { packages } from '../host/rootfs.ts';
import { engineDockerfile } from './engine-image.ts';

test('the recipe as a Dockerfile installs the same packages and makes the same changes', () => {
  const [stage, ...more] = parseDockerfile(engineDockerfile()).stages;
  expect(more).toEqual([]);
  expect(stage?.base).toBe('debian:trixie-slim');
  for (const name of packages) expect(engineDockerfile()).toContain(` ${name} `);
  expect(engineDockerfile()).toMatch(/RUN set -- "" && echo engine:100000:65536/);
});
