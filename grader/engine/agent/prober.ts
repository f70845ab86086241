/** One HTTP request to a learner's container, which may answer anything: every size and time is bounded. */
import { request } from 'node:http';
import { BlockList } from 'node:net';
import type { ProbeRequest, ProbeResponse } from '../engine.ts';

type Failure = Extract<ProbeResponse, { ok: false }>['reason'];

const reasons: Record<string, Failure> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timeout',
};

/** True when the address is one of a learner's container: the prober is no way to reach anything else. */
export function isProbeable(ip: string, cidrs: string[]): boolean {
  const allowed = new BlockList();
  for (const cidr of cidrs) {
    const [net, bits] = cidr.split('/') as [string, string];
    allowed.addSubnet(net, Number(bits));
  }
  return allowed.check(ip);
}

/** Never rejects: what a container does wrong is a value. */
export function probe(
  wanted: ProbeRequest,
  limits: { responseBytesMax: number },
  signal: AbortSignal,
): Promise<ProbeResponse> {
  const started = performance.now();
  return new Promise((resolve) => {
    let settled = false;
    const settle = (outcome: ProbeResponse): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(outcome);
      outgoing.destroy();
    };
    const fail = (reason: Failure, message: string): void => settle({ ok: false, reason, message });
    const outgoing = request({
      host: wanted.ip,
      port: wanted.port,
      method: wanted.method,
      path: wanted.path,
      headers: { host: `${wanted.ip}:${wanted.port}`, ...wanted.headers },
      agent: false,
      signal,
    });
    const timer = setTimeout(
      () => fail('timeout', `No complete answer within ${wanted.timeoutMs} ms.`),
      wanted.timeoutMs,
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(reasonOf(error), error.message));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = (bodyTruncated: boolean): void => {
        const body = Buffer.concat(chunks).subarray(0, limits.responseBytesMax).toString('utf8');
        const durationMs = performance.now() - started;
        settle({
          ok: true,
          status: incoming.statusCode ?? 0,
          headers: flatten(incoming.headers),
          body,
          bodyTruncated,
          durationMs,
        });
      };
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > limits.responseBytesMax) finish(true);
      });
      incoming.on('end', () => finish(false));
      incoming.on('error', (error: NodeJS.ErrnoException) => fail(reasonOf(error), error.message));
    });
    outgoing.end(wanted.body);
  });
}

function reasonOf(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? '';
  if (code.startsWith('HPE_')) return 'not_http';
  return reasons[code] ?? 'reset';
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
