/**
 * The facts of every event, by its action and by the chain that it stands on.
 *
 * An action is `subject.verb`. Facts are scalars and hold no personal data in the clear. An action is never renamed and a fact
 * never taken away, because earlier events have them and their hashes cover both; a new fact is optional.
 */
import * as z from 'zod';
import { askKindSchema } from '../asks/ask-kinds.ts';
import { type DocumentType, documentTypeSchema } from '../asks/documents.ts';
import { roleSchema } from '../asks/roles.ts';
import { rupiahSchema } from '../money/rupiah.ts';

const count = z.int().min(0);
const tranche = z.int().min(1);
const attempt = z.int().min(1);
const amount = rupiahSchema;
const sha256 = z.string();
const text = z.string();

/** Which ask. */
const ask = { askId: text, kind: askKindSchema, about: text };
/** Which ask, and who is asked in which role; `standsInFor`: of a substitute, whose. */
const asked = { ...ask, role: roleSchema };
const standsInFor = z.exactOptional(text);

/** How many files came with an answer, and the SHA-256 of each: `sptjm.1`, `visit-photos.2`. */
const answered = z
  .object({
    ...{ ...ask, outcome: text, documents: count },
    /** How it came, where that was not by the form. */
    via: z.exactOptional(z.literal('reply')),
    /** A one-time code was taken for it. */
    code: z.exactOptional(z.literal(true)),
  })
  .and(z.looseRecord(z.templateLiteral([documentTypeSchema, '.', z.int()]), sha256));

/** What was found of each paper, by its type, and the SHA-256 of its files: `sptjm.1`. */
const reviewed = z
  .object({
    ...{ tranche, round: z.int().min(1) },
    ...(Object.fromEntries(
      documentTypeSchema.options.map((type) => [type, z.exactOptional(z.enum(['accepted', 'returned']))]),
    ) as Record<DocumentType, z.ZodExactOptional<z.ZodEnum<{ accepted: 'accepted'; returned: 'returned' }>>>),
  })
  .and(z.looseRecord(z.templateLiteral([documentTypeSchema, '.', z.int()]), sha256));

const payment = { tranche, attempt, endToEndId: text };
/** What the bank said of a payment: its reason, and its reference of the transfer, where it gave them. */
const bankSays = z.object({ ...payment, reason: text.nullable(), bankReference: text.nullable() });
/** A payment that is due: the attempt that it replaces, and the SP2D that it rests on. */
const ordered = z.object({ ...payment, replaces: text.nullable(), amount, sp2d: text });
const inRun = z.object({ ...payment, runId: text });
const deposit = { deposit: z.int().min(1), amount };
const lock = z.object({ askId: text, personId: text, wrong: count });
const unlock = z.object({ askId: text, personId: text });

/** The facts of what becomes of an ask, on the chain of what it is about. */
const ofAsks = {
  'ask.opened': z.object({ ...asked, assignee: text, standsInFor }),
  'ask.reminded': z.object({ ...asked, turn: count }),
  'ask.escalated': z.object({ ...asked, assignee: text }),
  'ask.assigned': z.object({ ...asked, assignee: text, before: text, standsInFor }),
  'ask.delegated': z.object({ ...asked, from: text, to: text }),
  'ask.expired': z.object(asked),
  'ask.answered': answered,
};

/** The facts of each action on a proposal's chain, in the order of its life. */
export const ofProposal = {
  'packet.uploaded': z.object({ packet: text, versionId: text }),
  'packet.revised': z.object({ packet: text, versionId: text, revision: z.int().min(1) }),
  'packet.revision-refused': z.object({
    ...{ packet: text, versionId: text },
    reason: z.enum(['ended', 'no-open-correction']),
  }),
  'proposal.registered': z.object({
    packet: text,
    /** The rule-pack in force; null where the packet names none. */
    programme: text.nullable(),
    packVersion: z.int().nullable(),
  }),
  'checks.failed': z.object({ revision: z.int().min(1), problems: count }),
  'checks.exhausted': z.object({ revision: z.int().min(1), problems: count }),
  'checks.passed': z.object({
    ...{ round: z.int().min(1), revision: z.int().min(1), warnings: count },
    /** A digest of who the members are, so that a later round sees whether they are the same. */
    members: text,
  }),
  /**
   * The PPK accepted the account: its bank and the end of its number, and the version and hash of the letter that lay before them.
   * Of a change: for which attempt, and from which account.
   */
  'account.accepted': z.object({
    ...{ bank: text, account: text },
    ...{ letterVersion: z.exactOptional(text), letterSha256: z.exactOptional(sha256) },
    ...{ tranche: z.exactOptional(tranche), attempt: z.exactOptional(attempt), from: z.exactOptional(text) },
  }),
  /** Another proposal gave the account of this one; `accepted`: after the PPK had approved. */
  'account.claimed-elsewhere': z.object({ by: text, accepted: z.boolean() }),

  ...ofAsks,
  'membership.denied-late': answered,
  'receipt.denied-late': answered,
  'code.locked': lock,
  'code.unlocked': unlock,

  'proposal.verified': z.object({
    ...{ round: z.int().min(1), membersConfirmed: count.nullable(), membersDenied: count },
    visitedOn: text.nullable(),
  }),
  'award.waits-for-budget': z.object({ amount, budgetLine: text }),
  'proposal.awarded': z.object({ sk: text, pks: text, amount, budgetLine: text, tranches: count }),

  'tranche.opened': z.object({ tranche, amount }),
  'paper.drafted': z.object({
    /** Absent for the papers of wages, which belong to no tranche. */
    tranche: z.exactOptional(tranche),
    ...{ paper: text, number: text, date: text, contentSha256: sha256, sha256 },
    attempt: z.exactOptional(attempt),
  }),
  'papers.reviewed': reviewed,
  'paper.cancelled': z.object({
    ...{ tranche, round: z.int().min(1), amount, paper: z.enum(['spp', 'spm']), number: text },
    /** Whether the amount had been reserved, and so is committed again. */
    reserved: z.boolean(),
  }),
  'tranche.reserved': z.object({ tranche, amount, spp: text, spm: text }),
  'payment.ready': ordered,
  'payment.gathered': inRun,
  /** No bank was instructed before the fiscal year was over, and none will be. */
  'payment.lapsed': z.object({ tranche, attempt, endToEndId: text, amount, year: z.int() }),
  'payment.withdrawn': z.object({
    ...inRun.shape,
    why: z.enum(['held', 'not-released', 'late', 'questioned']),
  }),
  /** It was left or taken out of a run: `of` has the items of the questions, blank-separated, the earlier attempt, or the ask that was answered. */
  'payment.held': z.object({ ...payment, because: z.enum(['question', 'earlier', 'person']), of: text }),
  /** It may join a run again; `of`: the ask by whose answer it was held. */
  'payment.freed': z.object({ ...payment, of: text }),
  /** By a run that was released, or, where the treasury moves the money, by its SP2D. */
  'payment.sent': z.union([inRun, ordered]),
  /** `by`: the earlier attempt that turned out to have been paid. */
  'payment.superseded': z.object({ ...payment, by: text }),
  'payment.accepted': bankSays,
  /** The bank says that it has paid, and has not booked it. */
  'payment.done': bankSays,
  'payment.settled': bankSays,
  'payment.rejected': bankSays,
  'payment.returned': bankSays,
  'payment.booked': bankSays,
  'payment.reference': bankSays,
  'payment.paid-again': bankSays,
  'payment.second-came-back': bankSays,
  /** Questions about it, by their items on the bank's worklist, blank-separated; and that they are answered. */
  'payment.questioned': z.object({ ...payment, items: text }),
  'payment.answered': z.object({ ...payment, items: text }),
  /** A booking that was not to be, or of another amount, is in suspense; and that it is not any more. */
  'payment.suspense': bankSays,
  'payment.suspense-ended': bankSays,
  'tranche.settled': z.object({
    ...{ tranche, amount, endToEndId: text },
    ...{ bankReference: text, valueDate: text },
  }),
  'tranche.reopened': z.object({ tranche, amount, endToEndId: text }),
  'tranche.unpaid': z.object({ tranche, amount, reason: text }),
  'receipts.recorded': z.object({
    ...{ tranche, confirmed: count, denied: count, of: count, needed: count },
    met: z.boolean(),
  }),

  'deposit.owed': z.discriminatedUnion('origin', [
    z.object({ ...deposit, origin: z.literal('recalled'), tranche, decision: text }),
    z.object({ ...deposit, origin: z.literal('leftover'), lpj: text }),
  ]),
  'deposit.resumed': z.object({ ...deposit, round: z.int().min(1) }),
  'deposit.billed': z.object({ ...deposit, code: text, expiresOn: text }),
  'deposit.code-expired': z.object({ ...deposit, round: z.int().min(1) }),
  'deposit.handed-in': z.object({ ...deposit, ntpn: text, depositedOn: text }),
  'deposit.refused': z.object({ ...deposit, ntpn: text }),
  /** What speaks against the slip: codes of problems. */
  'deposit.doubted': z.object({ ...deposit, ntpn: text, why: text }),
  'deposit.confirmed': z.object({
    ...{ ...deposit, tranche: z.exactOptional(tranche), ntpn: text, depositedOn: text },
    /** A person of the treasury, or `treasury-list`. */
    by: text,
  }),
  'deposit.cancelled': z.object(deposit),

  'follow-up.started': z.object({ settledOn: text, items: count }),
  'muster-roll.returned': z.object({ turn: z.int().min(1), problems: count }),
  'muster-roll.accepted': z.object({
    ...{ turn: z.int().min(1), workers: count, substitutes: count, personDays: count },
    ...{ wages: amount, limit: amount, unspentWages: amount, sha256 },
  }),
  'overdue.recorded': z.object({ kind: askKindSchema, about: text, duty: z.enum(['group', 'officer']) }),

  /** `execution`: its name, where it is not the proposal's own. */
  'proposal.halted': z.object({ error: text, redrives: count, execution: z.exactOptional(text) }),
  'proposal.redriven': z.object({ redrives: count, execution: z.exactOptional(text) }),
  'proposal.rejected': z.object({ at: text, reason: text }),
  'proposal.reopened': z.object({ round: z.int().min(1), rejectedAt: text, reason: text }),
  'rejection.upheld': z.object({ outcome: z.enum(['dismissed', 'expired']) }),
  'proposal.closed': z.object({
    result: z.enum(['complete', 'with-overdue', 'partly-paid']),
    ...{ peopleTrained: count, overdue: count, groupOwes: z.boolean() },
  }),
};

const run = { runId: text, count, sum: amount };
/** The SHA-256 of each file that was decided over, under the file's name: `pain-001-008-1234567890`. */
const fileHashes = z.looseRecord(z.templateLiteral([z.string(), '-', z.string()]), sha256);
/** `withheld`: payments that were not sent with the rest, blank-separated; `versionId`: of the object, where it was written. */
const instruction = z.object({
  ...{ ...run, rail: text, key: text, versionId: z.exactOptional(text), sha256 },
  withheld: z.exactOptional(text),
});
/** Lists of what a file says are blank-separated. */
const bankFile = z.object({
  ...{ key: text, versionId: text, format: text.nullable(), moved: count, problems: count },
  ...{ unknown: text, contradictions: text, paidAgain: z.exactOptional(text) },
});
const resolved = z.object({ item: text, endToEndId: text.nullable(), reason: text.nullable() });

/** The facts of each action in the journal of payment runs, instructions and the bank's files. */
export const ofBank = {
  ...ofAsks,
  'run.gathered': z.object(run),
  'run.withdrawn': z.object({ ...run, why: z.enum(['held', 'not-released', 'late']) }).and(fileHashes),
  /** A treasurer held some of its payments, blank-separated; count and sum are of the rest. */
  'run.reduced': z.object({ ...run, held: text }).and(fileHashes),
  'run.released': z.object({ ...run, code: z.literal(true) }).and(fileHashes),
  'instruction.written': instruction,
  'instruction.sent': instruction,
  'answer.read': bankFile,
  'answer.refused': bankFile,
  'worklist.matched': z.object({ item: text, endToEndId: text }),
  'worklist.assigned': resolved,
  'worklist.dismissed': resolved,
  'code.locked': lock,
  'code.unlocked': unlock,
};

const settingsFile = { file: text, versionId: text };
const enrolment = z.object({ personId: text, enrolment: count });

/** The facts of each action in the journal of the settings, the directory and the one-time codes. */
export const ofSettings = {
  'settings.imported': z.object({ ...settingsFile, changes: count, of: count }),
  'settings.refused': z.object({ ...settingsFile, count, problems: text }),
  /** A decree was made known: which, of which day, and why; the actor is the administrator who answers for it. */
  'calendar.decreed': z.object({ ...settingsFile, year: z.int(), decree: text, on: text, why: text }),
  'code.enrolled': enrolment,
  'code.reset': enrolment,
  'address.revived': z.object({ address: text }),
};
