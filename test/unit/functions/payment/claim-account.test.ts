/** Another account is claimed like the first: it is one living proposal's, whoever gives it, and however the number is written. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '#domain/asks/ask-kinds.ts';
import { isAccountAccepted } from '#domain/proposal/account-claims.ts';
import { contentOf, tranchesOf } from '#domain/proposal/proposal.ts';
import { accountAcceptance } from '#functions/payment/asks/account-acceptance.ts';
import { accountCorrection } from '#functions/payment/asks/account-correction.ts';
import { claimAccount } from '#functions/payment/claim-account.ts';
import { AccountNotCorrected } from '#functions/payment/tranche-answers.ts';
import { useTable } from '../dynamodb.ts';
import { at, personalData } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

const bank = '008';

/** Sent, and refused by the bank. */
async function refused(group: number) {
  const { id } = await treasury.sent(group);
  await treasury.letter('pain.002', [
    { endToEndId: `${id}-01-01`, amount: 40_000_000, status: 'RJCT', day: '2020-08-04', reference: 'NO' },
  ]);
  return id;
}
function keyOf(turn: number) {
  return turn === 1 ? '1-1' : `1-1-${turn}`;
}
/** The group gives an account. */
async function give(id: string, number: string, turn = 1, bankCode = bank) {
  const account = { bankCode, number, holder: 'KELOMPOK' };
  const answer: Answer = { outcome: 'corrected', ...account };
  await treasury.done(id, 'account-correction', keyOf(turn), answer, undefined, at(100 + turn));
}
function claim(id: string, turn = 1) {
  const step = { proposalId: id, tranche: 1, attempt: 1, turn, now: at(110 + turn) };
  return claimAccount({ store: treasury.store, personalData }, step);
}
async function given(id: string, number: string, turn = 1) {
  await give(id, number, turn);
  return claim(id, turn);
}
async function accept(id: string, turn = 1) {
  const answer = { outcome: 'accepted', compared: true } as const;
  await treasury.done(id, 'account-acceptance', keyOf(turn), answer, 'paula', at(120 + turn));
}
function proposalOf(id: string) {
  return treasury.store.proposals.get(id);
}
function ownerOf(number: string) {
  return treasury.store.accountClaims.look(personalData.hashAccount({ bankCode: bank, number }));
}
async function openingOf(id: string, turn: number) {
  return accountCorrection.opening?.(await proposalOf(id), { tranche: 1, attempt: 1, turn }, []);
}
async function claimsOn(id: string) {
  return (await treasury.store.audit.list({ proposalId: id }))
    .filter(({ action }) => action === 'account.claimed-elsewhere')
    .map(({ facts }) => facts);
}

describe('another account', () => {
  it('is claimed once, and that again writes nothing', async () => {
    const id = await refused(1);
    expect(await given(id, '1110000001')).toBe('claimed');
    expect(await ownerOf('1110000001')).toMatchObject({ proposalId: id, lives: true });
    const { version } = await proposalOf(id);
    expect(await claim(id)).toBe('claimed');
    expect((await proposalOf(id)).version).toBe(version);
    expect(isAccountAccepted(await proposalOf(id))).toBe(false);
    await accept(id);
    const accepted = await proposalOf(id);
    expect(isAccountAccepted(accepted)).toBe(true);
    // A call that comes late does not take the acceptance back.
    expect(await claim(id)).toBe('claimed');
    expect((await proposalOf(id)).version).toBe(accepted.version);
  });

  it.each([
    ['the same', 10, '1110000010', '1110000010'],
    ['with blanks', 12, '1110000012', '111 000 0012'],
    ['with dashes', 14, '1110000014', '111-0000-014'],
    ['with zeros in front', 16, '1110000016', '0001110000016'],
  ])(
    'stops the later of two that give it, with words, and marks the earlier: %s',
    async (_how, group, first, second) => {
      const [earlier, later] = [await refused(group), await refused(group + 1)];
      expect(await given(earlier, first)).toBe('claimed');
      expect(await given(later, second)).toBe('in-use');
      expect(await ownerOf(first)).toMatchObject({ proposalId: earlier, lives: true });
      expect(await openingOf(later, 2)).toEqual({
        problems: [expect.objectContaining({ code: 'account-in-use', where: 'number' })],
      });
      expect((await proposalOf(earlier)).accountClaimed).toMatchObject({ by: later });
      // The PPK had not accepted it yet.
      expect(await claimsOn(earlier)).toEqual([{ by: later, accepted: false }]);
      // Done again it notes nothing new, and nothing became of it for the later group.
      expect(await claim(later)).toBe('in-use');
      expect(await claimsOn(earlier)).toHaveLength(1);
      expect(tranchesOf(await proposalOf(later))[0]).not.toHaveProperty('accountGiven');
      // With an account of its own the later goes on.
      expect(await given(later, `222${first}`.slice(0, 10).concat(String(group)), 2)).toBe('claimed');
    },
  );

  it('goes to one of two that give it at the same time', async () => {
    const ids = [await refused(20), await refused(21)];
    for (const id of ids) await give(id, '1110000020');
    const outcomes = await Promise.all(ids.map((id) => claim(id)));
    expect(outcomes.toSorted()).toEqual(['claimed', 'in-use']);
    const winner = ids[outcomes.indexOf('claimed')];
    expect(await ownerOf('1110000020')).toMatchObject({ proposalId: winner, lives: true });
  });

  it('is refused to a leader who names the account of another group, which is paid all the same', async () => {
    const dishonest = await refused(31);
    const honest = await treasury.ready(30);
    const { account } = contentOf(await proposalOf(honest)) ?? expect.fail('nothing was submitted');
    await give(dishonest, account.number, 1, account.bankCode);
    expect(await claim(dishonest)).toBe('in-use');
    // The PPK had accepted it long before: it is marked and stopped by nothing.
    expect(await claimsOn(honest)).toEqual([{ by: dishonest, accepted: true }]);
    expect(isAccountAccepted(await proposalOf(honest))).toBe(true);
    await treasury.carryOut(await treasury.gather('honest'));
    expect((await treasury.payment(honest)).state).toBe('sent');
  });

  it('takes a note of the PPK once another proposal has given it too, and not for what was marked before', async () => {
    const [earlier, later] = [await refused(40), await refused(41)];
    await given(earlier, '1110000040');
    const asksOf = async () => {
      const proposal = await proposalOf(earlier);
      const asks = await treasury.store.asks.bySubject(earlier);
      return { proposal, asks, ask: { about: { tranche: 1, attempt: 1, turn: 1 } } } as never;
    };
    expect(accountAcceptance.facts?.(await asksOf())).toEqual({ accountClaimed: false });
    await given(later, '1110000040');
    expect(accountAcceptance.facts?.(await asksOf())).toEqual({ accountClaimed: true });
  });

  it('is free for others when the group gives another instead, and when the proposal has ended', async () => {
    const [first, second, third] = [await refused(50), await refused(51), await refused(52)];
    await given(first, '1110000050');
    await treasury.done(
      first,
      'account-acceptance',
      '1-1',
      { outcome: 'refused', reason: 'Bukan milik kelompok' },
      'paula',
      at(115),
    );
    expect(await given(first, '1110000051', 2)).toBe('claimed');
    expect(await ownerOf('1110000050')).toBeUndefined();
    expect(await given(second, '1110000050')).toBe('claimed');
    expect(await ownerOf('1110000050')).toMatchObject({ proposalId: second, lives: true });

    await treasury.store.proposals.update(first, at(130), (proposal) => ({
      proposal: { ...proposal, stage: 'closed', closedAt: at(130), result: 'partial' } as never,
      result: undefined,
    }));
    expect(await given(third, '1110000051')).toBe('claimed');
    expect(await ownerOf('1110000051')).toMatchObject({ proposalId: third, lives: true });
  });

  it('keeps the account that the group had while another waits for the PPK', async () => {
    const id = await refused(60);
    const { account } = contentOf(await proposalOf(id)) ?? expect.fail('nothing was submitted');
    await given(id, '1110000060');
    const old = await treasury.store.accountClaims.look(personalData.hashAccount(account));
    expect(old).toMatchObject({ proposalId: id, lives: true });
  });

  it('is not claimed before the group has given one', async () => {
    const id = await refused(70);
    await expect(claim(id)).rejects.toThrow(AccountNotCorrected);
  });
});
