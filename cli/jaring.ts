#!/usr/bin/env node
/** The command `jaring`: see `program.ts`. */
import { enableCompileCache } from 'node:module';
import { takeLittleMemory } from './cloud/memory.ts';
import { compiledCode } from './compiled-code.ts';

/** The commands that run a cloud in their own process. */
const withCloud = new Set(['up', 'demo', 'cloud']);
if (process.argv.slice(2).some((argument) => withCloud.has(argument))) takeLittleMemory();

enableCompileCache(compiledCode);
const { runProgram } = await import('./program.ts');

// The reader of the output may have seen enough (`jaring list | head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await runProgram(process.argv.slice(2));
