import { describe, expect, it } from 'vitest';
import { awardEntry, settleEntry } from '#domain/money/ledger.ts';
import { withdrawRun } from '#domain/money/payment-run.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { personSchema } from '#domain/people/person.ts';
import { createBudgets } from '#functions/store/budgets.ts';
import { type Change, commit } from '#functions/store/commit.ts';
import { createCounters } from '#functions/store/counters.ts';
import {
  AlreadyExists,
  BudgetExhausted,
  BudgetOutOfOrder,
  NotFound,
  PersonAlreadyHeld,
  StaleRun,
  UnreadableRecord,
} from '#functions/store/errors.ts';
import { createLinks, hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import { createLocks } from '#functions/store/locks.ts';
import { newMessageSecret, proofOf, replyLabel } from '#functions/store/message-links.ts';
import { createMessages } from '#functions/store/messages.ts';
import { createOverdue } from '#functions/store/overdue.ts';
import { createPackets, currentUpload, StalePacket } from '#functions/store/packets.ts';
import { createPeople } from '#functions/store/people.ts';
import { createRuns } from '#functions/store/runs.ts';
import { putItem } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
const me = 'P-0000000001';
const other = 'P-0000000002';

let table: TestTable;
useTable((opened) => {
  table = opened;
});

function write(...changes: Change[]) {
  return commit(table, { proposalId: me, now, events: [], changes }).then(() => undefined);
}

describe('person locks', () => {
  it('hold a person for one proposal, again for the same, and for no other', async () => {
    const locks = createLocks(table);
    await write(locks.acquire('anna', me, now));
    await write(locks.acquire('anna', me, now));
    const refused = write(locks.acquire('anna', other, now));
    await expect(refused).rejects.toMatchObject({ name: 'PersonAlreadyHeld', nikHash: 'anna', heldBy: me });
    await expect(write(locks.release('anna', other))).rejects.toBeInstanceOf(PersonAlreadyHeld);
    await write(locks.release('anna', me));
    await write(locks.release('anna', me));
    await write(locks.acquire('anna', other, now));
    expect(await locks.find(['anna', 'nobody'])).toEqual([
      { nikHash: 'anna', proposalId: other, reason: 'live', since: now },
    ]);
  });

  it('outlive the proposal for those who owe a duty, even for the same proposal', async () => {
    const locks = createLocks(table);
    await write(locks.acquire('budi', me, now));
    await write(locks.keepForOverdue('budi', me, now));
    await write(locks.keepForOverdue('budi', me, now));
    await expect(write(locks.acquire('budi', other, now))).rejects.toBeInstanceOf(PersonAlreadyHeld);
    await expect(write(locks.release('budi', me))).rejects.toBeInstanceOf(PersonAlreadyHeld);
  });
});

describe('budget lines', () => {
  const line = { programme: 'tkm-2020', year: 2020, province: '33' };
  const mine = { line, proposalId: me, at: now };

  it('give the last rupiah to exactly one of many awards', async () => {
    const budgets = createBudgets(table);
    await write(...budgets.create(line, rupiah(100), now));
    await expect(write(...budgets.create(line, rupiah(100), now))).rejects.toBeInstanceOf(AlreadyExists);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, one) =>
        write(...budgets.book(awardEntry({ ...mine, proposalId: `P-000000000${one}` }, rupiah(60)))),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(BudgetExhausted);
    expect(await budgets.get(line)).toEqual({
      ...line,
      ceilings: 1,
      ceiling: 100,
      available: 40,
      committed: 60,
      reserved: 0,
      paid: 0,
      suspense: 0,
      charges: 0,
      deposited: 0,
      bank: 0,
    });
  });

  it('never pay what was not reserved, nor from a line that does not exist', async () => {
    const budgets = createBudgets(table);
    const payment = { tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01', amount: rupiah(1) };
    await expect(write(...budgets.book(settleEntry(mine, payment)))).rejects.toBeInstanceOf(BudgetOutOfOrder);
    await expect(
      write(...budgets.book(awardEntry({ ...mine, line: { ...line, province: '34' } }, rupiah(1)))),
    ).rejects.toBeInstanceOf(BudgetExhausted);
  });

  it('change their ceiling down to what is in use, no further', async () => {
    const budgets = createBudgets(table);
    const before = await budgets.get(line);
    if (before === undefined) throw new Error('the line is there');
    await expect(write(...budgets.setCeiling(before, rupiah(59), now))).rejects.toBeInstanceOf(
      BudgetExhausted,
    );
    await write(...budgets.setCeiling(before, rupiah(60), now));
    expect(await budgets.get(line)).toMatchObject({ ceiling: 60, available: 0, committed: 60 });
    await expect(write(...budgets.setCeiling(before, rupiah(200), now))).rejects.toMatchObject({
      name: 'StaleBudgetLine',
    });
  });
});

describe('counters', () => {
  it('give each number once', async () => {
    const counters = createCounters(table);
    const given = await Promise.all(Array.from({ length: 10 }, () => counters.next('SK#tkm#2020')));
    expect(given.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('messages', () => {
  const message = { id: 'm1', subjectId: me, template: 'ask', to: 'k•••@example.id', claimedAt: now };
  const waits: number[] = [];
  const messages = () =>
    createMessages({ ...table, pause: async (milliseconds) => waits.push(milliseconds) });

  it('are claimed until they are sent, and not after', async () => {
    const claim = { ...message, claimId: 'one' };
    expect(await messages().claim(claim)).toBe(true);
    // By another way, of the same sender.
    expect(await messages().claim(claim)).toBe(true);
    expect(waits).toEqual([]);
    await messages().sent({ id: 'm1', subjectId: me, sentAt: now, serviceMessageId: 'ses-1' });
    expect(await messages().claim({ ...message, claimId: 'two' })).toBe(false);
    expect(await messages().list(me)).toEqual([
      { ...claim, status: 'sent', sentAt: now, serviceMessageId: 'ses-1' },
    ]);
  });

  it('are waited for while another sends them', async () => {
    const claim = { ...message, id: 'm2', claimId: 'one' };
    await messages().claim(claim);
    const sending = createMessages({
      ...table,
      pause: () => messages().sent({ id: 'm2', subjectId: me, sentAt: now }),
    });
    expect(await sending.claim({ ...claim, claimId: 'two' })).toBe(false);
  });

  it('are taken over, by one sender, from one that has not sent them in two seconds', async () => {
    const claim = { ...message, id: 'm3', claimId: 'dead' };
    await messages().claim(claim);
    waits.length = 0;
    expect(await messages().claim({ ...claim, claimId: 'next' })).toBe(true);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBe(2000);
    const heirs = ['a', 'b', 'c'].map(async (claimId) => {
      const mine = await messages().claim({ ...claim, claimId });
      if (mine) await messages().sent({ id: 'm3', subjectId: me, sentAt: now });
      return mine;
    });
    expect((await Promise.all(heirs)).filter(Boolean)).toHaveLength(1);
  });
});

describe('links in messages', () => {
  const link = {
    to: 'ask' as const,
    askId: `${me}.lpj.1`,
    createdAt: now,
    expiresAt: '2020-12-01T00:00:00.000Z',
  };
  const message = {
    id: 'with links',
    subjectId: me,
    template: 'ask',
    to: 'k•••@example.id',
    claimedAt: now,
  };
  const messages = () => createMessages({ ...table, pause: async () => undefined });

  it('are found by their secret only, of which the table has the hash', async () => {
    const secret = newMessageSecret(me, message.id);
    const status = newMessageSecret(me, message.id);
    const { createdAt, expiresAt } = link;
    const links = [
      { proof: proofOf(secret), link },
      { proof: proofOf(status), link: { to: 'status' as const, createdAt, expiresAt } },
    ];
    await messages().claim({ ...message, claimId: 'one', links });
    expect(await messages().link(secret, now)).toEqual({ ...link, subjectId: me });
    expect(await messages().link(status, now)).toMatchObject({ to: 'status', subjectId: me });
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(secret).toHaveLength(43);
    expect(JSON.stringify(await messages().find(me, message.id))).not.toContain(secret.slice(20));
    const altered = `${secret.slice(0, -2)}${secret.at(-2) === 'A' ? 'B' : 'A'}${secret.at(-1)}`;
    expect(await messages().link(altered, now)).toBeUndefined();
    expect(await messages().link(newMessageSecret(other, message.id), now)).toBeUndefined();
    expect(await messages().link(newLinkSecret(), now)).toBeUndefined();
    expect(await messages().link(secret, '2020-11-30T23:59:59.999Z')).toMatchObject({ to: 'ask' });
    expect(await messages().link(secret, link.expiresAt)).toBe('too-old');
  });

  it('of a sender that died still lead there after another has sent the message', async () => {
    const [first, second] = [newMessageSecret(me, 'twice'), newMessageSecret(me, 'twice')];
    const claim = (claimId: string, secret: string) =>
      messages().claim({ ...message, id: 'twice', claimId, links: [{ proof: proofOf(secret), link }] });
    expect(await claim('dead', first)).toBe(true);
    expect(await claim('next', second)).toBe(true);
    for (const secret of [first, second])
      expect(await messages().link(secret, now)).toEqual({ ...link, subjectId: me });
  });

  it.each(['R20200803-0A1B2C3D', 'R19700101-00000000', 'R20991231-FFFFFFFF', 'P-ZZZZZZZZZZ', 'P-0000000000'])(
    'and answers find a message about %s, whose secret names it',
    async (subjectId) => {
      const secret = newMessageSecret(subjectId, 'asks');
      const about = { askId: `${subjectId}.run-release`, personId: 'tari' };
      const links = [{ proof: proofOf(secret), link }];
      await messages().claim({ ...message, id: 'asks', subjectId, about, claimId: 'one', links });
      expect(secret).toHaveLength(43);
      expect(await messages().link(secret, now)).toEqual({ ...link, subjectId });
      const address = `balasan+${replyLabel(subjectId, 'asks')}@jaring.example`;
      expect(await messages().answered(address)).toEqual({ ...about, subjectId });
      expect((await messages().list(subjectId)).map(({ id }) => id)).toEqual(['asks']);
    },
  );
});

describe('links', () => {
  const link = {
    to: 'enrolment' as const,
    personId: 'tari',
    enrolment: 1,
    createdAt: now,
    expiresAt: '2020-12-01T00:00:00.000Z',
  };

  it('are found by the whole hash of their secret only', async () => {
    const links = createLinks(table);
    const secret = newLinkSecret();
    const hash = hashLinkSecret(secret);
    await write(links.create(hash, link));
    expect(await links.find(hash, now)).toEqual(link);
    expect(await links.find(secret, now)).toBeUndefined();
    expect(await links.find(`${hash.slice(0, -1)}${hash.endsWith('0') ? '1' : '0'}`, now)).toBeUndefined();
    expect(await links.find(hash.slice(0, 32), now)).toBeUndefined();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  it('end at their time', async () => {
    const links = createLinks(table);
    const hash = hashLinkSecret(newLinkSecret());
    await write(links.create(hash, link));
    expect(await links.find(hash, '2020-11-30T23:59:59.999Z')).toEqual(link);
    expect(await links.find(hash, link.expiresAt)).toBe('too-old');
  });

  it('that may be used once are used once', async () => {
    const links = createLinks(table);
    const hash = hashLinkSecret(newLinkSecret());
    const { createdAt, expiresAt } = link;
    await write(links.create(hash, { to: 'sign-in', personId: 'arif', createdAt, expiresAt }));
    await write(links.use(hash));
    await expect(write(links.use(hash))).rejects.toThrow(NotFound);
    expect(await links.find(hash, now)).toBeUndefined();
  });
});

describe('packets', () => {
  it('keep every version that came, and which of them counts', async () => {
    const packets = createPackets(table);
    const upload = (versionId: string) => ({ versionId, at: now });
    await write(packets.create('folder', me, upload('v1')));
    await expect(write(packets.create('folder', me, upload('v1')))).rejects.toBeInstanceOf(AlreadyExists);
    const first = await packets.get('folder');
    if (first === undefined) throw new Error('the packet is there');
    await write(packets.add(first, 'accepted', upload('v2')));
    await expect(write(packets.add(first, 'refused', upload('v3')))).rejects.toBeInstanceOf(StalePacket);
    const second = await packets.get('folder');
    if (second === undefined) throw new Error('the packet is there');
    expect(currentUpload(second)).toEqual(upload('v2'));
    await write(packets.add(second, 'refused', upload('v3')));
    const third = await packets.get('folder');
    expect(third?.refused).toEqual([upload('v3')]);
    expect(third && currentUpload(third)).toEqual(upload('v2'));
  });
});

describe('the directory', () => {
  it('answers who holds a role in a region, the most local first', async () => {
    const people = createPeople(table);
    const person = (id: string, area: string) =>
      personSchema.parse({
        id,
        name: id,
        roles: [{ role: 'verifier', areas: [area] }],
        email: `${id}@example.id`,
        language: 'id',
      });
    await write(
      ...people.put(person('national', '*')),
      ...people.put(person('banyumas', '33.02')),
      ...people.put(person('cilacap', '33.01')),
    );
    const found = await people.byRole('verifier', '33.02.15.2003');
    expect(found.map(({ id }) => id)).toEqual(['banyumas', 'national']);
    await write(people.remove('banyumas'));
    expect(await people.get('banyumas')).toBeUndefined();
    expect((await people.byRole('verifier', '33.02.15.2003')).map(({ id }) => id)).toEqual(['national']);
  });
});

describe('payment runs', () => {
  const run = {
    ...{ state: 'gathered' as const, id: 'r1', version: 1, startedAt: now, remindAt: now, cutOffAt: now },
    ...{ rails: ['bulk-text'], count: 3, sum: rupiah(15), involvements: [] },
    ...{ banks: [{ bankCode: '002', count: 3, sum: rupiah(15) }], holds: [] },
  };

  it('know their payments by rail, a part at a time, and their files', async () => {
    const runs = createRuns(table);
    const payments = ['E1', 'E2', 'E3'].map((endToEndId) => ({
      ...{ rail: 'bulk-text', endToEndId, proposalId: me, tranche: 1, attempt: 1, amount: rupiah(5) },
      ...{ account: { bankCode: '002', number: '••••5678', holder: 'KEL' }, payee: { group: 'Rejeki' } },
    }));
    await write(runs.create(run), ...payments.map((payment) => runs.addPayment('r1', payment)));
    await expect(write(runs.create(run))).rejects.toBeInstanceOf(AlreadyExists);
    expect(await runs.payments('r1', 'bulk-text')).toEqual(payments);
    expect(await runs.payments('r1', 'bulk')).toEqual([]);
    expect(await runs.file('r1', 'bulk-text')).toBeUndefined();
    const first = await runs.paymentsAfter('r1', undefined, 2);
    expect(first.payments).toEqual(payments.slice(0, 2));
    expect(await runs.paymentsAfter('r1', first.next, 2)).toEqual({
      payments: payments.slice(2),
      next: undefined,
    });
  });

  it('are decided about once, by whichever reader comes first', async () => {
    const runs = createRuns(table);
    const { run: after } = withdrawRun(run, 'not-released', now);
    await write(runs.put(run, after));
    await expect(write(runs.put(run, after))).rejects.toBeInstanceOf(StaleRun);
    expect(await runs.all()).toEqual([{ ...after, version: 2 }]);
  });
});

describe('the overdue ledger', () => {
  it('takes a duty once and lists all', async () => {
    const overdue = createOverdue(table);
    const duty = { proposalId: me, kind: 'lpj' as const, about: { report: 1 }, since: now };
    await write(overdue.record(duty));
    await expect(write(overdue.record(duty))).rejects.toBeInstanceOf(AlreadyExists);
    expect(await overdue.list(me)).toEqual([duty]);
    expect(await overdue.all()).toEqual([duty]);
  });
});

describe('a record that does not fit its schema', () => {
  it('is refused with the names of its fields and none of its values', async () => {
    await putItem(table, { pk: 'RUN#odd', sk: 'RUN' }, { id: 'odd', state: 'gathered', count: 'secret' });
    const refused = createRuns(table).get('odd');
    await expect(refused).rejects.toBeInstanceOf(UnreadableRecord);
    await expect(refused).rejects.toThrow(/RUN#odd\/RUN .*count/);
    await expect(refused).rejects.not.toThrow(/secret/);
  });
});
