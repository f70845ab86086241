#!/usr/bin/env node
import { prepare, runTypeScript } from './prepare.mjs';

prepare();
runTypeScript('bin/run-tests.ts', process.argv.slice(2));
