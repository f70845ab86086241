/**
 * An SSH agent with one throw-away key, for builds with `RUN --mount=type=ssh`. It lists its key and signs with it.
 *
 * Absent on purpose: keys of the machine that grades, adding or removing keys, and OpenSSH.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import { makeWorkFolder } from '../work-folder.ts';

export interface SshAgent {
  socketPath: string;
  /** As in authorized_keys, without a comment: `ssh-ed25519 AAAA…`. */
  publicKey: string;
  /** Ends it and removes its folder. Never throws. */
  close(): Promise<void>;
}

const ALGORITHM = 'ssh-ed25519';
const COMMENT = 'stagecraft-throw-away-key';
const [FAILURE, REQUEST_IDENTITIES, IDENTITIES_ANSWER, SIGN_REQUEST, SIGN_RESPONSE] = [5, 11, 12, 13, 14];

/** @param seed 32 bytes; the same seed is the same key, so that steps that used it stay cached */
export async function startSshAgent(seed: Buffer): Promise<SshAgent> {
  const folder = await makeWorkFolder();
  const socketPath = join(folder, 'agent.sock');
  const key = privateKeyOf(seed);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= limits.sshAgent.connectionsMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle is no event.
    socket.on('error', () => socket.destroy());
    answer(socket, key);
  });
  await listening(server, socketPath);
  return {
    socketPath,
    publicKey: publicKeyOf(seed),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function answer(socket: Socket, key: KeyObject): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (length > limits.sshAgent.messageBytesMax) {
        socket.destroy();
        return;
      }
      if (pending.length < 4 + length) return;
      const message = pending.subarray(4, 4 + length);
      pending = pending.subarray(4 + length);
      socket.write(text(reply(message, key)));
    }
  });
}

function reply(message: Buffer, key: KeyObject): Buffer {
  const blob = blobOf(key);
  if (message[0] === REQUEST_IDENTITIES) {
    return Buffer.concat([Buffer.from([IDENTITIES_ANSWER, 0, 0, 0, 1]), text(blob), text(COMMENT)]);
  }
  const [asked, data] = message[0] === SIGN_REQUEST ? textsIn(message.subarray(1), 2) : [];
  if (asked === undefined || data === undefined || !asked.equals(blob)) return Buffer.from([FAILURE]);
  const signature = Buffer.concat([text(ALGORITHM), text(sign(null, data, key))]);
  return Buffer.concat([Buffer.from([SIGN_RESPONSE]), text(signature)]);
}

/** The public half of a seed's key, as `ssh-add -L` prints it, without the comment. */
export function publicKeyOf(seed: Buffer): string {
  return `${ALGORITHM} ${blobOf(privateKeyOf(seed)).toString('base64')}`;
}

function privateKeyOf(seed: Buffer): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

function blobOf(key: KeyObject): Buffer {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Buffer.concat([text(ALGORITHM), text(der.subarray(-32))]);
}

/**
 * Whether a text is a signature of `ssh-keygen -Y sign` over a message, made with the key of this seed. Any namespace.
 */
export function isSignatureOf(message: string, { armored, seed }: { armored: string; seed: Buffer }): boolean {
  const body = /-----BEGIN SSH SIGNATURE-----([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----/.exec(armored)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, 6) !== 'SSHSIG' || bytes.length < 10) return false;
  const [blob, namespace, reserved, hash, signature] = textsIn(bytes.subarray(10), 5);
  const key = privateKeyOf(seed);
  if (blob === undefined || signature === undefined || !blob.equals(blobOf(key))) return false;
  const hashName = hash?.toString('latin1') ?? '';
  if (hashName !== 'sha256' && hashName !== 'sha512') return false;
  const digest = hashOf(hashName, message);
  const parts = [namespace, reserved, hash].map((part) => text(part ?? ''));
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...parts, text(digest)]);
  const raw = textsIn(signature, 2)[1];
  return raw !== undefined && verify(null, signed, createPublicKey(key), raw);
}

function hashOf(name: string, message: string): Buffer {
  return createHash(name).update(message).digest();
}

/** SSH's string: its length, then its bytes. */
function text(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The first strings of a message; fewer when it ends before. */
function textsIn(message: Buffer, count: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  while (found.length < count && at + 4 <= message.length) {
    const end = at + 4 + message.readUInt32BE(at);
    if (end > message.length) break;
    found.push(message.subarray(at + 4, end));
    at = end;
  }
  return found;
}
