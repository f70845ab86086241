/** Platforms as Docker writes them, and what a build for another one would need that isn't here. */
import type { InstructionModel, StageModel } from './model.ts';
import { machinePlatform, parseDockerfile } from './parse-dockerfile.ts';
import { findNamedStage } from './stage-graph.ts';

/** `linux/x86_64` and `amd64` are the same platform. */
export function samePlatform(written: string, other: string): boolean {
  return plain(written) === plain(other);
}

function plain(platform: string): string {
  return platform
    .toLowerCase()
    .replace(/^linux\//, '')
    .replace('x86_64', 'amd64')
    .replace('aarch64', 'arm64')
    .replace(/^arm64\/v8$/, 'arm64');
}

export interface ForeignImage {
  image: string;
  line: number;
}

/**
 * The images that a build for a platform would fetch for another platform than this machine's. The catalogue has none:
 * BuildKit passes over the local image of that name and asks a registry, which can't be reached.
 */
export function foreignImages(
  text: string,
  { target, platform }: { target?: string; platform: string },
): ForeignImage[] {
  const machine = machinePlatform();
  const { stages } = parseDockerfile(text, { target, targetPlatform: platform });
  const uses: ForeignImage[] = [];
  for (const stage of stages.filter(({ reachable }) => reachable)) {
    const own = stage.baseStage === undefined && stage.base !== 'scratch';
    if (own && !samePlatform(stage.platform ?? platform, machine)) uses.push({ image: stage.base, line: stage.line });
    // An image that a step takes files from is fetched for the target platform, whatever its stage says.
    if (samePlatform(platform, machine)) continue;
    for (const instruction of stage.instructions) {
      for (const image of imagesNamedBy(instruction, stages)) uses.push({ image, line: instruction.line });
    }
  }
  return uses;
}

/** What COPY --from and RUN --mount=from name beside stages. */
function imagesNamedBy({ copy, mounts }: InstructionModel, stages: StageModel[]): string[] {
  const copied = copy?.from !== undefined && copy.fromStage === undefined ? [copy.from] : [];
  const mounted = mounts.flatMap(({ from }) => (from && findNamedStage(from, stages) === undefined ? from : []));
  return [...copied, ...mounted].filter((image) => image.toLowerCase() !== 'scratch');
}
