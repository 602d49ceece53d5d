/** A tranche about which anything is doubtful waits by itself, and the rest of its run goes. */
import { describe, expect, it } from 'vitest';
import { timelineOf } from '#functions/console/timeline.ts';
import { heldSection } from '#functions/payment/held-overview.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import { html } from '#functions/web/markup.ts';
import type { BankAdvice } from '#players/bank/bank-answers.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

function advice(id: string, status: BankAdvice['status'], reference: string, reason?: string): BankAdvice {
  return {
    ...{ endToEndId: `${id}-01-01`, amount, status, day: '2020-08-04', reference },
    ...(reason !== undefined && { reason }),
  };
}
const account = { bankCode: '008', number: '7777777777', holder: 'KELOMPOK' };

/** Refused, corrected, and ready for a second attempt. */
async function corrected(group: number) {
  const { id } = await treasury.sent(group);
  await treasury.letter('pain.002', [advice(id, 'RJCT', 'NO')]);
  await treasury.correct(id, 1, account);
  await treasury.instruct(id, 2, `bank ${id} 2`, at(72));
  return id;
}
async function stateOf(id: string, attempt: number) {
  return (await treasury.payment(id, attempt)).state;
}
async function questionOf(id: string) {
  const [item] = (await treasury.store.bankItems.open()).filter(({ candidates }) =>
    candidates.includes(`${id}-01-01`),
  );
  return item?.id ?? expect.fail('nothing is asked');
}
function resolve(itemId: string, wish: { endToEndId?: string; reason?: string }) {
  return resolveBankItem(treasury.answerDeps, { itemId, by: 'ada', now: at(90), ...wish });
}
function ordered(key: string) {
  return Buffer.from(treasury.objects.get(key) ?? []).toString('utf8');
}

describe('a tranche whose first attempt is booked after its refusal', () => {
  it('is in no run until a person has said that the first stands: then the second is not needed', async () => {
    const id = await corrected(1);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'LATE')]);
    expect(await treasury.budget()).toMatchObject({ suspense: amount });
    expect(await treasury.gather('held')).toMatchObject({ outcome: 'nothing' });
    expect(await stateOf(id, 2)).toBe('ready');
    await resolve(await questionOf(id), { endToEndId: `${id}-01-01` });
    expect([await stateOf(id, 1), await stateOf(id, 2)]).toEqual(['settled', 'superseded']);
    expect(treasury.resumed.at(-1)).toEqual({ taskToken: `bank ${id} 2`, outcome: 'settled' });
    const paid = (await treasury.budget()).paid ?? 0;
    expect(await treasury.settleFirst(id)).toMatchObject({ outcome: 'settled' });
    expect(await treasury.budget()).toMatchObject({ suspense: 0, paid: paid + amount });
  });

  it('goes on by itself when the bank takes the first back', async () => {
    const id = await corrected(2);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'LATE')]);
    expect(await treasury.gather('still held')).toMatchObject({ outcome: 'nothing' });
    await treasury.letter('camt.053', [advice(id, 'RETURNED', 'BACK')]);
    expect(await treasury.budget()).toMatchObject({ suspense: 0 });
    const run = await treasury.gather('goes on');
    expect(run.outcome).toBe('gathered');
    await treasury.carryOut(run);
    expect([await stateOf(id, 1), await stateOf(id, 2)]).toEqual(['rejected', 'sent']);
  });

  it('is left out of a run that was released before, and the rest of the run goes', async () => {
    const id = await corrected(3);
    const other = await treasury.ready(4);
    const { runId, rails } = await treasury.gather('trimmed');
    for (const rail of rails) await treasury.write(runId, rail);
    await treasury.decideOn(runId, { outcome: 'released' });
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'LATE')]);
    await treasury.send(runId);
    expect([await stateOf(id, 2), await stateOf(other, 1)]).toEqual(['ready', 'sent']);
    const [file] = await treasury.store.runs.files(runId);
    expect(file).toMatchObject({ count: 2, sent: { count: 1, sum: amount, withheld: [`${id}-01-02`] } });
    expect(ordered(file?.key ?? '')).toContain(`${other}-01-01`);
    expect(ordered(file?.key ?? '')).not.toContain(`${id}-01-02`);
    expect(ordered(file?.prepared.key ?? '')).toContain(`${id}-01-02`);
    // The second attempt is not lost: it waits for the answer.
    await resolve(await questionOf(id), { reason: 'Bank: salah kirim, sudah dikoreksi' });
    expect(await treasury.gather('after the answer')).toMatchObject({ outcome: 'gathered' });
  });
});

describe('why a tranche is held', () => {
  it('stands in its payment, its record and its run, once, however often it is left out', async () => {
    const id = await corrected(5);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'LATE')]);
    const item = await questionOf(id);
    const { runId } = await treasury.gather('left out');
    await treasury.gather('left out again');
    const held = { why: 'question', items: [item] };
    expect(await treasury.payment(id, 2)).toMatchObject({ state: 'ready', held });
    expect((await treasury.store.runs.held(runId)).map(({ endToEndId }) => endToEndId)).toEqual([
      `${id}-01-02`,
    ]);
    const events = await treasury.store.audit.list({ proposalId: id });
    expect(events.filter(({ action }) => action === 'payment.held').map(({ facts }) => facts)).toEqual([
      expect.objectContaining({ endToEndId: `${id}-01-02`, because: 'question', of: item }),
    ]);
    const story = timelineOf(events, () => undefined).map(({ text }) => text.id);
    expect(story).toContain('Pembayaran tahap 1 ditahan sampai bank menjelaskan pembayaran sebelumnya.');
    const section = html`${await heldSection(treasury.store, { id: runId }, [])}`.text;
    expect(section).toContain(`${id}-01-02`);
    expect(section).toContain('bertentangan dengan keterangan bank sebelumnya');

    await treasury.letter('camt.053', [advice(id, 'RETURNED', 'LATE-BACK')]);
    const run = await treasury.gather('let go');
    expect(await treasury.payment(id, 2)).not.toHaveProperty('held');
    expect(await heldSection(treasury.store, { id: runId }, [])).toBeUndefined();
    await treasury.carryOut(run);
  });

  it.each(['between gathering and release', 'between release and sending'])(
    'is shown on the page of the run when it comes up %s',
    async (when) => {
      const late = when.endsWith('sending');
      const id = await corrected(late ? 7 : 6);
      const { runId, rails } = await treasury.gather(when);
      for (const rail of rails) await treasury.write(runId, rail);
      if (late) await treasury.decideOn(runId, { outcome: 'released' });
      await treasury.letter('camt.053', [advice(id, 'ACSC', `LATE-${late}`)]);
      const shown = await treasury.store.runs.payments(runId);
      const section = async () => html`${await heldSection(treasury.store, { id: runId }, shown)}`.text;
      expect(await section()).toContain(`${id}-01-02`);
      if (!late) await treasury.decideOn(runId, { outcome: 'released' });
      await treasury.send(runId);
      expect(await treasury.payment(id, 2)).toMatchObject({ state: 'ready', held: { why: 'question' } });
      expect(await section()).toContain(`${id}-01-02`);
      expect((await treasury.store.runs.files(runId))[0]).toMatchObject({
        sent: { withheld: [`${id}-01-02`] },
      });
      await treasury.letter('camt.053', [advice(id, 'RETURNED', `UNDO-${late}`)]);
    },
  );

  it('does not go away when the instruction is given again, as a redrive does', async () => {
    const id = await corrected(8);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'LATE-REDRIVE')]);
    await treasury.instruct(id, 2, `bank ${id} again`);
    await treasury.gather('after the redrive');
    expect(await treasury.payment(id, 2)).toMatchObject({ state: 'ready', held: { why: 'question' } });
    await treasury.letter('camt.053', [advice(id, 'RETURNED', 'UNDO-REDRIVE')]);
  });
});

describe('a payment', () => {
  // Finding 1, through the files: the copy of what was sent, or paid, is refused.
  it.each(['AM05', 'DUPL', 'DU03'])(
    'whose copy is refused (%s) is neither refused nor returned',
    async (reason) => {
      const { id } = await treasury.sent(10 + ['AM05', 'DUPL', 'DU03'].indexOf(reason));
      await treasury.letter('pain.002', [advice(id, 'RJCT', 'COPY', reason)]);
      expect(await stateOf(id, 1)).toBe('sent');
      await treasury.letter('mt940', [advice(id, 'ACSC', `PAID-${reason}`)]);
      await treasury.settleFirst(id);
      const before = await treasury.budget();
      await treasury.letter('pain.002', [advice(id, 'RJCT', 'COPY', reason)]);
      expect(await stateOf(id, 1)).toBe('settled');
      expect(await treasury.budget()).toEqual(before);
      expect(treasury.started.filter(({ name }) => name.startsWith(id))).toEqual([]);
    },
  );

  // Finding 2: the true return of what several channels told.
  it('told by three channels under three references is one, and its return reopens its tranche', async () => {
    const { id } = await treasury.sent(20);
    await treasury.letter('pain.002', [advice(id, 'ACSC', 'PYMT-0001')]);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'STMT-7777')]);
    await treasury.letter('mt940', [{ ...advice(id, 'ACSC', 'SWIFT-1'), day: '2020-08-05' }]);
    await treasury.settleFirst(id);
    await treasury.letter('camt.053', [advice(id, 'RETURNED', 'STMT-8888')]);
    expect(await stateOf(id, 1)).toBe('returned');
    expect(treasury.started.filter(({ name }) => name.startsWith(id))).toHaveLength(1);
  });

  // Finding 10: an answer that is another's.
  it('is not moved by a report that names another message, nor by a day that cannot be', async () => {
    const { id } = await treasury.sent(21);
    await treasury.letter('pain.002', [advice(id, 'RJCT', 'X')], { messageId: 'R20200101-FFFFFFFF' });
    expect(await stateOf(id, 1)).toBe('sent');
    for (const day of ['2019-08-04', '2030-08-04'])
      await treasury.letter('mt940', [{ ...advice(id, 'ACSC', `DAY-${day}`), day }]);
    const payment = await treasury.payment(id);
    expect(payment.state).toBe('sent');
    expect(payment.questions).toHaveLength(3);
  });

  // Finding 4: a part, by its own amount, and all of it less a fee.
  it.each([true, false])(
    'that came back less than it was is booked by what came: all but a fee %s',
    async (isWhole) => {
      const { id } = await treasury.sent(isWhole ? 22 : 23);
      await treasury.letter('mt940', [advice(id, 'ACSC', `OUT-${isWhole}`)]);
      await treasury.settleFirst(id);
      const before = await treasury.budget();
      const back = isWhole ? amount - 6500 : 10_000_000;
      await treasury.letter('camt.054', [{ ...advice(id, 'RETURNED', `BACK-${isWhole}`), amount: back }]);
      expect(await treasury.budget()).toMatchObject({ suspense: back, paid: (before.paid ?? 0) - back });
      await resolveBankItem(treasury.answerDeps, {
        ...{ itemId: await questionOf(id), by: 'ada', now: at(90), endToEndId: `${id}-01-01`, isWhole },
      });
      const { available = 0, reserved = 0, paid = 0 } = before;
      expect(await treasury.budget()).toMatchObject(
        isWhole
          ? {
              suspense: 0,
              charges: 6500,
              reserved: reserved + amount,
              available: available - 6500,
              paid: paid - amount,
            }
          : { suspense: 0, available: available + back, paid: paid - back },
      );
      expect(await stateOf(id, 1)).toBe(isWhole ? 'returned' : 'settled');
    },
  );
});
