/**
 * The store: everything the application knows about its table, by entity.
 *
 * Entities give values when read and `Change`s when written; `commit` writes changes together with their audit
 * events. Functions and the command line use the same store with different credentials.
 */
import { createAccountClaims } from '#functions/store/account-claims.ts';
import { createAddresses } from '#functions/store/addresses.ts';
import { createAsks } from '#functions/store/asks.ts';
import { createAssignments } from '#functions/store/assignments.ts';
import { createAudit } from '#functions/store/audit.ts';
import { createBankFiles } from '#functions/store/bank-files.ts';
import { createBankItems } from '#functions/store/bank-items.ts';
import { createBankReferences } from '#functions/store/bank-references.ts';
import { createBudgets } from '#functions/store/budgets.ts';
import { createCalendar } from '#functions/store/calendar.ts';
import { createCodes } from '#functions/store/codes.ts';
import { type Commit, commit } from '#functions/store/commit.ts';
import { createCounters } from '#functions/store/counters.ts';
import { createDeposits } from '#functions/store/deposits.ts';
import { createLinks } from '#functions/store/links.ts';
import { createLocks } from '#functions/store/locks.ts';
import { createMessages } from '#functions/store/messages.ts';
import { createMusterRolls } from '#functions/store/muster-rolls.ts';
import { createOutbox } from '#functions/store/outbox.ts';
import { createOverdue } from '#functions/store/overdue.ts';
import { createPackets } from '#functions/store/packets.ts';
import { createPaperNumbers } from '#functions/store/paper-numbers.ts';
import { createPayments } from '#functions/store/payments.ts';
import { createPeople } from '#functions/store/people.ts';
import { createPresences } from '#functions/store/presences.ts';
import { createProposals } from '#functions/store/proposals.ts';
import { createRuns } from '#functions/store/runs.ts';
import type { Connection } from '#functions/store/table.ts';

/** @param connection a DynamoDB client and the table's name */
export function createStore(connection: Connection) {
  const asks = createAsks(connection);
  return {
    commit: (request: Commit) => commit(connection, request),
    accountClaims: createAccountClaims(connection),
    addresses: createAddresses(connection),
    asks,
    assignments: createAssignments(connection, asks.openAmong),
    audit: createAudit(connection),
    bankFiles: createBankFiles(connection),
    bankItems: createBankItems(connection),
    bankReferences: createBankReferences(connection),
    budgets: createBudgets(connection),
    calendar: createCalendar(connection),
    codes: createCodes(connection),
    counters: createCounters(connection),
    deposits: createDeposits(connection),
    links: createLinks(connection),
    locks: createLocks(connection),
    messages: createMessages(connection),
    musterRolls: createMusterRolls(connection),
    outbox: createOutbox(connection),
    overdue: createOverdue(connection),
    packets: createPackets(connection),
    paperNumbers: createPaperNumbers(connection),
    payments: createPayments(connection),
    people: createPeople(connection),
    presences: createPresences(connection),
    proposals: createProposals(connection),
    runs: createRuns(connection),
  };
}

/** The whole store. Logic that needs a part of it asks for that part only. */
export type Store = ReturnType<typeof createStore>;
