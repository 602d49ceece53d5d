import { afterEach, describe, expect, it } from 'vitest';
import { type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

const unconfirmed = { outcome: 'unconfirmed' };
const deposited = { outcome: 'deposited' };

async function deposit(script: Script, input: object = {}) {
  const stage = setStage({
    ...script,
    functions: { 'payment/settle-deposit': [unconfirmed, deposited], ...script.functions },
  });
  close = stage.close;
  const { output, arn } = await stage.play('deposit', {
    ...{ proposalId: 'P-ABCDEFGHJK', deposit: 2, round: 1, handedIn: false },
    ...input,
  });
  const asked = (['deposit-billing', 'deposit-slip', 'deposit-check'] as const).map(stage.askedKeys);
  return {
    ...{ output, asked, path: stage.harness.path(arn) },
    late: stage.callsOf('training/record-overdue').map(({ kind, key }) => [kind, key]),
    settled: stage.callsOf('payment/settle-deposit').map(({ key }) => key),
  };
}

describe('a deposit', () => {
  it('is billed, paid, confirmed by the treasury, and entered', async () => {
    const { output, asked, late, settled } = await deposit({});
    expect(output).toEqual(deposited);
    expect(asked).toEqual([['2-1'], ['2-1-1'], ['2-1-1-1']]);
    expect([late, settled]).toEqual([[], ['2-1-1-1', '2-1-1-1']]);
  });

  it('needs no one of the treasury where its list has the deposit', async () => {
    const { output, asked, path } = await deposit({ functions: { 'payment/settle-deposit': deposited } });
    expect([output, asked[2]]).toEqual([deposited, []]);
    expect(path.length).toBeLessThanOrEqual(11);
  });

  it.each([
    ['the billing code expires', { 'deposit-slip': ['code-expired', 'deposited'] }, []],
    ['the PPK brings none in time', { 'deposit-billing': [silence, 'issued'] }, ['deposit-billing']],
    ['the group does not pay in time', { 'deposit-slip': [silence, 'deposited'] }, ['deposit-slip']],
  ] as const)('is asked for in another round when %s', async (_, people, late) => {
    const done = await deposit({ people });
    expect([done.output, done.asked[0]]).toEqual([deposited, ['2-1', '2-2']]);
    expect(done.late).toEqual(late.map((kind) => [kind, '2']));
  });

  it('stays owed when it is never paid, after a bounded number of rounds', async () => {
    const { output, asked, late } = await deposit({ people: { 'deposit-slip': silence } });
    expect(output).toEqual({ outcome: 'owed' });
    expect(asked[0]).toEqual(['2-1', '2-2', '2-3']);
    expect(late).toEqual(Array(3).fill(['deposit-slip', '2']));
  });

  it('ends when codes expire again and again', async () => {
    const { output, asked } = await deposit({ people: { 'deposit-slip': 'code-expired' } });
    expect([output, asked[0]]).toEqual([{ outcome: 'owed' }, ['2-1', '2-2', '2-3']]);
  });

  it('has its slip asked for again when it is refused, then its billing code', async () => {
    const { output, asked } = await deposit({
      people: { 'deposit-check': ['refused', 'refused', 'confirmed'] },
      functions: { 'payment/settle-deposit': [unconfirmed, unconfirmed, unconfirmed, deposited] },
    });
    expect(output).toEqual(deposited);
    expect(asked).toEqual([
      ['2-1', '2-2'],
      ['2-1-1', '2-1-2', '2-2-1'],
      ['2-1-1-1', '2-1-2-1', '2-2-1-1'],
    ]);
  });

  it('stays unconfirmed when the treasury never says anything, and only officers are late', async () => {
    const { output, asked, late } = await deposit({
      ...{ people: { 'deposit-check': silence }, functions: { 'payment/settle-deposit': unconfirmed } },
    });
    expect(output).toEqual({ outcome: 'unconfirmed' });
    expect([asked[0], asked[2]]).toEqual([['2-1'], ['2-1-1-1', '2-1-1-2']]);
    expect(late).toEqual(Array(2).fill(['deposit-check', '2']));
  });

  it('is looked for in the treasury’s list again before the treasury is asked again', async () => {
    const { output, asked, late } = await deposit({ people: { 'deposit-check': silence } });
    expect([output, asked[2], late]).toEqual([deposited, ['2-1-1-1'], [['deposit-check', '2']]]);
  });

  it('is taken up with the slip that is there, in the round that it is given', async () => {
    const { output, asked } = await deposit({}, { round: 4, handedIn: true });
    expect([output, asked]).toEqual([deposited, [[], [], ['2-4-1-1']]]);
  });

  it.each([
    ['while the PPK is asked', { 'deposit-billing': 'cancelled' }],
    ['while the group is asked', { 'deposit-slip': 'cancelled' }],
  ] as const)('ends at once when it is cancelled %s', async (_, people) => {
    const { output, late } = await deposit({ people });
    expect([output, late]).toEqual([{ outcome: 'cancelled' }, []]);
  });

  it('ends with a deadline that found it cancelled', async () => {
    const { output } = await deposit({
      people: { 'deposit-slip': silence },
      functions: { 'training/record-overdue': { outcome: 'not-owed' } },
    });
    expect(output).toEqual({ outcome: 'cancelled' });
  });
});
