/** What FROM, COPY --from and RUN --mount=from name: an earlier stage or an image of the catalogue, nothing else. */

import { type Findings, listed, quoted } from './findings.ts';
import type { DockerfileModel, InstructionModel, StageModel } from './model.ts';
import { nearest } from './nearest.ts';
import { findNamedStage } from './stage-graph.ts';

export interface KnownImages {
  /** The catalogue's entry for any spelling, or undefined. */
  findImage: (reference: string) => unknown;
  /** Names to choose from, most useful first. */
  exampleImages: readonly string[];
  /** Leave them out of sentences, where they are offered in another way. @default false */
  brief?: boolean;
}

export function admitImages(model: DockerfileModel, images: KnownImages, findings: Findings): void {
  const admit = new ImageRules(model.stages, images, findings);
  for (const stage of model.stages) {
    admit.from(stage);
    for (const instruction of stage.instructions) {
      admit.sources(instruction, stage);
      if (instruction.onbuild !== undefined) admit.sources(instruction.onbuild, stage);
    }
  }
}

class ImageRules {
  private readonly stages: StageModel[];
  private readonly images: KnownImages;
  private readonly findings: Findings;

  constructor(stages: StageModel[], images: KnownImages, findings: Findings) {
    this.stages = stages;
    this.images = images;
    this.findings = findings;
  }

  from(stage: StageModel): void {
    const at = stage.instructions[0];
    if (at === undefined) return;
    const written = at.words?.[0] ?? '';
    const place = this.findings.place(at, written);
    const duplicate = this.stages.find((each) => each.index < stage.index && each.name === stage.name);
    if (stage.name !== undefined && duplicate !== undefined) {
      const message = `The name ${stage.name} was given to the stage of line ${duplicate.line} already. Give each stage a name of its own.`;
      this.findings.warning('duplicate-stage', this.findings.place(at, at.words?.[2]), message);
    }
    if (stage.baseStage !== undefined || stage.base === 'scratch' || written === '') return;
    if (stage.base === '' || (stage.base === written && /\$/.test(written))) {
      const message = `FROM ${quoted(written)} names nothing: its variable is empty. Give it a value with ARG before the first FROM.`;
      this.findings.error('base-image', place, message);
      return;
    }
    if (this.images.findImage(stage.base) !== undefined) return;
    const later = this.stages.find((each) => each.name === stage.base.toLowerCase());
    const means = stage.base === written ? '' : ` (${quoted(written)} with its variables filled in)`;
    if (later !== undefined) {
      const message =
        later.index < stage.index
          ? `FROM compares names as they are written: the stage of line ${later.line} is called ${later.name}.`
          : `The stage ${later.name} begins on line ${later.line}; FROM can continue earlier stages only. Move it up.`;
      this.findings.error('unknown-stage', place, message);
      return;
    }
    this.findings.error('base-image', place, `${quoted(stage.base)}${means} ${this.choices(stage.base, stage.index)}`);
  }

  sources(instruction: InstructionModel, stage: StageModel): void {
    const from = instruction.copy?.from;
    if (from !== undefined && instruction.keyword === 'COPY') {
      this.source({ instruction, stage, from, found: instruction.copy?.fromStage, flag: 'COPY --from' });
    }
    for (const mount of instruction.mounts) {
      const name = mount.from;
      if (name === undefined || name === '') continue;
      const found = findNamedStage(name, this.stages);
      this.source({ instruction, stage, from: name, found, flag: 'RUN --mount=from' });
    }
  }

  private source(at: {
    instruction: InstructionModel;
    stage: StageModel;
    from: string;
    found: number | undefined;
    flag: string;
  }): void {
    const { from, stage, flag } = at;
    const place = this.findings.place(at.instruction, `from=${from}`);
    const found = at.found === undefined ? undefined : this.stages[at.found];
    if (from.includes('$')) {
      const message = `${flag}= doesn't fill in variables: name a stage. Make one for it: FROM ${quoted(from)} AS tools, then from=tools.`;
      this.findings.error('unknown-stage', place, message);
    } else if (found !== undefined) {
      if (found.index < stage.index) return;
      const message =
        found.index === stage.index
          ? `${flag}=${quoted(from)} names the stage it stands in; files can be taken from an earlier stage only.`
          : `The stage ${quoted(from)} begins on line ${found.line}, after this one. A stage can take files from earlier stages only: move it up.`;
      this.findings.error('unknown-stage', place, message);
    } else if (from.toLowerCase() !== 'scratch' && this.images.findImage(from) === undefined) {
      const rule = /[:/]/.test(from) ? 'base-image' : 'unknown-stage';
      this.findings.error(rule, place, `${quoted(from)} ${this.choices(from, stage.index)}`);
    }
  }

  /** The second half of a sentence about a name that is neither a stage nor an image. */
  private choices(name: string, before: number): string {
    const stages = this.stages.slice(0, before).map((stage) => stage.name ?? String(stage.index));
    const meant = nearest(name.replace(/@.*$/, ''), [...stages, ...this.images.exampleImages]);
    const earlier = stages.length === 0 ? '' : ` The stages before it are ${listed(stages)}.`;
    const digest = name.includes('@') ? ' Write it without the digest.' : '';
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    const images = this.images.brief ? '' : ` The base images are ${listed(this.images.exampleImages, 24)}.`;
    return `is neither an earlier stage nor one of the base images here.${hint}${digest}${earlier}${images}`;
  }
}
