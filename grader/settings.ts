/**
 * The only file that reads the environment. Everything an operator may set is here, with its default.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { StagecraftError } from './errors.ts';

const onOrOff = z.enum(['0', '1', 'false', 'true', '']).default('0');

const schema = z.object({
  /** Where this installation keeps its engine, database and secrets. One running Stagecraft per folder. */
  STAGECRAFT_HOME: z.string().min(1).optional(),
  /** Things that can be made again (root file systems, packages, images), keyed by recipe; shared by installations. */
  STAGECRAFT_CACHE: z.string().min(1).optional(),
  STAGECRAFT_PORT: z.coerce.number().int().min(1).max(65535).default(4321),
  STAGECRAFT_HOST: z.string().default('127.0.0.1'),
  /** Further host names that people reach this server by (behind a proxy, in a school's DNS), with commas between. */
  STAGECRAFT_HOSTS: z.string().default(''),
  /** `1`: a reverse proxy stands before this server, and its X-Forwarded-For and X-Forwarded-Proto say who asks, and how. */
  STAGECRAFT_PROXY: onOrOff,
  STAGECRAFT_CONTENT: z.string().optional(),
  /**
   * Where the sandbox engine runs: on an existing Docker of this machine, on this Linux host, or (`external`) on the
   * Docker that DOCKER_HOST or the context names, wherever it is. `auto` takes a Docker of this machine that answers.
   */
  STAGECRAFT_ENGINE: z.enum(['auto', 'docker', 'host', 'external']).default('auto'),
  DOCKER_HOST: z.string().min(1).optional(),
  DOCKER_CONTEXT: z.string().min(1).optional(),
  DOCKER_CONFIG: z.string().min(1).optional(),
  DOCKER_CERT_PATH: z.string().min(1).optional(),
  DOCKER_TLS_VERIFY: z.string().optional(),
  SSH_AUTH_SOCK: z.string().min(1).optional(),
  DATABASE_URL: z.string().url().optional(),
  /** `1`: grade also where the isolation self-test found a wall missing. */
  STAGECRAFT_ACCEPT_WEAK_ISOLATION: onOrOff,
  XDG_DATA_HOME: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
  NO_COLOR: z.string().optional(),
  CI: z.string().optional(),
});

export interface Settings {
  /** The checkout: where `content/` and `dist/` are. */
  projectDir: string;
  homeDir: string;
  cacheDir: string;
  contentDir: string;
  siteDir: string;
  host: string;
  port: number;
  /** Host names to answer to, besides localhost, IP addresses and this machine's own name. */
  allowedHosts: string[];
  /** Whether a reverse proxy stands before this server, which says for whom it asks. */
  trustProxy: boolean;
  engine: 'auto' | 'docker' | 'host' | 'external';
  /** The user's own Docker as the `docker` command finds it. */
  dockerHost: string | undefined;
  dockerContext: string | undefined;
  dockerConfigDir: string;
  dockerCertDir: string | undefined;
  dockerTlsVerify: boolean;
  /** For a Docker at an ssh:// address. */
  sshAuthSocket: string | undefined;
  /** An operator's own PostgreSQL; without it a private server is started under `homeDir/database`. */
  databaseUrl: string | undefined;
  /** Grade although walls of the sandbox are missing; the site says so. */
  acceptWeakIsolation: boolean;
  colour: boolean;
  ci: boolean;
  /** To be handed to programs of ours that are started as processes. */
  environment: NodeJS.ProcessEnv;
}

const isOn = (value: string) => ['1', 'true'].includes(value);

const networkVariables = /^(?:https?_proxy|no_proxy|all_proxy)$/i;

/** Proxy variables of this process, for programs of ours that download something elsewhere than on this machine. */
export function networkEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return Object.fromEntries(entries.filter(([name]) => networkVariables.test(name)));
}

/**
 * Reads settings from an environment.
 * @throws StagecraftError `bad_input`, naming the variable, what was found and what was expected.
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    throw new StagecraftError(
      'bad_input',
      `The environment variable ${name} is ${JSON.stringify(env[name])}: ${issue?.message}. Correct or unset it.`,
    );
  }
  const value = parsed.data;
  const projectDir = resolve(import.meta.dirname, '..');
  const dataHome = value.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  const cacheHome = value.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return {
    projectDir,
    homeDir: resolve(value.STAGECRAFT_HOME ?? join(dataHome, 'stagecraft')),
    cacheDir: resolve(value.STAGECRAFT_CACHE ?? join(cacheHome, 'stagecraft')),
    contentDir: resolve(value.STAGECRAFT_CONTENT ?? join(projectDir, 'content')),
    siteDir: join(projectDir, 'dist'),
    host: value.STAGECRAFT_HOST,
    port: value.STAGECRAFT_PORT,
    allowedHosts: value.STAGECRAFT_HOSTS.split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
    trustProxy: isOn(value.STAGECRAFT_PROXY),
    engine: value.STAGECRAFT_ENGINE,
    dockerHost: value.DOCKER_HOST,
    dockerContext: value.DOCKER_CONTEXT,
    dockerConfigDir: resolve(value.DOCKER_CONFIG ?? join(homedir(), '.docker')),
    dockerCertDir: value.DOCKER_CERT_PATH,
    dockerTlsVerify: Boolean(value.DOCKER_TLS_VERIFY),
    sshAuthSocket: value.SSH_AUTH_SOCK,
    databaseUrl: value.DATABASE_URL,
    acceptWeakIsolation: isOn(value.STAGECRAFT_ACCEPT_WEAK_ISOLATION),
    colour: value.NO_COLOR === undefined && process.stdout.isTTY === true,
    ci: value.CI === 'true' || value.CI === '1',
    environment: env,
  };
}
