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
import { verifyRecord } from '#functions/store/audit.ts';
import type { Key } from '#functions/store/keys.ts';
import type { Attributes } from '#functions/store/table.ts';
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
  const records = new Map<string, { key: Key; attributes: Attributes }[]>();
  for (const item of world.table.items()) {
    const key = { pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' };
    if (!key.sk.startsWith('AUDIT#')) continue;
    records.set(key.pk, [...(records.get(key.pk) ?? []), { key, attributes: unmarshall(item) }]);
  }
  for (const [pk, items] of records) {
    const id = pk.slice(pk.indexOf('#') + 1);
    const of = pk.startsWith('PROPOSAL#')
      ? { proposalId: id }
      : ({ journal: id === 'bank' ? id : 'settings' } as const);
    const check = verifyRecord(
      of,
      items.sort((one, other) => (one.key.sk < other.key.sk ? -1 : 1)),
    );
    assert.ok(check.sound, `the record of ${pk}: ${JSON.stringify(check)}\n${world.account()}`);
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
