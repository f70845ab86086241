/** The distroless images: each plain, for a user without rights, and with a shell to look around. */
import type { DescribedImage } from '../catalogue.ts';

const from = 'the Debian bookworm packages that the distroless project lists, unpacked without dpkg';
const nothing = 'Nothing but the builder.';

interface Family {
  /** As in `gcr.io/distroless/NAME-debian12`. */
  name: string;
  target: string;
  plain: string;
  nonroot: string;
  debug: string;
  madeFrom: string;
  differs: string;
  libc: 'glibc' | 'none';
}

const families: Family[] = [
  {
    name: 'static',
    target: 'distroless-static',
    plain: 'CA certificates, time zones and a user list, nothing else: for static binaries.',
    nonroot: 'The same for static binaries, running as user 65532.',
    debug: 'distroless static with a BusyBox shell, for looking around.',
    madeFrom: from,
    differs: nothing,
    libc: 'none',
  },
  {
    name: 'base',
    target: 'distroless-base',
    plain: 'distroless static plus glibc and OpenSSL: for dynamically linked binaries.',
    nonroot: 'distroless base, running as user 65532.',
    debug: 'distroless base with a BusyBox shell, for looking around.',
    madeFrom: from,
    differs: nothing,
    libc: 'glibc',
  },
  {
    name: 'cc',
    target: 'distroless-cc',
    plain: 'distroless base plus libgcc and libstdc++: for Rust and C++.',
    nonroot: 'distroless cc, running as user 65532.',
    debug: 'distroless cc with a BusyBox shell, for looking around.',
    madeFrom: from,
    differs: nothing,
    libc: 'glibc',
  },
  {
    name: 'nodejs20',
    target: 'distroless-nodejs',
    plain: 'Node.js 20 without shell, npm or package manager; the entrypoint is node itself.',
    nonroot: 'Node.js 20 without a shell, running as user 65532.',
    debug: 'Node.js 20 with a BusyBox shell, for looking around; the entrypoint is node.',
    madeFrom: `${from}, and Node.js 20.20.2 from its npm package`,
    differs: nothing,
    libc: 'glibc',
  },
  {
    name: 'python3',
    target: 'distroless-python',
    plain: 'Python 3.11 without shell or pip, in /usr/bin; the entrypoint is python itself.',
    nonroot: 'Python 3.11 without a shell, running as user 65532.',
    debug: 'Python 3.11 with a BusyBox shell, for looking around; the entrypoint is python.',
    madeFrom: from,
    differs: nothing,
    libc: 'glibc',
  },
  {
    name: 'java21',
    target: 'distroless-java',
    plain: 'Java 21 for running, without a shell; the entrypoint is java -jar.',
    nonroot: 'Java 21 without a shell, running as user 65532.',
    debug: 'Java 21 with a BusyBox shell, for looking around; the entrypoint is java -jar.',
    madeFrom:
      "distroless static, and OpenJDK 21 and its libraries from Debian trixie's packages, unpacked without dpkg",
    differs: 'Its C library and its Java are those of Debian 13.',
    libc: 'glibc',
  },
];

export const distrolessImages: DescribedImage[] = families.flatMap(({ plain, nonroot, debug, ...family }) => [
  { ...variant(family, 'latest'), summary: plain, hasShell: false },
  { ...variant(family, 'nonroot'), summary: nonroot, hasShell: false },
  { ...variant(family, 'debug'), summary: debug, hasShell: true },
]);

/** With and without the Debian version. */
function variant(
  { name, target, madeFrom, differs, libc }: Pick<Family, 'name' | 'target' | 'madeFrom' | 'differs' | 'libc'>,
  tag: string,
) {
  const names = [`gcr.io/distroless/${name}-debian12:${tag}`, `gcr.io/distroless/${name}:${tag}`];
  return {
    name: names[0] as string,
    aliases: names.slice(1),
    target: tag === 'latest' ? target : `${target}-${tag}`,
    madeFrom: tag === 'debug' ? `${madeFrom}, and Debian's busybox-static package` : madeFrom,
    differs,
    libc,
  };
}
