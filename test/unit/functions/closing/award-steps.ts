import { awardEntry, reserveEntry, settleEntry } from '#domain/money/ledger.ts';
import { endToEndId } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { award, budgetLineOf } from '#domain/proposal/approval.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { inStage } from '#domain/proposal/proposal.ts';
import { updateTranche } from '#domain/proposal/tranches.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { newestRulePack } from '#programmes/index.ts';
import { at, packetOf, personalData, type Scene } from '../scene.ts';

export function awardSteps(scene: Scene) {
  const pack = newestRulePack('tkm-2020');
  const line = { programme: pack.budgetProgramme, year: 2020, province: '33' };
  const ceiling = rupiah(1_000_000_000);
  const amount = rupiah(40_000_000);

  /** How much of the line is bound, whatever other tests did before. */
  const lineNow = async () => {
    const found = await scene.store.budgets.get(line);
    return found ?? { available: ceiling, committed: 0, reserved: 0, paid: 0 };
  };
  const locksOf = (group: number) =>
    scene.store.locks.find(packetOf(group).members.map(({ nik }) => personalData.hashNik(nik)));
  const actions = async (proposalId: string) =>
    (await scene.store.audit.list({ proposalId })).map(({ action }) => action);

  /** A proposal with an award of Rp40,000,000, its money committed. */
  const awarded = async (group: number) => {
    const prefix = `group-${group}`;
    const { id } = await scene.submitted(prefix, packetOf(group));
    await recordVerification(scene.store, { proposalId: id, round: 1, now: at(3) });
    if ((await scene.store.budgets.get(line)) === undefined)
      await scene.store.commit({
        journal: 'settings',
        now: at(3),
        events: [],
        changes: scene.store.budgets.create(line, ceiling, at(3)),
      });
    await scene.store.proposals.update(id, at(4), (proposal) => {
      const { content } = inStage(proposal, ['approval'], 'be awarded');
      const paper = { number: `${group}/2020`, date: '2020-08-03' };
      return {
        ...award(
          proposal,
          pack,
          {
            sk: paper,
            pks: paper,
            amount,
            budgetLine: budgetLineOf(pack, content, at(4)),
            approvals: [],
            awardedAt: at(4),
          },
          at(4),
        ),
        changes: scene.store.budgets.book(awardEntry({ line, proposalId: id, at: at(4) }, amount)),
        result: undefined,
      };
    });
    return id;
  };

  const trancheStatus = (id: string, status: 'reserved' | 'settled') =>
    scene.store.proposals.update(id, at(5), (proposal) => ({
      proposal: updateTranche(
        inStage(proposal, ['payment', 'follow-up'], 'be paid'),
        1,
        (tranche) => ({ ...tranche, status }),
        at(5),
      ),
      changes: scene.store.budgets.book(
        status === 'reserved'
          ? reserveEntry({ line, proposalId: id, at: at(5) }, { tranche: 1, amount })
          : settleEntry(
              { line, proposalId: id, at: at(5) },
              { tranche: 1, attempt: 1, endToEndId: endToEndId(id, 1, 1), amount },
            ),
      ),
      result: undefined,
    }));

  const followingUp = async (group: number) => {
    const id = await awarded(group);
    await trancheStatus(id, 'reserved');
    await trancheStatus(id, 'settled');
    await scene.store.proposals.update(id, at(6), (proposal) => ({
      ...startFollowUp(proposal, { settledOn: '2020-08-03', items: [] }, at(6)),
      result: undefined,
    }));
    return id;
  };

  return { pack, amount, lineNow, locksOf, actions, awarded, trancheStatus, followingUp };
}
