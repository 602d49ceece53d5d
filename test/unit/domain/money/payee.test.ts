import { describe, expect, it } from 'vitest';
import { isChanged, payeeOf } from '#domain/money/payee.ts';

const now = { bankCode: '002', number: '0012345678', holder: 'KEL SUMBER REJEKI' };
const endToEndId = 'P-0123456789-01-01';
const at = '2020-08-05T02:00:00.000Z';

describe('what a treasurer is told of a payee', () => {
  it('is that it is the first payment, where it is', () => {
    const payee = payeeOf('Rejeki', now, undefined, { at });
    expect([payee, isChanged(payee)]).toEqual([{ group: 'Rejeki' }, false]);
  });

  it.each([
    ['bank', { ...now, bankCode: '008' }],
    ['number', { ...now, number: '0098765678' }],
    ['holder', { ...now, holder: 'KEL SUMBER MAKMUR' }],
  ])('is what changed of the account: the %s, with its end alone, and when it was given', (what, account) => {
    const payee = payeeOf('Rejeki', now, { endToEndId, account }, { at, acceptedBy: 'paula' });
    expect(payee.before).toMatchObject({ endToEndId, changed: [what], at, acceptedBy: 'paula' });
    expect(isChanged(payee)).toBe(true);
    expect(JSON.stringify(payee)).not.toContain(account.number);
  });

  // Another account can end alike: it is compared by all of its digits.
  it('is a change also where both numbers end alike', () => {
    const payee = payeeOf('Rejeki', now, { endToEndId, account: { ...now, number: '9912345678' } });
    expect(payee.before).toMatchObject({ account: { number: '••••5678' }, changed: ['number'] });
  });

  it.each([
    { ...now, number: '12345678' },
    { ...now, holder: ' kel  Sumber Rejeki' },
  ])('is no change where it is the same account written otherwise', (account) => {
    const payee = payeeOf('Rejeki', now, { endToEndId, account }, { at });
    expect(payee.before).toMatchObject({ changed: [] });
    expect([payee.before?.at, isChanged(payee)]).toEqual([undefined, false]);
  });
});
