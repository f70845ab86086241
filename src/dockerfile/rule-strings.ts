/** What the rules say, one sentence or two each. */
export const ruleStrings = {
  stageNameCasing: (name: string) => `The stage name ${name} should be in lower case.`,
  fromAsCasing: (as: string, from: string) => `${as} and ${from} should be written in the same case.`,
  instructionCasing: (keyword: string, to: string) =>
    `${keyword} should be in ${to} case like most instructions of this file.`,
  reservedStageName: (name: string) => `${name} is a name that Docker keeps for itself: call the stage something else.`,
  unusedStage: (name: string) =>
    `The stage ${name} is not used: nothing that is shipped continues it or takes files from it, so it isn't even built.`,
  movingTag: (image: string) =>
    `${image} means another image after its next release: the same file then builds something else. Name a version.`,
  undefinedArgInFrom: (name: string) => `FROM uses $${name}, but no ARG ${name} stands above the first FROM.`,
  invalidDefaultArg: (base: string) =>
    `Without a build argument this FROM means ${JSON.stringify(base)}, which names no image. Give the ARG a default.`,
  constantPlatform: (platform: string) =>
    `--platform=${platform} is fixed, so this file builds for nothing else. Leave it out, or use $BUILDPLATFORM.`,
  redundantPlatform: '--platform=$TARGETPLATFORM is what FROM does anyway. Leave it out.',
  jsonArgs: (keyword: string) =>
    `${keyword} is in shell form: a shell becomes process 1, and signals like SIGTERM may never reach the program. Write a JSON array.`,
  multiple: (keyword: string, line: number) =>
    `Only the last ${keyword} of a stage counts; the one on line ${line} replaces this.`,
  legacyKeyValue: (keyword: string, name: string) => `Write ${keyword} ${name}=… instead of the old form with a space.`,
  secret: (keyword: string, name: string) =>
    `${name} looks like a secret, and ${keyword} keeps its value in the image or its history. Use RUN --mount=type=secret.`,
  undefinedVar: (name: string, meant: string | undefined) =>
    `$${name} is not set here: no ARG or ENV of this stage names it.${meant === undefined ? '' : ` Did you mean $${meant}?`}`,
  copyBeforeInstall: (line: number) =>
    `Everything is copied before the dependencies are installed on line ${line}, so every edit installs them again. Copy the lock file first, install, then copy the rest.`,
  root: 'The program runs as root: nothing in the last stage changes the user. Add USER with one that is not root.',
  rootUser: 'The program runs as root. Choose a user that is not root.',
  copyIgnored: (source: string, pattern: string) =>
    `${source} is kept out of the build by ${JSON.stringify(pattern)} in .dockerignore, so there is nothing to copy.`,
  emptyContinuation: 'An empty line inside a continued instruction is deprecated and easily misread. Remove it.',
  maintainer: 'MAINTAINER is deprecated. Use LABEL org.opencontainers.image.authors.',
  relativeWorkdir: (path: string) =>
    `${path} is relative, so where it leads depends on the base image. Write an absolute path.`,
  exposeCasing: (port: string) => `The protocol of ${port} should be in lower case.`,
  exposeFormat: (port: string) =>
    `EXPOSE names ports of the container only; ${port} also says an address or a port of the host, which has no effect.`,
  fix: {
    to: (text: string) => `Change to ${text}`,
    remove: (what: string) => `Remove ${what}`,
    execForm: 'Write it as a JSON array',
    emptyLines: 'Remove the empty lines',
  },
} as const;
