/** Every rule, one line each; what they mean stands in their files. */
import type { MutationRule } from './rule.ts';
import { continueTheBuild } from './rules/continue-the-build.ts';
import { copyEverything } from './rules/copy-everything.ts';
import { copyWholeFolder } from './rules/copy-whole-folder.ts';
import { dropCacheMount } from './rules/drop-cache-mount.ts';
import { dropCommand } from './rules/drop-command.ts';
import { dropCopy } from './rules/drop-copy.ts';
import { dropDockerignore } from './rules/drop-dockerignore.ts';
import { dropFrom } from './rules/drop-from.ts';
import { dropMetadata } from './rules/drop-metadata.ts';
import { dropRunPart } from './rules/drop-run-part.ts';
import { dropUser } from './rules/drop-user.ts';
import { dropVariable } from './rules/drop-variable.ts';
import { fatFinalBase } from './rules/fat-final-base.ts';
import { keepDevelopmentPackages } from './rules/keep-development-packages.ts';
import { leakSecret } from './rules/leak-secret.ts';
import { nodeEnvInBuild } from './rules/node-env-in-build.ts';
import { rootInTheEnd } from './rules/root-in-the-end.ts';
import { secretInEnv } from './rules/secret-in-env.ts';
import { shellForm } from './rules/shell-form.ts';
import { shipAnotherStage } from './rules/ship-another-stage.ts';
import { swapCopyOrder } from './rules/swap-copy-order.ts';
import { wrongPath } from './rules/wrong-path.ts';

export const mutationRules: readonly MutationRule[] = [
  dropUser,
  rootInTheEnd,
  shellForm,
  dropCommand,
  continueTheBuild,
  shipAnotherStage,
  fatFinalBase,
  dropFrom,
  dropCopy,
  wrongPath,
  copyWholeFolder,
  copyEverything,
  swapCopyOrder,
  dropRunPart,
  dropVariable,
  keepDevelopmentPackages,
  nodeEnvInBuild,
  dropCacheMount,
  dropDockerignore,
  leakSecret,
  secretInEnv,
  dropMetadata,
];
