import { expect, test } from 'vitest';
import { registryHost } from './client.ts';
import { explainSkopeo, pauseIn } from './skopeo-failure.ts';

const digest = `sha256:${'429a403b'.repeat(8)}`;
const reference = `registry.test:5000/denied/toomanyrequests@${digest}`;
const fatal = (text: string, source = reference): string =>
  `time="2026-11-21T04:03:53Z" level=debug msg="GET https://registry.test:5000/v2/"\ntime="2026-11-21T04:03:53Z" level=fatal msg="initializing source docker://${source}: ${text}"\n`;

// The last words of skopeo 1.9.3, as they came from a registry that behaved so.
test.each([
  ['rate_limited', `reading manifest ${digest} in registry.test:5000: toomanyrequests: slow`],
  ['missing', `reading manifest ${digest} in registry.test:5000: manifest unknown: manifest unknown`],
  ['unauthorised', 'unauthorized: authentication required'],
  ['rate_limited', 'invalid status code from registry 429 (Too Many)'],
  ['unauthorised', 'received unexpected HTTP status: 403 Forbidden'],
  ['server_error', 'invalid status code from registry 502 (Bad Gateway)'],
  ['damaged', 'writing blob: (heuristic tuning data: last retry 0, current offset 7; 52.429 ms total): unexpected EOF'],
  ['disk_full', 'writing blob: write /cache/.making-401-b5/oci-put-blob12: no space left on device'],
  ['unreachable', 'dial tcp: lookup r-403.registry.test on 192.0.2.53:53: no such host'],
  ['unauthorised', 'requested access to the resource is denied'],
  ['untrusted', 'Get \\"https://registry.test:5000/v2/\\": x509: certificate signed by unknown authority'],
  ['damaged', 'writing blob: happened during read: unexpected EOF'],
  ['damaged', 'Digest did not match, expected sha256:aa, got sha256:bb'],
  ['server_error', 'received unexpected HTTP status: 503 Service Unavailable'],
  ['unreachable', 'dial tcp 127.0.0.1:5999: connect: connection refused'],
  ['unreachable', 'dial tcp: lookup registry.test on 192.0.2.53:53: no such host'],
  ['unreachable', 'proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused'],
  ['disk_full', 'writing blob: write /x/oci-put-blob1: no space left on device'],
  ['other', 'something that nobody has seen before'],
] as const)('%s: %s', (kind, text) => {
  const failure = explainSkopeo(fatal(text), reference);
  expect(failure.kind).toBe(kind);
  expect(failure.message).not.toContain(digest);
  expect(failure.message).not.toContain('level=');
  expect(failure.cause).toContain(text);
});

test.each([403, 429, 503, 40_123, 14_290, 50_300])('port %i of a registry is not taken for its answer', (port) => {
  const pinned = `127.0.0.1:${port}/library/one@${digest}`;
  const untrusted = `pinging container registry 127.0.0.1:${port}: Get \\"https://127.0.0.1:${port}/v2/\\": x509: certificate signed by unknown authority`;
  expect(explainSkopeo(fatal(untrusted, pinned), pinned).kind).toBe('untrusted');
  const refused = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
  expect(explainSkopeo(fatal(refused, pinned), pinned).kind).toBe('unreachable');
});

test('the pause that skopeo makes is read from its log', () => {
  expect(pauseIn('Too many requests to http://127.0.0.1:5060/v2/x: sleeping for 1.500000 seconds before next')).toBe(
    1.5,
  );
  expect(pauseIn('Trying to access')).toBeUndefined();
});

test.each([
  ['node', 'docker.io'],
  ['library/node', 'docker.io'],
  ['gcr.io/distroless/base', 'gcr.io'],
  ['127.0.0.1:5000/node', '127.0.0.1:5000'],
  ['localhost/node', 'localhost'],
])('%s is at %s', (repository, host) => {
  expect(registryHost(repository)).toBe(host);
});
