/** Whatever a bank sends in whatever order, again and in parts: the payments end the same. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AnswerFormat, answerFormats, type BankAdvice, canReport } from '#players/bank/bank-answers.ts';
import { useTable } from '../../dynamodb.ts';
import { amount, openTreasury, type Treasury } from '../treasury.ts';

let treasury: Treasury;
/** The proposal whose payment the others are like. */
let first: string;
useTable(async (table) => {
  treasury = await openTreasury(table);
  const { id } = await treasury.sent(1);
  first = id;
});

/** What can truly become of a payment, and how it ends. */
const stories: readonly (readonly BankAdvice['status'][])[] = [
  ['ACSP'],
  ['ACSC'],
  ['ACSP', 'ACSC'],
  ['RJCT'],
  ['ACTC', 'RJCT'],
  ['ACSC', 'RETURNED'],
  ['ACCP', 'ACSC', 'RETURNED'],
];
const ends = {
  ACSP: 'accepted',
  ACTC: 'accepted',
  ACCP: 'accepted',
  ACSC: 'settled',
  RJCT: 'rejected',
  RETURNED: 'returned',
};

/** One way to notify us of one status: in a format, in one of its files, with the payment's id or by the bank's reference alone. */
interface Notice {
  payment: number;
  status: BankAdvice['status'];
  format: AnswerFormat;
  file: number;
  named: boolean;
}

function noticesOf(payment: number, status: BankAdvice['status']): fc.Arbitrary<Notice[]> {
  return fc.array(
    fc.record({
      payment: fc.constant(payment),
      status: fc.constant(status),
      format: fc.constantFrom(
        // What is paid or comes back is booked; whatever else the bank reports.
        ...answerFormats.filter(
          (format) =>
            canReport(format, { amount, status, day: '2020-08-04' }) &&
            (format === 'csv' || format === 'pain.002') === !(status === 'ACSC' || status === 'RETURNED'),
        ),
      ),
      // The same reference in every file: another would be in doubt.
      file: fc.nat(1),
      named: fc.boolean(),
    }),
    { minLength: 1, maxLength: 2 },
  );
}

const history = fc
  .tuple(fc.constantFrom(...stories), fc.constantFrom(...stories))
  .chain((stories) =>
    fc
      .tuple(...stories.flatMap((story, payment) => story.map((status) => noticesOf(payment, status))))
      .map((all) => ({ stories, notices: all.flat() })),
  )
  .chain(({ stories, notices }) => {
    const files = [...new Set(notices.map(({ format, file }) => `${format} ${file}`))];
    return fc.record({
      stories: fc.constant(stories),
      notices: fc.constant(notices),
      // Every file at least once, in any order, and some again.
      order: fc
        .tuple(
          fc.shuffledSubarray(files, { minLength: files.length }),
          fc.array(fc.constantFrom(...files), { maxLength: 3 }),
        )
        .chain(([each, again]) =>
          fc.shuffledSubarray([...each, ...again], { minLength: each.length + again.length }),
        ),
    });
  });

/** What a file says. A statement or notification names each transfer once: two entries would be two transfers. */
function noticesIn(notices: readonly Notice[], format: AnswerFormat, file: string): Notice[] {
  const all = notices.filter((each) => each.format === format && String(each.file) === file);
  if (format === 'pain.002' || format === 'csv') return all;
  const same = Map.groupBy(all, ({ payment, status }) => `${payment} ${status}`);
  return [...same.values()].flatMap((each) => each.find(({ named }) => named) ?? each.slice(0, 1));
}

it('ends the same in any order of any files, however often they come', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ stories, notices, order }) => {
      const ids = await Promise.all(stories.map(() => treasury.likeThatOf(first)));
      const like = await treasury.payment(first);
      // A report repeats the message that the payments were sent by, also where it names none of them.
      const original = { messageId: ('runId' in like && like.runId) || '' };
      const reference = (payment: number) => `R${ids[payment]?.slice(2)}`;
      for (const name of order) {
        const [format = 'csv', file] = name.split(' ') as [AnswerFormat, string];
        await treasury.letter(
          format,
          noticesIn(notices, format, file).map(({ payment, status, named }) => ({
            ...(named && { endToEndId: `${ids[payment]}-01-01` }),
            amount,
            status,
            reference: reference(payment),
            day: '2020-08-04',
            reason: 'AC04',
          })),
          original,
          true,
        );
      }
      for (const [payment, story] of stories.entries()) {
        const known = notices.some((each) => each.payment === payment && each.named);
        const last = story.at(-1) ?? 'ACSP';
        const { state } = await treasury.payment(ids[payment] ?? '');
        // Where it is never said whose reference it is, nothing is guessed.
        expect(state).toBe(known ? ends[last as keyof typeof ends] : 'sent');
        const open = (await treasury.store.bankItems.open()).filter(
          ({ entry }) => entry.bankReference === reference(payment),
        );
        expect(open.length > 0).toBe(!known);
      }
    }),
    { numRuns: 60 },
  );
});
