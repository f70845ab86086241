/** What skopeo's last words mean, as a sentence for people. Its debug log is kept as the cause. */
import { lastLines } from '../run-command.ts';
import { RegistryFailure, type RegistryFailureKind, registryHost } from './client.ts';

interface Rule {
  kind: RegistryFailureKind;
  words: RegExp;
  sentence: (where: { host: string; reference: string }) => string;
}

/** A status as Go's client and containers/image put it: ports, durations and names are numbers too. */
const answered = (code: string): string => String.raw`status(?: ?code)?(?: from registry)?:? ${code}\b`;

/** In this order: a rate limit may come as an "unauthorized", a damaged blob as an "unexpected EOF". */
const rules: Rule[] = [
  {
    kind: 'rate_limited',
    words: new RegExp(`toomanyrequests|too many requests|pull rate limit|${answered('429')}`, 'i'),
    sentence: ({ host, reference }) =>
      `The registry ${host} answered "too many requests" for ${reference}. Log in with docker login, use a mirror, or start again later.`,
  },
  {
    kind: 'missing',
    words: /manifest unknown|name unknown|not found: |repository name not known|404 \(Not Found\)/i,
    sentence: ({ host, reference }) =>
      `The registry ${host} has no ${reference} (any more). Pin what it has now: npx stagecraft catalogue update --write`,
  },
  {
    kind: 'unauthorised',
    words: new RegExp(`unauthorized|authentication required|denied|${answered('40[13]')}`, 'i'),
    sentence: ({ host, reference }) =>
      `The registry ${host} refuses ${reference} without other credentials. Give them to this machine's Docker: docker login ${host}`,
  },
  {
    kind: 'untrusted',
    words: /x509:|certificate|tls: /i,
    sentence: ({ host }) =>
      `The registry ${host} shows a certificate that this machine does not trust. Put its CA into /etc/docker/certs.d/${host}/ca.crt or into the system's CA certificates.`,
  },
  {
    kind: 'disk_full',
    words: /no space left on device/i,
    sentence: ({ reference }) =>
      `There is no room for ${reference} on the disk of Stagecraft's cache folder. Make some.`,
  },
  {
    kind: 'damaged',
    words:
      /unexpected EOF|digest did not match|does not match (the )?digest|Digest of source image|corrupt|gzip: |flate:|no such file or directory/i,
    sentence: ({ host, reference }) =>
      `What the registry ${host} sent for ${reference} was cut off or damaged, each time it was tried.`,
  },
  {
    kind: 'server_error',
    words: new RegExp(`received unexpected HTTP status|internal server error|${answered('5\\d\\d')}`, 'i'),
    sentence: ({ host, reference }) => `The registry ${host} answered with a fault of its own for ${reference}.`,
  },
  {
    kind: 'unreachable',
    words:
      /connection refused|no such host|no route to host|network is unreachable|connection reset|i\/o timeout|server misbehaving|temporary failure|HTTP response to HTTPS client|proxyconnect|EOF/i,
    sentence: ({ host }) =>
      `The registry ${host} can't be reached from this machine. Check its network, proxy (HTTPS_PROXY) and mirrors.`,
  },
];

/** @param reference as it was asked for, `node@sha256:…` */
export function explainSkopeo(log: string, reference: string): RegistryFailure {
  const last = lastWords(log);
  const shown = reference.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*/, '@sha256:$1…');
  const where = { host: registryHost(reference.replace(/@.*/, '')), reference: shown };
  // Names in it may look like a reason: a repository called `denied`.
  const neutral = last.replaceAll(reference, '').replace(/sha256:[0-9a-f]+/g, '');
  const rule = rules.find(({ words }) => words.test(neutral));
  if (rule !== undefined) return new RegistryFailure(rule.kind, rule.sentence(where), log);
  return new RegistryFailure('other', `${shown} could not be pulled: ${neutral.slice(-300)}`, log);
}

/** The message of the last `level=fatal` line, or the last line. */
export function lastWords(log: string): string {
  const fatal = [...log.matchAll(/level=fatal msg="((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];
  return (fatal ?? lastLines(log, 1)).replaceAll('\\"', '"');
}

/** Seconds that skopeo sleeps because the registry said "too many requests" (its Retry-After, when it gives one). */
export function pauseIn(text: string): number | undefined {
  const seconds = /Too many requests to [^\s"]+: sleeping for ([\d.]+) seconds/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
