import { expect, test } from 'vitest';
import { engineNetwork } from '../instance.ts';
import { firewallRules } from './network.ts';

const rules = firewallRules(engineNetwork).split('\n');

test('everything that no rule names is dropped', () => {
  expect(rules).toContain(':INPUT DROP [0:0]');
  expect(rules).toContain(':FORWARD DROP [0:0]');
});

test('builds reach the mirror and runs the HTTPS service, each on its own bridge and nothing else', () => {
  const opened = rules.filter((rule) => rule.endsWith('-j ACCEPT') && !rule.includes('ESTABLISHED'));
  expect(opened).toEqual([
    '-A INPUT -i docker0 -d 10.213.0.1/32 -p tcp --dport 4873 -j ACCEPT',
    '-A INPUT -i runs0 -d 10.213.1.1/32 -p tcp --dport 443 -j ACCEPT',
  ]);
});

test('nothing is forwarded, and what is tried is told so at once', () => {
  const forwarded = rules.filter((rule) => rule.startsWith('-A DOCKER-USER'));
  expect(forwarded.every((rule) => rule.includes('-j REJECT'))).toBe(true);
  expect(forwarded.at(-1)).not.toMatch(/-p tcp/);
});
