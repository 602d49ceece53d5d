import { describe, expect, it } from 'vitest';
import { messageIdOf } from '#functions/payment/rails/message-id.ts';
import { type BankAdvice, writeLetter } from '#players/bank/bank-answers.ts';
import { useTable } from '../../dynamodb.ts';
import { at } from '../../scene.ts';
import { amount, openTreasury, type Treasury } from '../treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

const day = '2020-08-04';
function advice(id: string, status: BankAdvice['status'], reference?: string): BankAdvice {
  return {
    endToEndId: `${id}-01-01`,
    amount,
    status,
    day,
    ...(reference !== undefined && { reference }),
  };
}
function nameless({ endToEndId: _, ...rest }: BankAdvice): BankAdvice {
  return rest;
}

function grouped(messageId: string, status: string, transactions = '') {
  return `<Document><CstmrPmtStsRpt><GrpHdr><CreDtTm>2020-08-04T09:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${messageId}</OrgnlMsgId><GrpSts>${status}</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>${messageId}</OrgnlPmtInfId>${transactions}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;
}
function transaction(id: string, status: string) {
  return `<TxInfAndSts><OrgnlEndToEndId>${id}-01-01</OrgnlEndToEndId><TxSts>${status}</TxSts></TxInfAndSts>`;
}

/** Several payments in one run. */
async function run(...groups: number[]) {
  const ids = [];
  for (const group of groups) ids.push(await treasury.ready(group));
  const { runId, rails } = await treasury.gather(`run of ${groups.join()}`);
  await treasury.carryOut({ runId, rails });
  return { ids, runId };
}
function states(ids: readonly string[]) {
  return Promise.all(ids.map(async (id) => (await treasury.payment(id)).state));
}

describe('a line of the bank’s', () => {
  const statements = ['camt.053', 'camt.054', 'mt940'] as const;
  it.each(statements.map((format, index) => [format, index] as const))(
    'settles its payment in %s, once, and resumes who waits',
    async (format, index) => {
      const { id } = await treasury.sent(40 + index);
      for (let time = 0; time < 2; time++)
        expect(await treasury.letter(format, [advice(id, 'ACSC', `REF-${index}`)])).toMatchObject({
          outcome: 'read',
          format,
          moved: time === 0 ? 1 : 0,
        });
      expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: `REF-${index}` });
      expect(treasury.resumed.filter(({ taskToken }) => taskToken === `bank ${id} 1`)).toEqual([
        { taskToken: `bank ${id} 1`, outcome: 'settled' },
      ]);
    },
  );

  it.each(['pain.002', 'csv'] as const)(
    'that only reports it done, in %s, settles nothing: what is booked does',
    async (format) => {
      const { id } = await treasury.sent(format === 'csv' ? 44 : 45);
      expect(await treasury.letter(format, [advice(id, 'ACSC', `DONE-${format}`)])).toMatchObject({
        moved: 1,
      });
      expect(await treasury.payment(id)).toMatchObject({
        state: 'accepted',
        done: { bankReference: `DONE-${format}` },
      });
      expect(treasury.resumed.some(({ taskToken }) => taskToken === `bank ${id} 1`)).toBe(false);
      await treasury.letter('mt940', [nameless(advice(id, 'ACSC', `DONE-${format}`))]);
      expect(await states([id])).toEqual(['settled']);
    },
  );

  it('that accepts is written down and resumes no execution', async () => {
    const { id } = await treasury.sent(50);
    await treasury.letter('pain.002', [advice(id, 'ACSP')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'accepted' });
    expect(treasury.resumed.some(({ taskToken }) => taskToken === `bank ${id} 1`)).toBe(false);
  });

  it('without an EndToEndId finds its payment by the bank’s reference and the amount', async () => {
    const { ids } = await run(51, 52);
    const [one = '', other = ''] = ids;
    await treasury.letter('pain.002', [advice(one, 'ACSP', 'BY-REF-1'), advice(other, 'ACSP', 'BY-REF-2')]);
    expect(await treasury.letter('mt940', [nameless(advice(one, 'ACSC', 'BY-REF-1'))])).toMatchObject({
      moved: 1,
    });
    expect(await states(ids)).toEqual(['settled', 'accepted']);
    const wrong = { ...nameless(advice(other, 'ACSC', 'BY-REF-2')), amount: amount - 1 };
    expect(await treasury.letter('mt940', [wrong])).toMatchObject({ moved: 0, unknown: ['BY-REF-2'] });
  });

  it('without an EndToEndId fits no payment where the bank named two by the reference', async () => {
    const { ids } = await run(53, 54);
    await treasury.letter(
      'pain.002',
      ids.map((id) => advice(id, 'ACSP', 'BATCH')),
    );
    expect(await treasury.letter('camt.054', [nameless(advice('', 'ACSC', 'BATCH'))])).toMatchObject({
      moved: 0,
      unknown: ['BATCH'],
    });
    expect(await states(ids)).toEqual(['accepted', 'accepted']);
  });

  it('whose id differs by case, or in one letter, changes nothing', async () => {
    const { id } = await treasury.sent(55);
    const endToEndId = `${id}-01-01`.toLowerCase();
    const file = await treasury.letter('pain.002', [{ ...advice(id, 'ACSC', 'CASE'), endToEndId }]);
    expect(file).toMatchObject({ moved: 0, unknown: [endToEndId] });
    expect(await states([id])).toEqual(['sent']);
  });

  it('with another amount changes nothing', async () => {
    const { id } = await treasury.sent(56);
    const file = await treasury.letter('camt.054', [
      { ...advice(id, 'ACSC', 'LESS'), amount: amount - 6500 },
    ]);
    expect(file).toMatchObject({ moved: 0, contradictions: [`${id}-01-01`] });
    expect(await states([id])).toEqual(['sent']);
  });

  it('that only says that money came in is no return; from elsewhere, it concerns no one', async () => {
    const { id } = await treasury.sent(57);
    await treasury.letter('camt.054', [advice(id, 'ACSC', 'OUT')]);
    const credit = (endToEndId: string) =>
      `<Document><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>N</Id><Acct><Id><Othr><Id>${treasury.debitAccount}</Id></Othr></Id></Acct><Ntry><Amt Ccy="IDR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><ValDt><Dt>${day}</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`;
    expect(await treasury.deliver(credit(`${id}-01-01`))).toMatchObject({
      moved: 0,
      contradictions: [`${id}-01-01`],
    });
    expect(await treasury.deliver(credit('SALARY'))).toMatchObject({
      outcome: 'read',
      moved: 0,
      unknown: [],
    });
    expect(await states([id])).toEqual(['settled']);
  });
});

describe('what cannot be of the payment that it names', () => {
  let first: Promise<{ id: string }> | undefined;
  /** Sent with one run, each a payment of its own. */
  const sentAlike = async () => {
    first ??= treasury.sent(1);
    return treasury.likeThatOf((await first).id);
  };
  const itemsOf = async (id: string) =>
    (await treasury.store.bankItems.open())
      .filter(({ candidates }) => candidates.includes(`${id}-01-01`))
      .map(({ why }) => why);

  it.each([
    ['another message of ours', 'R20200101-00000000'],
    ['another sender’s message', 'PAYROLL-2020-08'],
    ['our message cut off', 'R2020'],
    ['nothing like an id', '-'],
  ])('by its message, %s, changes nothing and is asked', async (_, messageId) => {
    const id = await sentAlike();
    for (const status of ['ACSC', 'RJCT'])
      expect(await treasury.deliver(grouped(messageId, 'PART', transaction(id, status)))).toMatchObject({
        outcome: 'read',
        moved: 0,
        contradictions: [`${id}-01-01`],
      });
    expect(await states([id])).toEqual(['sent']);
    expect(await itemsOf(id)).toEqual(['state', 'state']);
  });

  it.each([
    ['of last year', '2019-08-04'],
    ['ten years ahead', '2030-08-04'],
    ['a year behind', '0020-08-04'],
    ['two weeks before it was sent', '2020-07-20'],
    ['a month ahead', '2020-09-04'],
  ])('by its day, %s, changes nothing and is asked', async (_, wrong) => {
    const id = await sentAlike();
    await treasury.letter('camt.053', [{ ...advice(id, 'ACSC', `DAY-${wrong}`), day: wrong }]);
    expect([await states([id]), await itemsOf(id)]).toEqual([['sent'], ['doubt']]);
  });

  it.each([
    ['before it was sent', '2020-08-02'],
    ['in 2019', '2019-12-31'],
    ['in 2030', '2030-01-01'],
    ['a fortnight ahead', '2020-08-17'],
  ])('by the day on which it was booked, %s, with a good value date', async (what, booked) => {
    const id = await sentAlike();
    const text = String(
      writeLetter('camt.053', {
        ...{ id: `B-${what}`, day, debitAccount: treasury.debitAccount },
        advices: [advice(id, 'ACSC', `BOOKED-${booked}`)],
      }),
    );
    await treasury.deliver(text.replace(/<BookgDt><Dt>[^<]*/, `<BookgDt><Dt>${booked}`));
    expect([await states([id]), await itemsOf(id)]).toEqual([['sent'], ['doubt']]);
  });

  it.each(['camt.053', 'camt.054', 'mt940', 'csv', 'pain.002'] as const)(
    'by its account, in %s, because it is paid from another',
    async (format) => {
      const id = await sentAlike();
      const before = await treasury.payment(id);
      const changes = [
        treasury.store.payments.put(before, {
          ...before,
          debitAccount: { ...before.debitAccount, number: '000200000002' },
        }),
      ];
      await treasury.store.commit({ proposalId: id, now: at(66), events: [], changes });
      await treasury.letter(format, [advice(id, 'ACSC', `OTHER-${format}`)]);
      expect([await states([id]), await itemsOf(id)]).toEqual([['sent'], ['doubt']]);
    },
  );
});

describe('the status of a whole message', () => {
  it.each([
    ['R20200101-00000000', 'RJCT'],
    ['PAYROLL-2020-08', 'ACSC'],
    ['R20200101', 'ACTC'],
    ['P-0000000001-01-01', 'RJCT'],
  ])('that we did not send, %s, is asked about', async (messageId, status) => {
    const file = await treasury.deliver(grouped(messageId, status));
    expect(file).toMatchObject({ outcome: 'read', moved: 0, unknown: [messageId] });
    const open = (await treasury.store.bankItems.open()).filter(
      ({ entry }) => entry.messageId === messageId && entry.endToEndId === undefined,
    );
    expect(open).toMatchObject([{ why: 'unknown', candidates: [], entry: { bankReference: messageId } }]);
  });

  it('counts for the payments of exactly that message', async () => {
    const { ids, runId } = await run(70, 71);
    const { id: other } = await treasury.sent(72);
    expect(await treasury.deliver(grouped(runId, 'ACTC'))).toMatchObject({ moved: 2 });
    expect(await treasury.deliver(grouped('R20200101-00000000', 'RJCT'))).toMatchObject({ moved: 0 });
    expect(await states([...ids, other])).toEqual(['accepted', 'accepted', 'sent']);
  });

  it('names one of a run’s files by the message id that was written into it', async () => {
    const { ids, runId } = await run(79, 80);
    const run1 = await treasury.store.runs.get(runId);
    const id = messageIdOf({ runId, file: run1?.rails[0] ?? '' });
    const other = messageIdOf({ runId, file: 'another' });
    expect(await treasury.deliver(grouped(other, 'RJCT'))).toMatchObject({ outcome: 'read', moved: 0 });
    expect(await treasury.deliver(grouped(id, 'ACSP'))).toMatchObject({ moved: 2 });
    expect(await states(ids)).toEqual(['accepted', 'accepted']);
  });

  it('gives way to what is said of single payments, and is not believed where they contradict it', async () => {
    const { ids, runId } = await run(73, 74);
    const [one = ''] = ids;
    const file = await treasury.deliver(grouped(runId, 'RJCT', transaction(one, 'ACSC')));
    expect(file).toMatchObject({ moved: 1, contradictions: [] });
    expect(await states(ids)).toEqual(['accepted', 'sent']);
  });

  it('refuses all that the file does not list, where those that it lists are refused as well', async () => {
    const { ids, runId } = await run(75, 76);
    const [one = ''] = ids;
    await treasury.deliver(grouped(runId, 'RJCT', transaction(one, 'RJCT')));
    expect(await states(ids)).toEqual(['rejected', 'rejected']);
  });

  it('says nothing by PART', async () => {
    const { ids, runId } = await run(77, 78);
    const [one = ''] = ids;
    await treasury.deliver(grouped(runId, 'PART', transaction(one, 'RJCT')));
    expect(await states(ids)).toEqual(['rejected', 'sent']);
  });
});
