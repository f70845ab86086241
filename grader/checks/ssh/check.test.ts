import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts';
import type { SshEvidence } from '../../evidence/evidence.ts';
import { builtEvidence } from '../sample-evidence.ts';
import { ssh } from './check.ts';

const mounted = 'FROM node:20\nRUN --mount=type=ssh ssh-add -L > /proof\n';

function judge(
  found: SshEvidence | undefined,
  { params = {}, text = mounted }: { params?: object; text?: string } = {},
) {
  const all: Record<string, SshEvidence> = found === undefined ? {} : { agent: found };
  const evidence = builtEvidence({ dockerfile: parseDockerfile(text), ssh: all });
  return ssh.judge(ssh.schema.parse({ proof: '/proof', ...params }), evidence, 'agent');
}
const nothing: SshEvidence = { listed: false, signed: false, found: undefined, privateKeys: [] };

describe('ssh', () => {
  test('passes when the proof file holds the key, or the signature where one is asked', () => {
    expect(judge({ ...nothing, listed: true, found: 'ssh-ed25519 AAAA' })).toMatchObject({
      status: 'passed',
      message: 'A step was given the SSH agent, which listed its key.',
    });
    expect(judge({ ...nothing, signed: true }, { params: { signs: 'plans' } }).status).toBe('passed');
    expect(judge({ ...nothing, listed: true }, { params: { signs: 'plans' } }).status).toBe('failed');
  });
  test('says what the file holds instead, or that there is none', () => {
    expect(judge(nothing)).toEqual({
      status: 'failed',
      actual: 'no proof',
      line: 2,
      message: "No stage has the file `/proof`; it should hold the agent's public key.",
    });
    const other = judge({ ...nothing, found: 'The agent has no identities.' }, { params: { signs: 'plans' } });
    expect(other.message).toBe(
      "The file `/proof` holds `The agent has no identities.`; it should hold a signature of `plans` by the agent's key.",
    );
  });
  test('a private key in a layer fails it, whatever was signed', () => {
    const privateKeys = [{ diffId: 'sha256:none', path: '/root/.ssh/id_ed25519', how: 'gzip' as const }];
    const { status, message } = judge({ ...nothing, listed: true, privateKeys });
    expect(status).toBe('failed');
    expect(message).toMatch(/^A private key of SSH is in `\/root\/\.ssh\/id_ed25519`, as gzip \(/);
  });
  test('says when no step mounts the agent', () => {
    const { message, line } = judge(nothing, { text: 'FROM node:20\nRUN ssh-add -L > /proof; true\n' });
    expect(message).toContain('No RUN mounts the agent, so no step could reach it.');
    expect(line).toBeUndefined();
  });
  test('says why the stages could not be searched, and is skipped without evidence', () => {
    expect(judge({ ...nothing, message: 'no space' }).message).toContain('for `/proof`: No space.');
    expect(judge(undefined).status).toBe('skipped');
  });
});
