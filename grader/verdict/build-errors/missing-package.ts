/** Packages that the sandbox's mirror doesn't hold, and other attempts to reach a network that isn't there. */
import { quoted } from '../../dockerfile/findings.ts';
import type { Explanation } from './facts.ts';

const patterns: RegExp[] = [
  /^npm (?:error|ERR!) 404 +Not Found - GET \S{1,100}\/npm\/(\S{1,200})/m,
  /^npm (?:error|ERR!) notarget No matching version found for (\S{1,200}?)\.?$/m,
  /^(?:go: |\S+:\d+:\d+: )?(\S{1,200}): module lookup disabled by GOPROXY=off/m,
  /^go: (?:module )?(\S{1,200}): (?:reading|no matching versions|module lookup disabled)/m,
  /^E: Unable to locate package (\S{1,200})/m,
  /^E: Package '(\S{1,200})' has no installation candidate/m,
  /^\s{0,20}(\S{1,200}) \(no such package\)/m,
  /Could not find artifact (\S{1,200}) in \S{1,100} \(http/,
  /Plugin (\S{1,200}) or one of its dependencies could not be resolved/,
  /(?:No matching distribution found for|Could not find a version that satisfies the requirement) (\S{1,200})/,
  // cargo's.
  /^error: no matching package named `(\S{1,200})` found/m,
  /^error: the crate `(\S{1,200})` could not be found in registry index/m,
  // uv's.
  /Because (\S{1,200}) was not found in the package registry/,
  /Because there (?:is|are) no versions? of (\S{1,200})/,
];

export const missingPackage: Explanation = ({ text, where }) => {
  for (const pattern of patterns) {
    const name = pattern.exec(text)?.[1];
    if (name === undefined) continue;
    return {
      code: 'package_not_in_mirror',
      message: `${where} asks for the package ${quoted(decode(name))}, which the package mirror here does not have.`,
      hint: 'A build here reaches no network; what the lock file of the app names is there. Check the name, or do without it.',
    };
  }
  if (/E: (?:Failed to fetch|Some index files failed to download)|apt.*404 +Not Found/.test(text)) {
    return {
      code: 'package_not_in_mirror',
      message: `${where}: there are no Debian packages in the package mirror here.`,
      hint: 'Use a base image that has what you need; this exercise can be solved without apt-get.',
    };
  }
  return undefined;
};

export const noNetwork: Explanation = ({ text, where }) => {
  const host =
    /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (\S+)/.exec(text)?.[1] ??
    /Could not resolve host: (\S+)/.exec(text)?.[1] ??
    /(?:unable to resolve host address|bad address) [‘'"](\S+?)[’'"]/.exec(text)?.[1] ??
    /dial tcp: lookup (\S+)/.exec(text)?.[1] ??
    /Failed to (?:fetch|download)[^\n]{0,200}https?:\/\/([^/\s`]+)/.exec(text)?.[1] ??
    /error sending request for url \(https?:\/\/([^/\s)]+)/.exec(text)?.[1];
  const other = /Temporary failure (?:in name )?resol|network is unreachable|ENETUNREACH/i.test(text);
  if (host === undefined && !other) return undefined;
  return {
    code: 'command_failed',
    message: `${where} tried to reach ${host === undefined ? 'the network' : quoted(host)}, but a build here reaches the package mirror only.`,
    hint: 'Copy what you need from the app, or install it as a package that the lock file names.',
  };
};

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
