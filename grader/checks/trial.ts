/** Tiny Dockerfiles for the real engine: what a check passes and what it must refuse. */
export interface Trial {
  type: string;
  /** Where one type is tried more than once. @default the type */
  name?: string;
  params: object;
  /** What every build is given. */
  buildArgs?: Record<string, string>;
  /** @default one that is larger than what passes `size` */
  starter?: string;
  good: string[];
  /** With what the report has to say. */
  bad: [dockerfile: string, found: { line?: number; message: RegExp }][];
}

export const base = 'FROM busybox:1.36\n';
export const serve = 'COPY index.html /www/index.html\nCMD ["httpd", "-f", "-p", "3000", "-h", "/www"]\n';

/** What used a secret must not come from the cache of an earlier run: secrets are no part of its keys. */
export const thisRun = Date.now();
