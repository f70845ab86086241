/**
 * How this machine reaches the network, told so that every client understands it. Programs disagree: apt reads only
 * `http_proxy`, others only `HTTP_PROXY`; Node takes further CAs from one variable, Go from another.
 *
 * Whatever downloads is a child of the launcher, so it is told here, once. Learners' builds get nothing of it: they are
 * spawned with an environment of their own.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const proxyNames = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'];
/** Where distributions keep the bundle that an administrator adds to. */
const systemBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
/** Go's own, which naming a folder replaces. */
const systemFolders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/** Variables to add to `env`; what an operator set is never changed. */
export function hostNetwork(env) {
  const added = {};
  for (const name of proxyNames) {
    const value = env[name] ?? env[name.toUpperCase()];
    if (value === undefined) continue;
    for (const spelling of [name, name.toUpperCase()]) if (env[spelling] === undefined) added[spelling] = value;
  }
  const extra = env.NODE_EXTRA_CA_CERTS;
  if (!extra) {
    // For Node it comes on top of its own list, so naming it costs nothing.
    const bundle = [env.SSL_CERT_FILE, ...systemBundles].find((file) => file && existsSync(file));
    if (bundle !== undefined) added.NODE_EXTRA_CA_CERTS = bundle;
  } else if (existsSync(extra) && extra !== env.SSL_CERT_FILE && !systemBundles.includes(extra)) {
    // Go reads whole folders: the file gets one of its own, after the system's.
    const folder = folderFor(extra, env);
    const before = env.SSL_CERT_DIR ? [env.SSL_CERT_DIR] : systemFolders;
    if (folder !== undefined) added.SSL_CERT_DIR = [...before, folder].join(delimiter);
  }
  const forPip = bundleForPip(env);
  if (forPip !== undefined) added.REQUESTS_CA_BUNDLE = forPip;
  return added;
}

/** pip brings a list of its own and takes one other instead; a CA that was only added has to be joined to the system's. */
function bundleForPip(env) {
  if (env.PIP_CERT || env.REQUESTS_CA_BUNDLE || env.CURL_CA_BUNDLE) return undefined;
  if (env.SSL_CERT_FILE) return env.SSL_CERT_FILE;
  const extra = env.NODE_EXTRA_CA_CERTS;
  if (!extra || !existsSync(extra) || systemBundles.includes(extra)) return undefined;
  const system = systemBundles.find((file) => existsSync(file));
  const texts = [system, extra].filter((file) => file !== undefined).map((file) => readFileSync(file, 'utf8'));
  return keep('joined.crt', env, (path) => writeFileSync(path, texts.join('\n')));
}

function folderFor(file, env) {
  const kept = keep('extra.pem', env, (path) => copyFileSync(file, path));
  return kept && dirname(kept);
}

/** A file of this name in a folder of our own; Go reads the folder whole, so each must be a bundle. */
function keep(name, env, write) {
  const cache = env.STAGECRAFT_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stagecraft');
  const folder = join(cache, 'host-ca');
  try {
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `.${process.pid}`);
    write(temporary);
    renameSync(temporary, join(folder, name));
    return join(folder, name);
  } catch {
    // A cache that may not be written to; then the system's bundle has to do.
    return undefined;
  }
}
