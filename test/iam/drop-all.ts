/**
 * Plays, for every statement that was needed, the way that needed it without it: slow.
 *
 *     npm run iam:report -- --drop-all [<beginning of a policy's id>]
 *
 * Ends with an error when the want of a statement was not felt by the one who has it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '#cli/cloud/home.ts';
import { startWorld } from '../e2e/world.ts';
import { drop, refusalsOf, statementsOf } from './policies.ts';
import { readReport } from './report-text.ts';
import { ways } from './ways.ts';

/** What was refused, and to whom, when the way was played without the statement; undefined if nothing was. */
async function refusedWithout(id: string, neededFor: string): Promise<string | undefined> {
  const way = ways.find(({ name }) => name === neededFor);
  if (way === undefined) throw new RangeError(`There is no way "${neededFor}"; run npm run iam:report.`);
  const world = await startWorld({ cold: true });
  try {
    const statement = (await statementsOf(world.endpoint)).find((each) => each.id === id);
    await drop(world.endpoint, [id]);
    // The way cannot be gone to its end; how far it gets is not what is asked.
    await way.play(world).catch(() => undefined);
    const refused = (await refusalsOf(world.endpoint)).find(
      ({ principal, action }) =>
        action in (statement?.actions ?? {}) &&
        (statement?.roleArn === undefined
          ? principal.endsWith('.amazonaws.com')
          : principal === statement.roleArn),
    );
    return refused && `${refused.principal.split('/').at(-1)} was refused ${refused.action}`;
  } finally {
    await world.stop();
  }
}

/** @param start only statements of policies whose ids begin so */
export async function dropAll(start: string): Promise<void> {
  const report = readReport(await readFile(join(projectFolder, 'docs/iam-report.md'), 'utf8'));
  for (const { id, neededFor } of report) {
    if (neededFor === undefined || !id.startsWith(start)) continue;
    const refused = await refusedWithout(id, neededFor);
    console.log(`${id}: ${refused ?? 'NOT MISSED'}`);
    if (refused === undefined) process.exitCode = 1;
  }
}
