/** A tranche of a proposal, as it is recorded: its papers, its payment, and what members said of having received it. */
import * as z from 'zod';
import { plannedTrancheSchema } from '../money/tranche.ts';
import { memberNumberSchema } from '../packet/packet.ts';
import { draftSchema } from '../papers/drafts.ts';
import { reviewedPaperSchema } from '../papers/paper-review.ts';

/** A paper of the chain SPP → SPM → SP2D. */
const paperSchema = z.strictObject({
  number: z.string(),
  date: z.iso.date(),
  by: z.string(),
});
export type Paper = z.output<typeof paperSchema>;

/** A paper of that chain that was cancelled, with who cancelled it. */
const cancelledPaperSchema = paperSchema.extend({
  paper: z.enum(['spp', 'spm']),
  round: z.int().min(1),
  cancelledBy: z.string(),
  cancelledAt: z.iso.datetime(),
});

/** What members said, each for themselves, of having received the benefit of a tranche. */
const receiptsSchema = z.strictObject({
  /** How many members were asked. */
  of: z.int().min(1),
  /** In the order of their numbers; who said nothing is not among them. */
  answers: z.array(
    z.strictObject({
      member: memberNumberSchema,
      outcome: z.enum(['confirmed', 'denied']),
      at: z.iso.datetime(),
    }),
  ),
});
export type Receipts = z.output<typeof receiptsSchema>;

/** A tranche on its way. */
export const trancheSchema = plannedTrancheSchema.extend({
  status: z.enum(['planned', 'open', 'reserved', 'settled', 'unpaid']),
  openedAt: z.iso.datetime().optional(),
  /** The papers that were drafted for it when it opened. */
  drafts: z.array(draftSchema).optional(),
  /** Progress of the works in percent, as the group reported it. */
  progress: z.int().min(0).max(100).optional(),
  /** What was found of each paper that the group handed in, as far as one was tested. */
  papers: z.array(reviewedPaperSchema).optional(),
  spp: paperSchema.optional(),
  spm: paperSchema.optional(),
  sp2d: paperSchema.optional(),
  /** SPP and SPM that were issued and cancelled before the SP2D, oldest first. */
  cancelled: z.array(cancelledPaperSchema).optional(),
  /** How many payment attempts there have been. */
  attempts: z.int().min(0),
  /** The attempt that the bank refused or sent back last, and its reason as the bank gave it. */
  refused: z
    .strictObject({ attempt: z.int().min(1), reasonCode: z.string(), reasonText: z.string().optional() })
    .optional(),
  /** That a treasurer took its payment out of a run: which attempt, who, why, and since when. */
  held: z
    .strictObject({ attempt: z.int().min(1), by: z.string(), reason: z.string(), since: z.iso.datetime() })
    .optional(),
  /** Another account that waits for the PPK: given after which attempt, in which turn. */
  accountGiven: z.strictObject({ attempt: z.int().min(1), turn: z.int().min(1) }).optional(),
  /**
   * The account that was sent back last: given after which attempt, in which turn, and the PPK's reason; without one it is that of
   * another living proposal.
   */
  accountSentBack: z
    .strictObject({ attempt: z.int().min(1), turn: z.int().min(1), reason: z.string().optional() })
    .optional(),
  settledAt: z.iso.datetime().optional(),
  valueDate: z.iso.date().optional(),
  bankReference: z.string().optional(),
  /** Payments of it that had settled and came back, oldest first. */
  returned: z
    .array(
      z.strictObject({ endToEndId: z.string(), settledAt: z.iso.datetime(), returnedAt: z.iso.datetime() }),
    )
    .optional(),
  /** Why it will not be paid. */
  unpaidReason: z.string().optional(),
  /** Who confirmed having received its benefit; once the members' answer was clear or their time was up. */
  receipts: receiptsSchema.optional(),
});
export type Tranche = z.output<typeof trancheSchema>;
