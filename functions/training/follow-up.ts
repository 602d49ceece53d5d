/** The follow-up begins, and what was not done in time is entered into the ledger: each once. */

import { storedAbout } from '#domain/asks/about.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import type { AnyAbout } from '#domain/asks/kind.ts';
import { noteOverdue, startFollowUp } from '#domain/proposal/follow-up.ts';
import { depositsOf, inStage, type Proposal } from '#domain/proposal/proposal.ts';
import { dutyHolder, type FollowUpItem, followUpPlan } from '#domain/training/training.ts';
import { type Calendar, jakartaDate } from '#domain/working-days.ts';
import { type Report, unreported } from '#functions/notifications/report.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, PersonAlreadyHeld } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

/** Plans the follow-up from the day of the first settled payment; again it answers the same plan. */
export function openFollowUp(
  { proposals }: Pick<Store, 'proposals'>,
  calendar: Calendar,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<FollowUpItem[]> {
  return proposals.update(proposalId, now, (before) => {
    if (before.stage === 'follow-up' || before.stage === 'closed') return { result: before.followUp.items };
    const proposal = inStage(before, ['payment'], 'start its follow-up');
    const dates = proposal.tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate]));
    const settledOn = dates.sort()[0] ?? jakartaDate(now);
    const items = followUpPlan(packOf(proposal), settledOn, calendar);
    return { ...startFollowUp(proposal, { settledOn, items }, now), result: items };
  });
}

export interface OverdueStep {
  proposalId: string;
  kind: AskKind;
  /** Which one of that kind: of a deposit, its number. */
  about: AnyAbout;
  now: string;
}

/** How an item is called. */
export function itemName(kind: AskKind) {
  return kindOf(kind).form.title;
}

/** Rounds of reading and writing when people of the group are held by others in between. */
const maxRaces = 5;

/**
 * Enters the duty into the overdue ledger, once. A group that was closed before, and whose people were free, is barred with
 * it, as far as no other proposal holds them.
 *
 * @returns undefined for a deposit that is owed no longer: there is nothing to be late with
 */
export async function recordOverdue(
  store: Pick<Store, 'locks' | 'overdue' | 'proposals'>,
  step: OverdueStep,
  report: Report<Proposal> = unreported,
): Promise<Proposal | undefined> {
  const { proposalId, kind, about, now } = step;
  const record = () =>
    store.proposals.update(proposalId, now, async (proposal) => {
      const { deposit } = about;
      if (deposit !== undefined && !owesDeposit(proposal, deposit)) return { result: undefined };
      return {
        ...noteOverdue(proposal, { kind, about }, now),
        changes: [
          store.overdue.record({ proposalId, kind, about: storedAbout(about), since: now }),
          ...(await barPeople(store, proposal, step)),
          ...(await report(proposal)),
        ],
        result: proposal,
      };
    });
  const conflicts = [PersonAlreadyHeld];
  try {
    return await retryOnConflict(
      { what: `The people of ${proposalId}`, rounds: maxRaces, conflicts },
      record,
    );
  } catch (error) {
    if (error instanceof AlreadyExists) return store.proposals.get(proposalId);
    throw error;
  }
}

function owesDeposit(proposal: Proposal, deposit: number): boolean {
  return depositsOf(proposal).some(({ number, status }) => number === deposit && status === 'owed');
}

async function barPeople(
  { locks }: Pick<Store, 'locks'>,
  proposal: Proposal,
  { kind, now }: OverdueStep,
): Promise<Change[]> {
  if (proposal.stage !== 'closed' || dutyHolder(kind) !== 'group') return [];
  const people = proposal.content.members.map(({ nikHash }) => nikHash);
  const { held: locked, ended } = await locks.look(people);
  const held = new Set(locked.map(({ nikHash }) => nikHash));
  return people
    .filter((nikHash) => !held.has(nikHash))
    .map((nikHash) => locks.keepForOverdue(nikHash, proposal.id, now, ended.get(nikHash)));
}
