/** Puts an ask together: the schedule, the papers and the facts that it needs, from the rule-pack and the proposal. */

import { storedAbout } from '#domain/asks/about.ts';
import { type AskPlan, type Assignee, askDocuments, type OpenAsk } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import type { About, AskKind } from '#domain/asks/ask-kinds.ts';
import { type DocumentRequirement, documentName } from '#domain/asks/documents.ts';
import type { AnyAbout } from '#domain/asks/kind.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { directoryRoleSchema, type Role } from '#domain/asks/roles.ts';
import { namesAccount } from '#domain/papers/drafts.ts';
import { returnedProblems } from '#domain/papers/paper-review.ts';
import { mobileNumber } from '#domain/people/phone.ts';
import type { RulePack } from '#domain/programme.ts';
import { type Content, depositsOf, type Proposal, type StoredMember } from '#domain/proposal/proposal.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';

/** What the workflow asks for. */
export interface AskRequest {
  kind: AskKind;
  about: About;
  role: Role;
  /** When it is asked when, and when it ends. */
  plan: AskPlan;
  /** When it is opened (ISO). */
  now: string;
  /** Whether members without an e-mail address can be asked by text message. */
  texts?: boolean;
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
  const about: AnyAbout = request.about;
  return {
    ...trancheFacts(proposal, about.tranche),
    ...depositFacts(proposal, about.deposit),
    ...(directoryRoleSchema.safeParse(request.role).success && summaryOf(proposal)),
  };
}

/** What is to be deposited, for asks about that. */
function depositFacts(proposal: Proposal, deposit: number | undefined): OpenAsk['facts'] {
  if (deposit === undefined) return {};
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
  about: About<'tranche-documents'>,
  documents: readonly DocumentRequirement[],
): { documents: DocumentRequirement[]; problems: Problem[] } | undefined {
  if (about.attempt !== undefined) {
    const naming = documents.filter(({ type }) => namesAccount(type));
    return {
      documents: naming,
      problems: naming.map(({ type }) => {
        const { id, en } = documentName(type);
        return problem('paper-account-changed', type, { document: `${id} / ${en}` });
      }),
    };
  }
  if (about.round === 1) return undefined;
  const papers =
    ('tranches' in proposal ? proposal.tranches : undefined)?.find(({ number }) => number === about.tranche)
      ?.papers ?? [];
  const returned = papers.filter(({ verdict }) => verdict === 'returned');
  return {
    documents: documents.filter(({ type }) => returned.some((paper) => paper.type === type)),
    problems: returnedProblems(returned),
  };
}

/** The ask as it is opened; `assignee` has been chosen by the caller. */
export function newAsk(proposal: Proposal, pack: RulePack, request: AskRequest, assignee: Assignee): OpenAsk {
  const { kind, about, role, plan, now } = request;
  const { turns, expiresAt } = plan;
  const documents = askDocuments(kind, pack, about);
  const again =
    kind === 'tranche-documents'
      ? handedInAgain(proposal, kinds[kind].about.parse(about), documents)
      : undefined;
  const problems = again?.problems ?? problemsIn(proposal, kind);
  return {
    status: 'open',
    schemaVersion: 1,
    version: 1,
    id: askIdOf(proposal.id, kind, about),
    proposalId: proposal.id,
    kind,
    about: storedAbout(about),
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
