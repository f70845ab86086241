/** The proxy and certificate settings that downloads will use, without what is secret in them. */
import { readFileSync } from 'node:fs';
import type { Settings } from '../settings.ts';
import type { DoctorItem } from './item.ts';

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const bundleNames = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'NPM_CONFIG_CAFILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
];

type Environment = Settings['environment'];

function given(environment: Environment, names: string[]): [string, string][] {
  const spellings = names.flatMap((name) => [name, name.toLowerCase()]);
  return spellings.flatMap((name) => (environment[name] ? [[name, environment[name]] as [string, string]] : []));
}

/** `http://user:secret@proxy.example:3128` without user and secret. */
export function withoutPassword(value: string): string {
  return value.replace(/^([a-z][\w+.-]*:\/\/)?.*@/i, '$1');
}

export function proxyItem(environment: Environment): DoctorItem {
  const item = { id: 'proxy', title: 'Proxy' };
  const found = given(environment, proxyNames);
  if (found.length === 0) return { ...item, state: 'ok', found: 'none set' };
  const shown = found.map(([name, value]) => `${name}=${withoutPassword(value)}`).join(' ');
  const wrong = found.filter(([name, value]) => !/^no_/i.test(name) && !isProxy(value)).map(([name]) => name);
  if (wrong.length === 0) return { ...item, state: 'ok', found: shown };
  const mend = `Set ${wrong.join(' and ')} to an address like http://proxy.example:3128, or unset it.`;
  return { ...item, state: 'warning', found: `${shown}: not the address of a proxy`, mend };
}

function isProxy(value: string): boolean {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  return url !== null && url.hostname !== '' && /^(?:https?|socks\w*):$/.test(url.protocol);
}

export function certificatesItem(environment: Environment, read: (path: string) => string = readText): DoctorItem {
  const item = { id: 'certificates', title: 'CA certificates' };
  const found = given(environment, bundleNames);
  if (found.length === 0) return { ...item, state: 'ok', found: 'the ones that come with the programs; none set' };
  const looked = found.map(([name, path]) => ({ name, path, count: certificatesIn(path, read) }));
  const bad = looked.filter(({ count }) => count === undefined || count === 0);
  if (bad.length === 0) {
    const shown = looked.map(({ name, path, count }) => `${name}=${path} (${count})`).join(' ');
    return { ...item, state: 'ok', found: shown };
  }
  const words = bad.map(
    ({ name, path, count }) => `${name}=${path} ${count === undefined ? 'can not be read' : 'holds no certificate'}`,
  );
  const mend = `Point ${bad.map(({ name }) => name).join(' and ')} at a readable file of PEM certificates, or unset it.`;
  return { ...item, state: 'warning', found: words.join('; '), mend };
}

const readText = (path: string) => readFileSync(path, 'utf8');

function certificatesIn(path: string, read: (path: string) => string): number | undefined {
  try {
    return read(path).match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/g)?.length ?? 0;
  } catch {
    return undefined;
  }
}
