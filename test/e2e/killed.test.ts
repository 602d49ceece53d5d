/** A cloud that is killed again and again continues where it was: nothing is lost, nothing is done twice. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { livesFrom } from '#bench/soak/lives.ts';
import { playRound } from '#bench/soak/round.ts';
import { ensureAssembly } from '#cli/cloud/assembly.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { seededRandom } from '#samples/random.ts';

/** `npm run soak` does the same with more of everything. */
test('a proposal ends as it should on a cloud that is killed twenty times', async () => {
  const { folder } = await ensureAssembly(join(defaultHome, 'assemblies'));
  const { kills, findings, checked } = await playRound({
    assembly: folder,
    // One whose account the bank refuses.
    lives: livesFrom(2, 1),
    random: seededRandom('killed'),
    statements: new Map(),
    kills: 20,
    longest: { ms: 600, writes: 200 },
  });
  expect(findings).toEqual([]);
  expect(kills.atMoment + kills.atWrite).toBe(20);
  expect(checked).toMatchObject({ proposals: 1, payments: 2 });
});
