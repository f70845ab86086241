/** The few calls the agent itself makes to dockerd, over its unix socket. */
import { request } from 'node:http';

export interface DockerCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  timeoutMs: number;
}

/** @throws when dockerd can't be reached, answers with an error status, or takes longer than `timeoutMs`. */
export function callDocker(socketPath: string, call: DockerCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const outgoing = request(
      {
        socketPath,
        method: call.method,
        path: call.path,
        // A connection of its own each time: the watchdog counts connections to tell whether dockerd has a client.
        agent: false,
        headers: { host: 'docker', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        signal: AbortSignal.timeout(call.timeoutMs),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const status = incoming.statusCode ?? 0;
          if (status >= 400) reject(new Error(`dockerd: ${call.method} ${call.path}: ${status} ${text.trim()}`));
          else resolve(text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text);
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
