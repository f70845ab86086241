#!/usr/bin/env node
import { prepareFromBundle } from './air-gap.mjs';
import { isPrepared, prepare, runTypeScript } from './prepare.mjs';

const args = process.argv.slice(2);
const [group, command, file] = args;
if (group === 'catalogue' && command === 'import' && file && !file.startsWith('-') && !isPrepared()) {
  // Where there is no network, what would be installed from it is in the file.
  await prepareFromBundle(file);
}
prepare();
runTypeScript('grader/cli/main.ts', args);
