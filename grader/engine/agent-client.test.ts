import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdLease, holdQuiet } from './agent-client.ts';

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-client-'));
});
afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** An agent that answers everything alike, in these pieces. */
async function agent(statusCode: number, pieces: string[], { ends }: { ends: boolean }): Promise<string> {
  const answer: RequestListener = async (request, response) => {
    request.resume();
    response.writeHead(statusCode, { 'content-type': 'application/json' });
    for (const piece of pieces) {
      response.write(piece);
      await sleep(20);
    }
    if (ends) response.end();
  };
  const path = join(folder, 'agent.sock');
  server = createServer(answer).listen(path);
  await once(server, 'listening');
  return path;
}

test('a refusal may come in pieces', async () => {
  const busy = await agent(409, ['{"error":"Slots are ', 'in use."}\n'], { ends: true });
  expect(await holdQuiet(busy, { ifIdle: true })).toBeUndefined();
});

test('what lasts is there as soon as its line is whole', async () => {
  const free = await agent(200, ['{"number"', ':1}\n'], { ends: false });
  const lease = await holdLease(free, { kind: 'slots' });
  expect(lease.grant).toEqual({ number: 1 });
  lease.close();
});

test('an answer that breaks off means that the engine does not answer', async () => {
  const dying = await agent(200, ['{"number"'], { ends: true });
  await expect(holdLease(dying, { kind: 'slots' })).rejects.toMatchObject({ code: 'engine_unavailable' });
});
