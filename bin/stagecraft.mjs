#!/usr/bin/env node
import { prepare, runTypeScript } from './prepare.mjs';

prepare();
runTypeScript('grader/cli/main.ts', process.argv.slice(2));
