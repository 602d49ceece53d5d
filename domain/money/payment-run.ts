/**
 * A payment run, from gathering to its end: a person who had no other part in any of its payments releases it to the
 * bank, or it is withdrawn and its payments are ready for the next.
 *
 * `released` and `withdrawn` are both final, and a run is moved under its version, so it is never both. A run that
 * is not decided before the bank's cut-off is withdrawn: silence moves no money.
 */
import * as z from 'zod';
import { reasonField } from '../asks/form-values.ts';
import type { AskForm } from '../asks/forms.ts';
import { type Act, dutyOf } from '../asks/separation.ts';
import type { Person } from '../people/person.ts';
import { holdsRole, personIdSchema } from '../people/person.ts';
import { rupiahSchema } from './rupiah.ts';

/** Who may release a run: the treasurer (Bendahara Pengeluaran), for the whole country, as a run knows no region. */
export const releasingRole = 'treasurer';

/** Why a run was withdrawn: a person held it, it was not released in time, or its gathering ended after the cut-off. */
const withdrawalReasons = ['held', 'not-released', 'late'] as const;
export type WithdrawalReason = (typeof withdrawalReasons)[number];

const common = {
  id: z.string(),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  startedAt: z.iso.datetime(),
  remindAt: z.iso.datetime(),
  /** From then on it cannot be released. */
  cutOffAt: z.iso.datetime(),
  /** Its files: a rail and the account that it is debited from, each. */
  rails: z.array(z.string()),
  count: z.int().min(1),
  sum: rupiahSchema,
  /** Everyone who verified, approved, or issued a paper of one of its payments' proposals. */
  actors: z.array(personIdSchema),
};

export const paymentRunSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('gathered'),
    ...common,
    /** The Step Functions token of the state that waits for the decision. It is nowhere else. */
    taskToken: z.string().optional(),
  }),
  z.strictObject({
    state: z.literal('released'),
    ...common,
    releasedBy: personIdSchema,
    releasedAt: z.iso.datetime(),
  }),
  z.strictObject({
    state: z.literal('withdrawn'),
    ...common,
    why: z.enum(withdrawalReasons),
    withdrawnAt: z.iso.datetime(),
    /** Who held it, and why. The reason is shown to administrators and is in no audit event. */
    heldBy: personIdSchema.optional(),
    reason: z.string().optional(),
  }),
]);
export type PaymentRun = z.output<typeof paymentRunSchema>;
export type GatheredRun = Extract<PaymentRun, { state: 'gathered' }>;
export type ReleasedRun = Extract<PaymentRun, { state: 'released' }>;
export type WithdrawnRun = Extract<PaymentRun, { state: 'withdrawn' }>;

/** The id by which a run's release is known to one-time codes and to messages. */
export function releaseIdOf(runId: string): string {
  return `${runId}.release`;
}

/** Whether the text is the id of a run's release. */
export function isReleaseId(id: string): boolean {
  return /^R\d{8}-[0-9A-F]{8}\.release$/.test(id);
}

/** Those who performed a duty for a proposal that excludes releasing its payment (separation of duties). */
export function barredFromRelease(acts: readonly Act[]): string[] {
  return acts
    .filter(({ kind }) => (dutyOf(kind) ?? 'disburse') !== 'disburse')
    .map(({ personId }) => personId);
}

/** Why a person may not decide about the run, if they may not. */
export function barToRelease(
  person: Person | undefined,
  { actors }: Pick<PaymentRun, 'actors'>,
): 'not-asked' | 'four-eyes' | undefined {
  if (person === undefined || !holdsRole(person, releasingRole, '')) return 'not-asked';
  return actors.includes(person.id) ? 'four-eyes' : undefined;
}

/** What the person decided; to hold a run needs a reason. */
export const releaseAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('released') }),
  z.object({ outcome: z.literal('held'), reason: reasonField() }),
]);
export type ReleaseAnswer = z.output<typeof releaseAnswerSchema>;

/** Whether the decision moves money, so that it needs a one-time code. */
export const codedReleaseOutcomes: readonly string[] = ['released'];

/** The form on the run's page. */
export const releaseForm: AskForm = {
  title: { id: 'Pelepasan pembayaran ke bank', en: 'Release of payments to the bank' },
  question: {
    id: 'Berkas pembayaran di bawah ini siap dikirim ke bank. Periksa jumlah pembayaran, nilai, rekening, dan sidik berkas (SHA-256), lalu lepaskan atau tahan. Tanpa keputusan sebelum batas waktu, berkas tidak dikirim.',
    en: 'The payment files below are ready to go to the bank. Check how many payments there are, their sum, the accounts and the files’ SHA-256, then release or hold them. Without a decision before the cut-off nothing is sent.',
  },
  fields: [
    {
      name: 'outcome',
      type: 'choice',
      label: { id: 'Keputusan', en: 'Decision' },
      required: true,
      options: [
        { value: 'released', label: { id: 'Lepaskan ke bank', en: 'Release to the bank' } },
        { value: 'held', label: { id: 'Tahan', en: 'Hold' } },
      ],
    },
    {
      name: 'reason',
      type: 'paragraph',
      label: { id: 'Alasan', en: 'Reason' },
      required: true,
      onlyFor: ['held'],
      maxLength: 2000,
    },
  ],
  submit: { id: 'Kirim keputusan', en: 'Send the decision' },
};

/** What became of a decision: taken, or why it was not. */
export type ReleaseDecision =
  | { status: 'decided'; run: ReleasedRun | WithdrawnRun }
  | { status: 'too-late' | 'not-asked' | 'four-eyes' };

/** Decides about a run. What was decided before stands, whatever is said now. */
export function decideRun(
  run: PaymentRun,
  { answer, person, now }: { answer: ReleaseAnswer; person: Person; now: string },
): ReleaseDecision {
  if (run.state !== 'gathered') return { status: 'decided', run };
  const bar = barToRelease(person, run);
  if (bar !== undefined) return { status: bar };
  if (now >= run.cutOffAt) return { status: 'too-late' };
  const { taskToken: _, state: __, ...rest } = run;
  return {
    status: 'decided',
    run:
      answer.outcome === 'released'
        ? { ...rest, state: 'released', releasedBy: person.id, releasedAt: now }
        : {
            ...rest,
            state: 'withdrawn',
            why: 'held',
            withdrawnAt: now,
            heldBy: person.id,
            reason: answer.reason,
          },
  };
}

/** Withdraws a run that has not been released; what was decided before stands. */
export function withdrawRun(
  run: PaymentRun,
  why: 'not-released' | 'late',
  now: string,
): ReleasedRun | WithdrawnRun {
  if (run.state !== 'gathered') return run;
  const { taskToken: _, state: __, ...rest } = run;
  return { ...rest, state: 'withdrawn', why, withdrawnAt: now };
}
