/** A bank that does everything wrong that banks do: the payments still end as its own books have them. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isInSuspense } from '#domain/money/booking.ts';
import { bookingsOf, runOf } from '#domain/money/payment.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { fileNameOf, messageIdOf } from '#functions/payment/rails/message-id.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import { HostileLetters, type Letter, oddityKinds } from '#players/bank/hostile-letters.ts';
import { useTable } from '../../dynamodb.ts';
import { amount, debitAccount, openTreasury, type Treasury } from '../treasury.ts';

let treasury: Treasury;
/** The proposal whose payment the others are like. */
let first: string;
useTable(async (table) => {
  treasury = await openTreasury(table);
  const { id } = await treasury.sent(1);
  first = id;
});

const runId = 'R20200804-00000000';
const begins = '2020-08-04T03:00:00.000Z';
function order(endToEndId: string, group: number) {
  return {
    ...{ endToEndId, amount, bank: '009', account: '0012345678', service: 'BIFAST', remittance: 'TKM' },
    holder: `KELOMPOK ${group}`,
  };
}
function instruction(orders: ReturnType<typeof order>[], messageId = runId) {
  return {
    ...{ runId, original: { messageId }, date: '20200804', debitAccount, orders },
  };
}

describe('what a hostile bank sends', () => {
  /** Groups of which some are paid twice; each payment that did not stay out is ordered again. */
  const story = (seed: string) => {
    const bank = new HostileLetters(seed);
    let now = begins;
    const sent: Letter[] = [];
    for (const tranche of ['01', '02'])
      for (
        let attempt = 1, open = Array.from({ length: tranche === '01' ? 13 : 11 }, (_, index) => index);
        open.length > 0;
        attempt++
      ) {
        const idOf = (group: number) => `P-000000000${group}-${tranche}-0${attempt}`;
        bank.receive(instruction(open.map((group) => order(idOf(group), group))), now);
        open = open.filter((group) => bank.timesOut(idOf(group)) === 0);
        now = new Date(Date.parse(now) + 86_400_000).toISOString();
      }
    sent.push(...bank.due('2021-01-01T00:00:00.000Z'));
    return { bank, sent };
  };
  const digest = (seed: string) =>
    createHash('sha256')
      .update(JSON.stringify([story(seed).sent, story(seed).bank.oddities]))
      .digest('hex');

  it('is the same to the byte for the same seed, and another for another', () => {
    expect(digest('1')).toBe(digest('1'));
    expect(new Set(['1', '2', '3'].map(digest)).size).toBe(3);
  });

  it('has every oddity in it, with twenty-four payments and those that take their place', () => {
    for (let seed = 0; seed < 8; seed++) {
      const { bank } = story(String(seed));
      expect(bank.left).toEqual([]);
      expect(new Set(bank.oddities.map(({ kind }) => kind))).toEqual(new Set(oddityKinds));
    }
  });
});

/** An administrator asks the bank about everything on the worklist; what the bank owes stays on it. */
async function dealWithWorklist(bank: HostileLetters, now: string) {
  for (const item of await treasury.store.bankItems.open()) {
    const answer = item.why === 'twice' ? undefined : bank.askOnTelephone(item.entry);
    if (answer === undefined) continue;
    const meant = answer.mistaken
      ? { reason: 'Bank: salah lapor' }
      : { endToEndId: answer.endToEndId, isWhole: answer.lessFee === true };
    await resolveBankItem(treasury.answerDeps, { itemId: item.id, by: 'ada', now, ...meant });
  }
}

it.each(['2020'])('ends as the bank’s own books have it: seed %s', async (seed) => {
  const bank = new HostileLetters(seed);
  const groups = await Promise.all(Array.from({ length: 36 }, () => treasury.likeThatOf(first)));
  const ids = groups.map((id) => `${id}-01-01`);
  // No two are of one holder, so every story occurs; what was refused is not ordered again.
  const payment = await treasury.payment(groups[0] ?? '');
  const { rail, debitAccount: from } = payment;
  if (isTreasury(rail)) throw new Error('a bank pays it');
  const file = fileNameOf({ rail, debitAccount: from });
  const message = messageIdOf({ runId: runOf(payment) ?? '', file });
  bank.receive(
    instruction(
      ids.map((id, index) => order(id, index)),
      message,
    ),
    begins,
  );
  const refused = new Set(bank.oddities.filter(({ refused: is }) => is).flatMap(({ letters }) => letters));
  for (let now = bank.next; now !== undefined; now = bank.next) {
    for (const { number, name, bytes } of bank.due(now)) {
      const file = await treasury.deliver(bytes, `${seed} ${number}`, now);
      expect(file.outcome, name).toBe(refused.has(number) ? 'refused' : 'read');
      expect(file.problems.length > 0).toBe(refused.has(number));
      if (refused.has(number)) expect(file.moved).toBe(0);
    }
    // Once a day or so; what the bank explains by itself needs no person.
    if (bank.next === undefined || bank.next.slice(0, 10) > now.slice(0, 10))
      await dealWithWorklist(bank, now);
  }
  expect(bank.left.filter((kind) => kind !== 'mixes-line-ends')).toEqual([]);
  const owed: string[] = [];
  for (const [index, id] of groups.entries()) {
    const endToEndId = ids[index] ?? '';
    const payment = await treasury.payment(id);
    const out = bookingsOf(payment).filter((each) => each.role === 'surplus' && isInSuspense(each)).length;
    const story = bank.oddities.filter(({ endToEndIds }) => endToEndIds.includes(endToEndId));
    expect(
      { money: (payment.state === 'settled' ? 1 : 0) + out, is: payment.state },
      story.map(({ kind }) => kind).join(),
    ).toEqual({
      money: bank.timesOut(endToEndId),
      is: bank.timesOut(endToEndId) > 0 ? 'settled' : expect.any(String),
    });
    owed.push(...Array.from({ length: out }, () => endToEndId));
  }
  // What is still on the worklist is what the bank owes, each once.
  const mine = (await treasury.store.bankItems.open()).filter(({ candidates }) =>
    candidates.some((each) => ids.includes(each)),
  );
  expect(mine.map(({ why, candidates }) => [why, ...candidates])).toEqual(
    expect.arrayContaining(owed.map((id) => ['twice', id])),
  );
  expect(mine).toHaveLength(owed.length);
});
