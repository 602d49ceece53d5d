/** Puts an ask together: the schedule, the papers and the facts that it needs, from what it is about and its rule-pack. */

import { storedAbout } from '#domain/asks/about.ts';
import { type AskPlan, type Assignee, askDocuments, type OpenAsk } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import type { About, AskKind } from '#domain/asks/ask-kinds.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { AnyAbout } from '#domain/asks/kind.ts';
import { directoryRoleSchema, type Role } from '#domain/asks/roles.ts';
import { mobileNumber } from '#domain/people/phone.ts';
import { present } from '#domain/present.ts';
import type { StoredMember } from '#domain/proposal/content.ts';
import { contentOf, depositsOf, findingsOf, type Proposal, tranchesOf } from '#domain/proposal/proposal.ts';
import { behaviourOf } from '#functions/asks/behaviour.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { packOf } from '#programmes/index.ts';

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

/**
 * The members who can be asked by themselves: those with an e-mail address, and where text messages are sent those with
 * a mobile number.
 */
function askableMembers(proposal: Proposal, texts: boolean): StoredMember[] {
  return (contentOf(proposal)?.members ?? []).filter(
    ({ email, phone }) => email !== undefined || (texts && mobileNumber(phone) !== undefined),
  );
}

function factsOfRequest(subject: AskSubject, request: AskRequest): OpenAsk['facts'] {
  if (subject.of === 'payment-run') {
    const { count: payments, sum } = subject.run;
    return { payments, sum };
  }
  const { proposal } = subject;
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
  const planned = tranchesOf(proposal).find(({ number }) => number === tranche);
  return present({ tranche, amount: planned?.amount });
}

/** What a person with many asks sees of each in their list, so that the list need not read every proposal. */
function summaryOf(proposal: Proposal): OpenAsk['facts'] {
  const content = contentOf(proposal);
  const findings = findingsOf(proposal);
  return {
    groupName: groupNameOf(proposal),
    ...(content !== undefined && {
      village: content.group.village,
      plan: content.plan.title,
      members: content.members.length,
      amountAsked: content.amountAsked,
      warnings: content.warnings.length,
    }),
    ...(findings?.membership !== undefined && {
      confirmed: findings.membership.confirmed,
      confirmedOf: findings.membership.of,
    }),
    ...(findings?.siteVisit !== undefined && { visitedOn: findings.siteVisit.visitedOn }),
  };
}

/** The ask as it is opened; `assignee` has been chosen by the caller. */
export function newAsk(subject: AskSubject, request: AskRequest, assignee: Assignee): OpenAsk {
  const { kind, about, role, plan, now } = request;
  const { turns, expiresAt } = plan;
  return {
    status: 'open',
    schemaVersion: 1,
    version: 1,
    id: askIdOf(subject.id, kind, about),
    subject: { of: subject.of, id: subject.id },
    kind,
    about: storedAbout(about),
    role,
    assignee,
    openedAt: now,
    expiresAt,
    turns,
    turn: 0,
    facts: factsOfRequest(subject, request),
    ...(subject.of === 'proposal' ? wantedOf(subject.proposal, request) : { documents: [] }),
  };
}

/** What is wanted of a proposal's people, by its pack: papers, what to correct, how many are to confirm. */
function wantedOf(
  proposal: Proposal,
  { kind, about, texts = false }: AskRequest,
): Pick<OpenAsk, 'documents' | 'problems' | 'quorum' | 'members'> {
  const pack = packOf(proposal);
  const wanted = askDocuments(kind, pack, about);
  const { documents = wanted, problems } = behaviourOf(kind).opening?.(proposal, about, wanted) ?? {};
  const { group } = kindOf(kind);
  const members = group === undefined ? [] : askableMembers(proposal, texts);
  return {
    documents,
    ...(problems !== undefined && { problems: [...problems] }),
    ...(group !== undefined && {
      quorum: { needed: group.quorum(pack), of: Math.max(1, members.length) },
      members: members.map(({ number }) => number),
    }),
  };
}
