import { expect, test } from 'vitest';
import { readSettings } from '../settings.ts';
import { chooseLauncher } from './open-engine.ts';

const settings = {
  ...readSettings({ STAGECRAFT_HOME: '/nonexistent/home', STAGECRAFT_CACHE: '/nonexistent/cache' }),
  dockerHost: 'tcp://192.0.2.1:2375',
};

test('an operator who asks for Docker is told what is wrong with it, and nothing else is taken', async () => {
  await expect(chooseLauncher({ ...settings, engine: 'docker' })).rejects.toMatchObject({
    code: 'host_lacks',
    message: expect.stringMatching(/Docker is at tcp:\/\/192\.0\.2\.1:2375.*STAGECRAFT_ENGINE/),
  });
});

test('left to itself it takes the host, or says what both ways lack', async () => {
  const chosen = await chooseLauncher(settings).then(
    ({ kind }) => kind,
    ({ message }: Error) => message,
  );
  expect(chosen).toMatch(/^host$|^Docker is at .* The sandbox engine /);
});
