/** Puts an ask together: the schedule, the papers and the facts that it needs, from the rule-pack and the proposal. */

import { type Assignee, askDocuments, askPlan, type OpenAsk } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { type DocumentRequirement, documentName } from '#domain/asks/documents.ts';
import { directoryRoleSchema, type Role } from '#domain/asks/roles.ts';
import { attemptOf, roundOf } from '#domain/asks/tranche-asks.ts';
import { askIdOf } from '#domain/identifiers.ts';
import { depositOf } from '#domain/money/deposit.ts';
import { namesAccount } from '#domain/papers/drafts.ts';
import { returnedProblems } from '#domain/papers/paper-review.ts';
import { mobileNumber } from '#domain/people/phone.ts';
import type { RulePack } from '#domain/programme.ts';
import { type Content, depositsOf, type Proposal, type StoredMember } from '#domain/proposal/proposal.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { Calendar } from '#domain/working-days.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';

/** What the workflow asks for. */
export interface AskRequest {
  kind: AskKind;
  /** Tells this ask from others of its kind for the same proposal. */
  key: string;
  role: Role;
  /** When it is opened (ISO). */
  now: string;
  /** Whether members without an e-mail address can be asked by text message. */
  texts?: boolean;
}

/** The kinds whose key begins with the number of a tranche. */
const ofTranche: ReadonlySet<AskKind> = new Set([
  'tranche-documents',
  'spp',
  'spm',
  'sp2d',
  'bank-inquiry',
  'account-correction',
  'receipt',
  'receipt-review',
]);

/** The kinds about a deposit into kas negara, whose key begins with its number. */
export const ofDeposit: ReadonlySet<AskKind> = new Set(['deposit-billing', 'deposit-slip', 'deposit-check']);

/** The tranche that an ask is about, by its key (`2`, `2-1`); undefined for asks that are about none. */
export function trancheOf(ask: Pick<AskRequest, 'kind' | 'key'>): number | undefined {
  return ofTranche.has(ask.kind) ? Number.parseInt(ask.key, 10) : undefined;
}

/** What the group submitted, once the checks have taken it over. */
export function contentOf(proposal: Proposal): Content | undefined {
  return 'content' in proposal ? proposal.content : undefined;
}

/**
 * The members who can be asked by themselves: those with an e-mail address, and where text messages are sent those with
 * a mobile number.
 */
export function askableMembers(proposal: Proposal, texts: boolean): StoredMember[] {
  return (contentOf(proposal)?.members ?? []).filter(
    ({ email, phone }) => email !== undefined || (texts && mobileNumber(phone) !== undefined),
  );
}

function factsOf(proposal: Proposal, request: AskRequest): OpenAsk['facts'] {
  return {
    ...trancheFacts(proposal, trancheOf(request)),
    ...depositFacts(proposal, request),
    ...(directoryRoleSchema.safeParse(request.role).success && summaryOf(proposal)),
  };
}

/** What is to be deposited, for asks about that. */
function depositFacts(proposal: Proposal, { kind, key }: AskRequest): OpenAsk['facts'] {
  if (!ofDeposit.has(kind)) return {};
  const { deposit } = depositOf(key);
  const owed = depositsOf(proposal).find(({ number }) => number === deposit);
  if (owed === undefined) return {};
  const { amount, tranche } = owed;
  return { deposit, toDeposit: amount, ...(tranche !== undefined && { tranche }) };
}

function trancheFacts(proposal: Proposal, tranche: number | undefined): OpenAsk['facts'] {
  if (tranche === undefined) return {};
  const planned =
    'tranches' in proposal ? proposal.tranches?.find(({ number }) => number === tranche) : undefined;
  return { tranche, ...(planned === undefined ? {} : { amount: planned.amount }) };
}

/** What a person with many asks sees of each in their list, so that the list need not read every proposal. */
function summaryOf(proposal: Proposal): OpenAsk['facts'] {
  const content = contentOf(proposal);
  const verdict = 'verdict' in proposal ? proposal.verdict : undefined;
  return {
    groupName: groupNameOf(proposal),
    ...(content !== undefined && {
      village: content.group.village,
      plan: content.plan.title,
      members: content.members.length,
      amountAsked: content.amountAsked,
      warnings: content.warnings.length,
    }),
    ...(verdict?.membership !== undefined && {
      confirmed: verdict.membership.confirmed,
      confirmedOf: verdict.membership.of,
    }),
    ...(verdict?.siteVisit !== undefined && { visitedOn: verdict.siteVisit.visitedOn }),
  };
}

/** What was wrong with what the group handed in before, where it is asked for it again. */
function problemsIn(proposal: Proposal, kind: AskKind): OpenAsk['problems'] {
  if (kind === 'correction') return 'problems' in proposal ? proposal.problems : undefined;
  return kind === 'muster-roll' && 'wages' in proposal ? proposal.wages?.problems : undefined;
}

/**
 * What the group hands in once more, and why: papers that were returned, or those that name an account which the bank
 * refused. Undefined for the first time, when all are asked for.
 */
function handedInAgain(
  proposal: Proposal,
  key: string,
  documents: readonly DocumentRequirement[],
): { documents: DocumentRequirement[]; problems: Problem[] } | undefined {
  if (attemptOf(key) !== undefined) {
    const naming = documents.filter(({ type }) => namesAccount(type));
    return {
      documents: naming,
      problems: naming.map(({ type }) => {
        const { id, en } = documentName(type);
        return problem('paper-account-changed', type, { document: `${id} / ${en}` });
      }),
    };
  }
  if (roundOf(key) === 1) return undefined;
  const tranche = Number.parseInt(key, 10);
  const papers =
    ('tranches' in proposal ? proposal.tranches : undefined)?.find(({ number }) => number === tranche)
      ?.papers ?? [];
  const returned = papers.filter(({ verdict }) => verdict === 'returned');
  return {
    documents: documents.filter(({ type }) => returned.some((paper) => paper.type === type)),
    problems: returnedProblems(returned),
  };
}

/** The ask as it is opened; `assignee` has been chosen by the caller. */
export function newAsk(
  proposal: Proposal,
  pack: RulePack,
  calendar: Calendar,
  request: AskRequest,
  assignee: Assignee,
): OpenAsk {
  const { kind, key, role, now } = request;
  const { turns, expiresAt } = askPlan(kind, pack, now, calendar);
  const tranche = trancheOf(request);
  const documents = askDocuments(kind, pack, {
    tranche,
    lpj: kind === 'lpj' ? Number.parseInt(key, 10) : undefined,
  });
  const again = kind === 'tranche-documents' ? handedInAgain(proposal, key, documents) : undefined;
  const problems = again?.problems ?? problemsIn(proposal, kind);
  return {
    status: 'open',
    schemaVersion: 1,
    version: 1,
    id: askIdOf(proposal.id, kind, key),
    proposalId: proposal.id,
    kind,
    key,
    role,
    assignee,
    openedAt: now,
    expiresAt,
    turns,
    turn: 0,
    documents: again?.documents ?? documents,
    facts: factsOf(proposal, request),
    ...(problems !== undefined && { problems }),
    ...((kind === 'membership' || kind === 'receipt') && {
      quorum: {
        needed: (kind === 'membership' ? pack.verification.membership : pack.payment.receipt).quorum,
        of: Math.max(1, askableMembers(proposal, request.texts === true).length),
      },
      members: askableMembers(proposal, request.texts === true).map(({ number }) => number),
    }),
  };
}
