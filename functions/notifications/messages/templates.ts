/** Every message that Jaring sends, by name. One file for each group of messages that belong together. */
import {
  ask,
  askDelegated,
  askEscalated,
  askReminder,
  noOneEligible,
  noOneReached,
} from '#functions/notifications/messages/ask-messages.ts';
import { codeEnrolment, codeLocked } from '#functions/notifications/messages/code-messages.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import {
  bankFileOdd,
  bankFileRefused,
  bookingsLate,
  depositCancelled,
  depositConfirmed,
  moneyRecalled,
  receiptsDoubtful,
  trancheReturned,
  trancheSettled,
} from '#functions/notifications/messages/money-messages.ts';
import {
  awardGranted,
  awardWaits,
  membershipDeniedLate,
  overdueRecorded,
  proposalClosed,
  proposalHalted,
  revisionRefused,
} from '#functions/notifications/messages/proposal-messages.ts';
import {
  objectionGranted,
  proposalRejected,
  rejectionToObjectTo,
  rejectionUpheld,
} from '#functions/notifications/messages/rejection-messages.ts';
import { replyNotTaken, replyTaken } from '#functions/notifications/messages/reply-messages.ts';
import { runWithdrawn } from '#functions/notifications/messages/run-messages.ts';
import { settingsRefused } from '#functions/notifications/messages/settings-messages.ts';
import { digest, signInLink } from '#functions/notifications/messages/sign-in-messages.ts';
import {
  calendarMissing,
  yearEndGroup,
  yearEndOfficial,
} from '#functions/notifications/messages/year-end-messages.ts';

export const templates = {
  ask,
  'ask-reminder': askReminder,
  'ask-escalated': askEscalated,
  'ask-delegated': askDelegated,
  'nobody-eligible': noOneEligible,
  'nobody-reached': noOneReached,
  'reply-taken': replyTaken,
  'reply-not-taken': replyNotTaken,
  'revision-refused': revisionRefused,
  'proposal-rejected': proposalRejected,
  'rejection-to-object-to': rejectionToObjectTo,
  'objection-granted': objectionGranted,
  'rejection-upheld': rejectionUpheld,
  'proposal-closed': proposalClosed,
  'proposal-halted': proposalHalted,
  'membership-denied-late': membershipDeniedLate,
  'award-granted': awardGranted,
  'award-waits': awardWaits,
  'overdue-recorded': overdueRecorded,
  'tranche-settled': trancheSettled,
  'tranche-returned': trancheReturned,
  'money-recalled': moneyRecalled,
  'deposit-cancelled': depositCancelled,
  'deposit-confirmed': depositConfirmed,
  'receipts-doubtful': receiptsDoubtful,
  'bank-file-refused': bankFileRefused,
  'bank-file-odd': bankFileOdd,
  'bookings-late': bookingsLate,
  'run-withdrawn': runWithdrawn,
  'settings-refused': settingsRefused,
  'year-end-group': yearEndGroup,
  'year-end-official': yearEndOfficial,
  'calendar-missing': calendarMissing,
  'sign-in': signInLink,
  digest,
  'code-enrolment': codeEnrolment,
  'code-locked': codeLocked,
} as const satisfies Record<string, (facts: never) => Message>;

export type TemplateName = keyof typeof templates;

/** The facts that a template needs. */
export type TemplateFacts<Name extends TemplateName> = Parameters<(typeof templates)[Name]>[0];
