/** Whether a proposal stands where a play is to stop, is still on its way there, or will never come there. */

import { aboutText } from '#domain/asks/about.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { PackReference } from '#domain/programme.ts';
import { type Stage, stages } from '#domain/proposal/proposal.ts';
import type { FollowUpItem } from '#domain/training/training.ts';
import { followUpKinds } from '#domain/training/training.ts';
import { rulePack } from '#programmes/index.ts';
import { comesLater, isOfTranche, means } from './about.ts';
import type { Asked } from './asked.ts';
import { isForeseen, isWanted, type Target, type Wanted } from './target.ts';

export type Standing =
  | { state: 'on-its-way' }
  | { state: 'reached' }
  /** It will not stand there. `why` continues the proposal's name. */
  | { state: 'ended'; why: string };

/** As much of a proposal as shows where it stands. */
export interface Life {
  stage: Stage;
  pack?: PackReference | undefined;
  halted?: { error: string } | undefined;
  /** Why it was rejected. */
  reason?: string;
  /** How it was closed. */
  result?: string;
  tranches?: readonly { number: number; status: string; receipts?: unknown }[] | undefined;
  followUp?: { items: readonly Pick<FollowUpItem, 'kind' | 'about'>[] };
}

/** The stages of a life that goes well, in order. */
const life: readonly Stage[] = stages.filter((stage) => stage !== 'rejected');

export function standingOf(target: Target, proposal: Life, asked: readonly Asked[]): Standing {
  const { stage, ask } = target;
  const stands = asked.some((one) => one.open && ask !== undefined && isWanted(ask, one));
  if (proposal.halted !== undefined)
    return { state: 'ended', why: `is halted: ${proposal.halted.error}. It goes on after a redrive` };
  if (stands || proposal.stage === stage) return { state: 'reached' };
  if (proposal.stage === 'rejected') return { state: 'ended', why: `was rejected: ${proposal.reason}` };
  if (proposal.stage === 'closed') return { state: 'ended', why: `is closed (${proposal.result})` };
  const pack = proposal.pack === undefined ? undefined : rulePack(proposal.pack.id, proposal.pack.version);
  if (ask !== undefined && pack !== undefined && !isForeseen(ask, pack))
    return {
      state: 'ended',
      why: `never comes to ${target.text}: its programme, ${pack.id}, has none. It ${whereItIs(proposal, asked)}`,
    };
  const behind =
    (stage === undefined || life.indexOf(stage) < life.indexOf(proposal.stage)) &&
    (ask === undefined || isBehind(ask, proposal, asked));
  return behind
    ? { state: 'ended', why: `is past ${target.text}: it ${whereItIs(proposal, asked)}` }
    : { state: 'on-its-way' };
}

/** Where a proposal is, in words that continue its name. */
export function whereItIs(proposal: Life, asked: readonly Asked[]): string {
  const open = [...new Set(asked.filter((one) => one.open).map(({ kind, about }) => `${kind}:${about}`))];
  const waits = open.length === 0 ? '' : ` and waits for ${open.join(', ')}`;
  return `is in stage ${proposal.stage}${waits}`;
}

/**
 * Whether no ask like that will come any more, as far as the record shows: what comes later in life was asked since. A way
 * back, as by a paper that is returned, is asked before it comes later in life again.
 */
function isBehind(wanted: Wanted, proposal: Life, asked: readonly Asked[]): boolean {
  if (isOfTranche(wanted.kind)) {
    const { tranches = [] } = proposal;
    const meant = tranches.filter(({ number }) => meansTranche(wanted, number, asked));
    return (
      meant.length > 0 &&
      meant.every(({ number, status, receipts }) => {
        const own = asked.filter(({ tranche }) => tranche === number);
        return status === 'unpaid' || receipts !== undefined || newestComesLater(wanted, own);
      })
    );
  }
  if (isFollowUp(wanted.kind)) {
    const items = proposal.followUp?.items ?? [];
    const meant = items.filter(
      (item) =>
        item.kind === wanted.kind &&
        (wanted.about === undefined || means(wanted.about, { about: aboutText(item.kind, item.about) })),
    );
    // What the plan has no place for comes by a way of its own, and ends with the close.
    if (meant.length === 0) return false;
    return meant.every((item) =>
      asked.some((one) => one.kind === item.kind && one.about === aboutText(item.kind, item.about)),
    );
  }
  const awarded = asked.some(({ kind }) => isOfTranche(kind) || isFollowUp(kind));
  return awarded || newestComesLater(wanted, asked);
}

function meansTranche({ about }: Wanted, tranche: number, asked: readonly Asked[]): boolean {
  if (about === undefined || about.split('-')[0] === String(tranche)) return true;
  return asked.some((one) => one.tranche === tranche && one.about === about);
}

function isFollowUp(kind: AskKind): boolean {
  return followUpKinds.some((one) => one === kind);
}

/**
 * Whether what waits now, or was asked last where nothing does, comes later in life than what is wanted. In virtual time much
 * is asked at one instant: then what comes latest in life was asked last.
 */
function newestComesLater(wanted: Wanted, asked: readonly Asked[]): boolean {
  const open = asked.filter((one) => one.open);
  const last = asked.filter(({ openedAt }) => openedAt === asked.at(-1)?.openedAt);
  const latest = open.length > 0 ? open : last;
  if (latest.some(({ kind }) => comesLater(kind, wanted.kind))) return true;
  // Another of the same kind: the one that is wanted has been asked, and this one since.
  return (
    asked.some((one) => isWanted(wanted, one)) &&
    latest.some((one) => one.kind === wanted.kind && !isWanted(wanted, one))
  );
}
