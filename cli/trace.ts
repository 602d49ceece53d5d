/**
 * Names the sources in a stack trace of a deployed Lambda, by the source maps of the same commit:
 *
 *     npm run synth && npm run trace -- <lambda> < trace.txt
 *
 * The trace may be part of any text, such as a log line. `$CDK_OUTDIR` is where the assembly lies; by default `cdk.out`.
 */
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { lambdaNames } from '#functions/lambdas.ts';
import { Sources } from '#functions/runtime/source-traces.ts';

const [given = ''] = process.argv.slice(2);
const lambda = lambdaNames.find((name) => name === given);
if (lambda === undefined) {
  console.error(`There is no Lambda “${given}”. There are: ${lambdaNames.join(', ')}.`);
  process.exitCode = 2;
} else {
  const sources = new Sources(join(process.env.CDK_OUTDIR ?? 'cdk.out', 'source-maps', lambda));
  process.stdout.write(sources.name(await text(process.stdin)));
}
