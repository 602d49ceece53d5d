#!/usr/bin/env node
/** The command `jaring`: see `program.ts`. */
import { runProgram } from './program.ts';

process.exitCode = await runProgram(process.argv.slice(2));
