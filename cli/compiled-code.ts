/** Keeps what node has compiled: taking the types out of the sources and compiling them is most of a command's start. */
import { fileURLToPath } from 'node:url';

/** The folder that node keeps it in (https://nodejs.org/api/module.html#module-compile-cache). */
export const compiledCode = fileURLToPath(new URL('../.jaring/compiled', import.meta.url));
