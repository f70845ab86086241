import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isSignatureOf, publicKeyOf, type SshAgent, startSshAgent } from './ssh-agent.ts';

const seed = Buffer.alloc(32, 7);
const agents: SshAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
});

async function agent(): Promise<SshAgent> {
  const started = await startSshAgent(seed);
  agents.push(started);
  return started;
}

const text = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Sends bytes and resolves with the first whole answer, or undefined when the agent hangs up. */
function ask({ socketPath }: SshAgent, bytes: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(bytes));
    let got = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < 4 || got.length < 4 + got.readUInt32BE(0)) return;
      resolve(got.subarray(4));
      socket.destroy();
    });
    socket.on('close', () => resolve(undefined));
    socket.on('error', reject);
  });
}

const blob = Buffer.from(publicKeyOf(seed).split(' ')[1] ?? '', 'base64');

describe('the agent', () => {
  test('lists one key, the same for the same seed', async () => {
    const started = await agent();
    const answer = await ask(started, text(Buffer.from([11])));
    expect(answer?.subarray(0, 5)).toEqual(Buffer.from([12, 0, 0, 0, 1]));
    expect(answer?.subarray(5, 5 + 4 + blob.length)).toEqual(text(blob));
    expect(started.publicKey).toBe(publicKeyOf(seed));
    expect(publicKeyOf(Buffer.alloc(32, 8))).not.toBe(started.publicKey);
  });
  test('signs with its key, and with no other', async () => {
    const started = await agent();
    const request = (of: Buffer) => text(Buffer.concat([Buffer.from([13]), text(of), text('data'), Buffer.alloc(4)]));
    expect((await ask(started, request(blob)))?.[0]).toBe(14);
    expect(await ask(started, request(Buffer.from('another')))).toEqual(Buffer.from([5]));
  });
  test('refuses everything else, also what is cut short', async () => {
    const started = await agent();
    for (const message of [Buffer.from([17]), Buffer.from([13, 0, 0]), Buffer.alloc(0)]) {
      expect(await ask(started, text(message))).toEqual(Buffer.from([5]));
    }
  });
  test('hangs up on a message that is too long', async () => {
    expect(await ask(await agent(), Buffer.from([255, 255, 255, 255, 11]))).toBeUndefined();
  });
});

// From `ssh-keygen -Y sign -n file` of OpenSSH 9.2 with an agent of this seed, over "hello\n".
const recorded = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx
OQAAAEDBZWEfdY1XTb8N4sr4iHEE4bRI1CZA7tyNB8KGDBo3Yi8Tk1THXk93Lcsv/0kSoY
prOFUvTrdbFlTH7kZT8I8F
-----END SSH SIGNATURE-----`;

describe('isSignatureOf', () => {
  test('accepts what OpenSSH signed by this agent', () => {
    expect(isSignatureOf('hello\n', { armored: `Signing data\n${recorded}\n`, seed })).toBe(true);
  });
  test('refuses another message, another key, and a changed signature', () => {
    expect(isSignatureOf('hello', { armored: recorded, seed })).toBe(false);
    expect(isSignatureOf('hello\n', { armored: recorded, seed: Buffer.alloc(32, 8) })).toBe(false);
    expect(isSignatureOf('hello\n', { armored: recorded.replace('prOFUv', 'prOFUw'), seed })).toBe(false);
  });
  test.each(['', 'hello', '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----'])(
    'refuses %j',
    (armored) => {
      expect(isSignatureOf('hello\n', { armored, seed })).toBe(false);
    },
  );
});
