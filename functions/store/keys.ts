/**
 * The keys of the one table: what lies where. docs/data-model.md is the same list with its access patterns.
 *
 * Everything of one proposal shares a partition, so that a page or a report reads it in one query, and the
 * transaction that changes it together with its audit event touches neighbours.
 */

import { groupAskIdOf } from '#domain/asks/ask-id.ts';
import { type Subject, subjectOf } from '#domain/asks/subject.ts';
import { type BudgetLineId, type LedgerEntry, showBudgetLine } from '#domain/money/ledger.ts';

/** The primary key of an item. */
export interface Key {
  pk: string;
  sk: string;
}

/** The key of an item in the sparse index `byStatus`. */
export interface StatusKey {
  gsi1pk: string;
  gsi1sk: string;
}

function digits(value: number, width: number) {
  return String(value).padStart(width, '0');
}

/** Journals other than a proposal's own: what was done to the settings, and to the bank files. */
type Journal = 'settings' | 'bank';

/** Whose chain of audit events: a proposal's, or a journal's. */
export type ChainOf = { proposalId: string } | { journal: Journal };

/** The chain on which the events of an ask's subject stand. */
export function chainOfSubject({ of, id }: Subject): { proposalId: string } | { journal: 'bank' } {
  return of === 'proposal' ? { proposalId: id } : { journal: 'bank' };
}

/** What the chain's first hash is made of; `verifyChain` wants the same. */
export function chainId(of: ChainOf) {
  return 'proposalId' in of ? of.proposalId : `journal-${of.journal}`;
}

/** The partition that a chain of audit events lives in. */
export function chainPartition(of: ChainOf) {
  return 'proposalId' in of ? `PROPOSAL#${of.proposalId}` : `JOURNAL#${of.journal}`;
}

const subjectPrefixes = { proposal: 'PROPOSAL#', 'payment-run': 'RUN#' } as const satisfies Record<
  Subject['of'],
  string
>;

/** The partition of what is asked about: a proposal's, unless the id is that of another subject. */
function subjectPartition(id: string) {
  return `${subjectPrefixes[subjectOf(id)?.of ?? 'proposal']}${id}`;
}

/** What an item in such a partition belongs to. */
export function subjectIn({ pk }: Pick<Key, 'pk'>): Subject {
  const id = pk.slice(pk.indexOf('#') + 1);
  return subjectOf(id) ?? { of: 'proposal', id };
}

function budgetPartition({ programme, year, province }: BudgetLineId) {
  return `BUDGET#${programme}#${year}#${province}`;
}

export const keys = {
  proposal: (id: string): Key => ({ pk: `PROPOSAL#${id}`, sk: 'PROPOSAL' }),
  /** A part of a proposal, next to its state. @param name as `proposal-items.ts` has it */
  proposalPart: ({ pk, sk }: Key, name: string): Key => ({ pk, sk: `${sk}#${name}` }),
  /** The events of one commit. @param first the number of the first of them */
  auditEvents: (partition: string, first: number): Key => ({
    pk: partition,
    sk: `AUDIT#${digits(first, 6)}`,
  }),
  /** Of a member's part of a group's ask there is only what the member said besides the outcome. */
  ask: (subjectId: string, askId: string): Key => ({
    pk: subjectPartition(subjectId),
    sk: `${groupAskIdOf(askId) === undefined ? 'ASK' : 'PART'}#${askId}`,
  }),
  partsOf: (subjectId: string): Key => ({ pk: subjectPartition(subjectId), sk: 'PART#' }),
  payment: (proposalId: string, tranche: number, attempt: number): Key => ({
    pk: `PROPOSAL#${proposalId}`,
    sk: `PAYMENT#${digits(tranche, 2)}#${digits(attempt, 2)}`,
  }),
  deposit: (proposalId: string, number: number): Key => ({
    pk: `PROPOSAL#${proposalId}`,
    sk: `DEPOSIT#${digits(number, 2)}`,
  }),
  ntpn: (ntpn: string): Key => ({ pk: `NTPN#${ntpn}`, sk: 'DEPOSIT' }),
  /** What the treasury's list says of it. */
  ntpnReceipt: (ntpn: string): Key => ({ pk: `NTPN#${ntpn}`, sk: 'RECEIPT' }),
  /** Money on our own account under such a reference. */
  ntpnCredit: (ntpn: string): Key => ({ pk: `NTPN#${ntpn}`, sk: 'CREDIT' }),
  /** @param locator what `message-links.ts` makes of the message's id */
  message: (subjectId: string | undefined, locator: string): Key => ({
    pk: subjectId === undefined ? 'MESSAGES' : subjectPartition(subjectId),
    sk: `MESSAGE#${locator}`,
  }),
  /** What is to be sent of one cause. @param id its time and a hash; empty for what all begin with */
  queued: (id: string): Key => ({ pk: 'OUTBOX', sk: `QUEUED#${id}` }),
  deadAddress: (hash: string): Key => ({ pk: `ADDRESS#${hash}`, sk: 'DEAD' }),
  overdue: (proposalId: string, kind: string, key: string): Key => ({
    pk: `PROPOSAL#${proposalId}`,
    sk: `OVERDUE#${kind}#${key}`,
  }),
  link: (locator: string): Key => ({ pk: `LINK#${locator}`, sk: 'LINK' }),
  personLock: (nikHash: string): Key => ({ pk: `PERSON#${nikHash}`, sk: 'LOCK' }),
  accountClaim: (accountHash: string): Key => ({ pk: `ACCOUNT#${accountHash}`, sk: 'CLAIM' }),
  presence: (nikHash: string, date: string): Key => ({ pk: `PERSON#${nikHash}`, sk: `PRESENT#${date}` }),
  musterRoll: (proposalId: string, turn: number): Key => ({
    pk: `PROPOSAL#${proposalId}`,
    sk: `MUSTERROLL#${digits(turn, 2)}`,
  }),
  budget: (line: BudgetLineId): Key => ({ pk: budgetPartition(line), sk: 'LINE' }),
  ledgerEntry: ({ id, line, proposalId }: LedgerEntry): Key => ({
    pk: proposalId === undefined ? budgetPartition(line) : `PROPOSAL#${proposalId}`,
    sk: `LEDGER#${id}`,
  }),
  /** A decree that was loaded; all lie together, because the calendar is read whole. */
  decree: (kind: string, year: number, number: string): Key => ({
    pk: 'CALENDAR',
    sk: `DECREE#${year}#${kind}#${number}`,
  }),
  counter: (name: string): Key => ({ pk: `COUNTER#${name}`, sk: 'COUNTER' }),
  packet: (prefix: string): Key => ({ pk: `PACKET#${prefix}`, sk: 'PACKET' }),
  waiter: (prefix: string): Key => ({ pk: `PACKET#${prefix}`, sk: 'WAITER' }),
  person: (id: string): Key => ({ pk: 'DIRECTORY', sk: `PERSON#${id}` }),
  /** That a person holds a role in an area; those of a province, and those of the whole country, lie together. */
  holder: (role: string, area: string, personId: string): Key => ({
    pk: `HOLDERS#${role}`,
    sk: `HOLDER#${area.slice(0, 2)}#${area}#${personId}`,
  }),
  /** Whose an e-mail address is. @param hash as `addresses.ts` makes it */
  personOf: (hash: string, personId: string): Key => ({ pk: `ADDRESSEE#${hash}`, sk: `PERSON#${personId}` }),
  assignment: (personId: string, askId: string): Key => ({ pk: `ASKED#${personId}`, sk: `ASK#${askId}` }),
  codes: (personId: string): Key => ({ pk: `CODES#${personId}`, sk: 'CODES' }),
  run: (id: string): Key => ({ pk: `RUN#${id}`, sk: 'RUN' }),
  runClosed: (id: string, shard: number): Key => ({ pk: `RUN#${id}`, sk: `CLOSED#${digits(shard, 2)}` }),
  /** @param version which writing of it, from 1 */
  runFile: (id: string, rail: string, version: number): Key => ({
    pk: `RUN#${id}`,
    sk: `FILE#${rail}${version === 1 ? '' : `#${version}`}`,
  }),
  runPayment: (id: string, rail: string, endToEndId: string): Key => ({
    pk: `RUN#${id}`,
    sk: `ITEM#${rail}#${endToEndId}`,
  }),
  /** That a payment which was ready was left out of the run. */
  runHeld: (id: string, endToEndId: string): Key => ({ pk: `RUN#${id}`, sk: `HELD#${endToEndId}` }),
  bankFile: (key: string, versionId: string): Key => ({ pk: `BANKFILE#${key}`, sk: `VERSION#${versionId}` }),
  bankReference: (reference: string, endToEndId: string): Key => ({
    pk: `BANKREF#${reference}`,
    sk: `PAYMENT#${endToEndId}`,
  }),
  waitingForReference: (reference: string, itemId: string): Key => ({
    pk: `BANKREF#${reference}`,
    sk: `ITEM#${itemId}`,
  }),
  bankItem: (id: string): Key => ({ pk: `BANKITEM#${id}`, sk: 'ITEM' }),
  paperNumber: (kind: string, year: string, number: string): Key => ({
    pk: `NUMBER#${kind}#${year}`,
    sk: `NUMBER#${number}`,
  }),
  endToEnd: (endToEndId: string): Key => ({ pk: `ENDTOEND#${endToEndId}`, sk: 'PAYMENT' }),
};

/** Partitions of the index `byStatus`. */
export const statusKeys = {
  proposal: (stage: string, id: string): StatusKey => ({ gsi1pk: `PROPOSAL#${stage}`, gsi1sk: id }),
  answeredAsk: (answeredAt: string, askId: string): StatusKey => ({
    gsi1pk: 'ASK#answered',
    gsi1sk: `${answeredAt}#${askId}`,
  }),
  readyPayment: (readyAt: string, endToEndId: string): StatusKey => ({
    gsi1pk: 'PAYMENT#ready',
    gsi1sk: `${readyAt}#${endToEndId}`,
  }),
  run: (startedAt: string, id: string): StatusKey => ({ gsi1pk: 'RUN', gsi1sk: `${startedAt}#${id}` }),
  deposit: (owedSince: string, proposalId: string, number: number): StatusKey => ({
    gsi1pk: 'DEPOSIT',
    gsi1sk: `${owedSince}#${proposalId}#${digits(number, 2)}`,
  }),
  openBankItem: (at: string, id: string): StatusKey => ({
    gsi1pk: 'BANKITEM#open',
    gsi1sk: `${at}#${id}`,
  }),
  assignment: (personId: string, askId: string): StatusKey => ({
    gsi1pk: 'ASKED',
    gsi1sk: `${personId}#${askId}`,
  }),
  budget: (line: string): StatusKey => ({ gsi1pk: 'BUDGET', gsi1sk: line }),
  ledgerOf: (line: BudgetLineId) => `LEDGER#${showBudgetLine(line)}`,
  ledgerEntry: ({ at, id, line, proposalId = '' }: LedgerEntry): StatusKey => ({
    gsi1pk: `LEDGER#${showBudgetLine(line)}`,
    gsi1sk: `${at}#${proposalId}#${id}`,
  }),
  /** @param locator what `message-links.ts` makes of the message's id */
  waitingMessage: (nextAttemptAt: string, locator: string): StatusKey => ({
    gsi1pk: 'MESSAGE#waiting',
    gsi1sk: `${nextAttemptAt}#${locator}`,
  }),
  overdue: (since: string, proposalId: string): StatusKey => ({
    gsi1pk: 'OVERDUE',
    gsi1sk: `${since}#${proposalId}`,
  }),
};

/** A key as errors and logs show it. */
export function showKey(key: Key) {
  return `${key.pk}/${key.sk}`;
}
