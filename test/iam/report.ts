/**
 * Plays every way through the pipeline and writes down which statement of the policies was needed for which.
 *
 *     npm run iam:report
 *     npm run iam:report -- --drop-all    see drop-all.ts
 *
 * Ends with an error when something is granted that no way needed and that has no reason.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '#cli/cloud/home.ts';
import { startWorld } from '../e2e/world.ts';
import { dropAll } from './drop-all.ts';
import { type PolicyStatement, statementsOf } from './policies.ts';
import { type Part, type ReportedStatement, reportOf, withoutReason } from './report-text.ts';
import { type Way, ways } from './ways.ts';

/** Clouds at the same time. */
const atOnce = 2;

const [option, start = ''] = process.argv.slice(2);
if (option === '--drop-all') await dropAll(start);
else await writeReport();

async function writeReport(): Promise<void> {
  const statements = merge(await playAll());
  await writeFile(join(projectFolder, 'docs/iam-report.md'), reportOf(statements));
  const idle = withoutReason(statements);
  for (const each of idle) console.error(`Granted, but no way needs it: ${each}`);
  if (idle.length > 0) process.exitCode = 1;
}

interface Played {
  readonly way: string;
  readonly statements: readonly PolicyStatement[];
}

/** What was needed for each way, in their order. */
async function playAll(): Promise<readonly Played[]> {
  const results = new Map<Way, Played>();
  const queue = ways.values();
  const work = async (): Promise<void> => {
    for (const way of queue) {
      const began = performance.now();
      results.set(way, await playOne(way));
      console.log(`${((performance.now() - began) / 1000).toFixed(1)} s: ${way.name}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return ways.flatMap((way) => results.get(way) ?? []);
}

async function playOne(way: Way): Promise<Played> {
  const world = await startWorld({ cold: true });
  try {
    await way.play(world);
    return { way: way.name, statements: await statementsOf(world.endpoint) };
  } finally {
    await world.stop();
  }
}

function merge(all: readonly Played[]): readonly ReportedStatement[] {
  const keyOf = ({ id, roleArn }: PolicyStatement): string => `${id} ${roleArn}`;
  return (all[0]?.statements ?? []).map((statement) => {
    const uses = all.map(({ way, statements: found }) => ({
      way,
      use: found.find((each) => keyOf(each) === keyOf(statement)),
    }));
    const firstOf = (used: (use: PolicyStatement) => number | undefined): Pick<Part, 'neededFor'> => {
      const first = uses.find(({ use }) => use !== undefined && (used(use) ?? 0) > 0);
      return first === undefined ? {} : { neededFor: first.way };
    };
    return {
      id: statement.id,
      ...firstOf(({ uses: times }) => times),
      actions: Object.keys(statement.actions).map((text) => ({
        text,
        ...firstOf(({ actions }) => actions[text]),
      })),
      resources: Object.keys(statement.resources).map((text) => ({
        text,
        ...firstOf(({ resources }) => resources[text]),
      })),
    };
  });
}
