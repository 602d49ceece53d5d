/** The property: whatever happens to the money, in whatever order, the rules hold and the application does what the model says. */

import assert from 'node:assert/strict';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import {
  type BudgetLineId,
  type LedgerEntry,
  type LineBalances,
  verifyLedger,
} from '#domain/money/ledger.ts';
import { rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { type AuditEvent, verifyChain } from '#domain/proposal/audit.ts';
import { eventsIn } from '#functions/store/commit.ts';
import { anyCommand, beginnings } from './commands.ts';
import { recordsOf } from './observed.ts';
import { firstWorld, type World } from './world.ts';

/** At the end of a history the ledger's own audit has nothing to say, and every chain of events is whole. */
function assertSound(world: World): void {
  const { line, entries, proposals, items } = recordsOf(world);
  const questioned = new Set(
    items.flatMap(({ candidates, closed }) => (closed === undefined ? candidates : [])),
  );
  const money = proposals.flatMap(({ id, award, tranches = [], deposits = [] }) => {
    if (award === undefined) return [];
    const settled = tranches.filter(({ status }) => status === 'settled');
    const deposited = deposits.filter(({ status }) => status === 'deposited');
    return [
      {
        ...{ id, awarded: rupiah(award.amount) },
        settled: new Map(settled.map(({ number, amount }) => [number, rupiah(amount)])),
        deposited: sumRupiah(deposited.map(({ amount }) => rupiah(amount))),
        questioned,
      },
    ];
  });
  const lines = [line as unknown as BudgetLineId & LineBalances];
  const findings = verifyLedger(entries as unknown as LedgerEntry[], lines, money);
  assert.deepEqual(findings, [], world.account());
  const chains = new Map<string, AuditEvent[]>();
  for (const item of world.table.items()) {
    const [pk = '', sk = ''] = [item.pk?.S, item.sk?.S];
    if (!sk.startsWith('AUDIT#')) continue;
    const id = pk.startsWith('PROPOSAL#') ? pk.slice(9) : `journal-${pk.slice(8)}`;
    chains.set(id, [...(chains.get(id) ?? []), ...eventsIn({ pk, sk }, unmarshall(item))]);
  }
  for (const [id, events] of chains) {
    const chain = verifyChain(
      id,
      events.sort((one, other) => one.seq - other.seq),
    );
    assert.ok(chain.sound, `the chain of ${id}: ${JSON.stringify(chain)}\n${world.account()}`);
  }
}

/** To be run by fast-check as often as wished. */
export async function moneyProperty() {
  const worlds = await beginnings(await firstWorld());
  return fc.asyncProperty(
    fc.constantFrom(...worlds.keys()),
    fc.commands(anyCommand, { maxCommands: 12, size: 'max' }),
    async (beginning, commands) => {
      const world = worlds[beginning]?.copy() as World;
      await fc.asyncModelRun(() => ({ model: world, real: world }), commands);
      assertSound(world);
    },
  );
}
