/** What the test bank writes is valid by the schemas that ISO 20022 publishes, where they are at hand. */
import { describe, expect, it } from 'vitest';
import { type BankAdvice, type BankLetter, writeLetter } from '#players/bank/bank-answers.ts';
import { schemaOf } from '#test/iso-20022.ts';

const messages = [
  ['pain.002', 'pain.002.001.14'],
  ['camt.053', 'camt.053.001.12'],
  ['camt.054', 'camt.054.001.12'],
] as const;

const day = '2020-10-05';
const advices: BankAdvice[] = [
  { endToEndId: 'P-0123456789-01-01', amount: 40_000_000, status: 'ACSC', reference: 'REF<&>1', day },
  {
    endToEndId: 'P-0123456789-01-02',
    amount: 1,
    status: 'RETURNED',
    reference: 'REF-2',
    day,
    reason: 'AC04',
  },
  { endToEndId: 'P-0123456789-01-03', amount: 2, status: 'RJCT', day },
  { endToEndId: 'P-0123456789-01-04', amount: 3, status: 'PDNG', day },
];
const letter: BankLetter = {
  id: 'L-1',
  day,
  debitAccount: '0123456789',
  original: { messageId: 'R20201005-0A1B2C3D' },
  advices,
};

describe.each(messages)('the test bank’s %s', (format, name) => {
  const { validate, missing } = schemaOf(name);

  it('is valid', ({ skip }) => {
    if (validate === undefined) return skip(missing);
    validate(writeLetter(format, letter));
    validate(writeLetter(format, { ...letter, advices: advices.slice(0, 1) }));
  });

  it('would not be valid with another amount', ({ skip }) => {
    if (validate === undefined) return skip(missing);
    const text = writeLetter(format, letter).replaceAll('40000000.00', 'forty');
    expect(() => validate(text)).toThrow('forty');
  });
});
