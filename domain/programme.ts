/**
 * The rule-pack (juknis): everything that a decree decides about a programme, as data.
 *
 * Amounts, sizes, schedules, papers, approvers and deadlines are re-issued every fiscal year, so none of them is in
 * code. A proposal is pinned to the version in force when it was registered, for its whole life.
 */

import * as z from 'zod';
import { documentRequirementSchema } from './asks/documents.ts';
import { directoryRoleSchema } from './asks/roles.ts';
import { programmeIdSchema } from './identifiers.ts';
import { railSchema, settlementSchema } from './money/rail.ts';
import { type Rupiah, rupiahSchema } from './money/rupiah.ts';
import { mediaTypeSchema } from './packet/media-type.ts';
import { worksRuleSchema } from './public-works/works-rule.ts';
import { bilingualSchema } from './text/language.ts';

/** A JSON pointer (RFC 6901) into the rule-pack itself. */
const pointerSchema = z.string().startsWith('/');

/**
 * When an ask is repeated and ends, in working days counted from the asking.
 *
 * `remindAfter` is also the distance between reminders, of which there are `reminders`, as far as they come before
 * the end. `escalateAfter: null` means that no superior is notified.
 */
const askTimingSchema = z
  .strictObject({
    remindAfter: z.int().min(1),
    reminders: z.int().min(0).max(5),
    escalateAfter: z.int().min(1).nullable(),
    expireAfter: z.int().min(1).max(250),
  })
  .refine((timing) => timing.escalateAfter === null || timing.escalateAfter < timing.expireAfter, {
    message: 'escalateAfter must come before expireAfter',
  });
export type AskTiming = z.output<typeof askTimingSchema>;

/** How much a group may ask for. */
const amountRuleSchema = z.discriminatedUnion('kind', [
  /** Exactly this sum (TKM). */
  z.strictObject({ kind: z.literal('fixed'), amount: rupiahSchema }),
  /** Workers × days × day rate, and materials besides (Padat Karya). */
  z.strictObject({
    kind: z.literal('works'),
    maximum: rupiahSchema,
    days: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }),
    maxDayRate: rupiahSchema,
    /** The largest part of the amount that is not wages, in percent. */
    maxMaterialsPercent: z.int().min(0).max(100),
  }),
]);

/** A file that the packet must or may bring. */
const attachmentRuleSchema = z.strictObject({
  type: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: bilingualSchema,
  required: z.boolean(),
  /** One for each member (identity cards), rather than one for the group. */
  perMember: z.boolean(),
  mediaTypes: z.array(mediaTypeSchema).min(1),
  maxBytes: z.int().positive(),
});
export type AttachmentRule = z.output<typeof attachmentRuleSchema>;

/** A step of the approval ladder; with `aboveAmount`, only for awards above it. */
const approvalStepSchema = z.strictObject({
  role: directoryRoleSchema,
  aboveAmount: rupiahSchema.optional(),
});

/** A payment of the schedule. */
const trancheRuleSchema = z.strictObject({
  percent: z.int().min(1).max(100),
  name: bilingualSchema,
  documents: z.array(documentRequirementSchema),
  /** The progress of the works, in percent, that must be reached before this payment; 0 for none. */
  requiredProgress: z.int().min(0).max(100),
});

/** The account that a grant is paid from. */
export const debitAccountSchema = z.strictObject({
  bankCode: z.string(),
  number: z.string(),
  holder: z.string(),
});

/** A decree or other published text that the pack rests on. */
const legalBasisSchema = z.strictObject({
  title: z.string(),
  /** The number as published, or null where the public record does not give it. */
  number: z.string().nullable(),
  about: z.string(),
  source: z.string(),
});

/** What the numbers of a paper look like: a regular expression for the whole of it, and an example for people. */
const paperNumberRuleSchema = z
  .strictObject({
    pattern: z.string().refine(isExpression, { message: 'must be a regular expression', abort: true }),
    example: z.string().min(1),
  })
  .refine(({ pattern, example }) => new RegExp(`^(?:${pattern})$`, 'u').test(example), {
    message: 'the example must match the pattern',
  });
export type PaperNumberRule = z.output<typeof paperNumberRuleSchema>;

function isExpression(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

export const rulePackSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    id: programmeIdSchema,
    version: z.int().min(1),
    name: bilingualSchema,
    component: z.enum(['tkm', 'padat-karya']),
    /** The programme whose budget pays: packs that share it draw on the same lines. */
    budgetProgramme: programmeIdSchema,
    legalBasis: z.array(legalBasisSchema).min(1),
    /** First and last day of validity for new proposals; `until: null` while nothing replaces it. */
    inForce: z.strictObject({ from: z.iso.date(), until: z.iso.date().nullable() }),

    group: z.strictObject({
      size: z.strictObject({ min: z.int().min(1), max: z.int().max(99) }),
      /** Years of age on the day of registration. */
      age: z.strictObject({ min: z.int().min(0), max: z.int().max(120) }),
    }),
    amount: amountRuleSchema,
    /** Paid public works only: wages and the muster roll. */
    works: worksRuleSchema.optional(),
    attachments: z.array(attachmentRuleSchema).min(1),
    /** How long missing attachments are waited for, in seconds. */
    attachmentWaitSeconds: z.int().min(1).max(2_592_000),

    verification: z.strictObject({
      /** How many times the group may correct the packet. */
      maxCorrections: z.int().min(0).max(10),
      membership: z.strictObject({
        required: z.boolean(),
        /** How many members must confirm. */
        quorum: z.int().min(1),
      }),
      siteVisit: z.strictObject({
        required: z.boolean(),
        /** Whether latitude and longitude must be given. */
        position: z.boolean(),
        evidence: z.array(documentRequirementSchema),
      }),
    }),

    approval: z.strictObject({
      steps: z.array(approvalStepSchema).min(2),
      /** How many times approvers may return a proposal to verification. */
      maxReturns: z.int().min(0).max(5),
      /** For how many days an award waits for room on its budget line before the proposal is rejected. */
      budgetWaitDays: z.int().min(0).max(90),
    }),

    tranches: z
      .array(trancheRuleSchema)
      .min(1)
      .max(9)
      .refine((tranches) => tranches.reduce((sum, tranche) => sum + tranche.percent, 0) === 100, {
        message: 'the tranches must add up to 100 percent',
      }),

    payment: z.strictObject({
      /** How instructions reach the bank that is debited, and what was agreed with it. */
      rail: railSchema,
      debitAccount: debitAccountSchema,
      ...settlementSchema.shape,
      /** How long the bank's answer is waited for before the treasury is asked, in working days. */
      bankAnswerWorkingDays: z.int().min(1).max(30),
      /** How many times a refused account may be corrected, for each tranche. */
      accountCorrections: z.int().min(0).max(5),
      /**
       * How many times, for each tranche, papers may go back to the group, or a request for payment be made again after SPP
       * or SPM was cancelled.
       */
      maxPaperReturns: z.int().min(0).max(5),
      /** What the numbers of SPP, SPM and SP2D look like, where the office has said so. */
      paperNumbers: z
        .strictObject({
          spp: paperNumberRuleSchema.optional(),
          spm: paperNumberRuleSchema.optional(),
          sp2d: paperNumberRuleSchema.optional(),
        })
        .default({}),
      /** How many members must confirm that they received the benefit of a tranche before the next is paid. */
      receipt: z.strictObject({ quorum: z.int().min(1) }),
    }),

    /** Who decides on an objection to a rejection. */
    appeal: z.strictObject({ role: directoryRoleSchema }),

    training: z.strictObject({
      /** Days are calendar days after the first payment settled. */
      sessions: z.array(z.strictObject({ afterDays: z.int().min(1), topic: bilingualSchema })),
      sessionEvidence: z.array(documentRequirementSchema),
      visits: z.array(z.strictObject({ afterDays: z.int().min(1) })),
      visitEvidence: z.array(documentRequirementSchema),
      outcome: z.strictObject({ afterDays: z.int().min(1) }),
      lpj: z.array(
        z.strictObject({ afterDays: z.int().min(1), documents: z.array(documentRequirementSchema) }),
      ),
    }),

    /** When each kind of ask is repeated and ends; the kinds that are missing have their own default. */
    asks: z.record(z.string(), askTimingSchema),

    /** Where each figure in the public record comes from: JSON pointers into this pack. */
    published: z.array(z.strictObject({ at: pointerSchema, source: z.string() })),
    /** Figures that are not in the public record and stand here as examples: JSON pointers into this pack. */
    illustrative: z.array(pointerSchema),
  })
  .refine(
    ({ verification, payment, group }) =>
      Math.max(verification.membership.quorum, payment.receipt.quorum) <= group.size.min,
    { message: 'no quorum may exceed the smallest group' },
  )
  .refine(({ works, amount }) => works === undefined || amount.kind === 'works', {
    message: 'only works that are paid by the day have a muster roll',
  })
  .refine(
    ({ approval }) =>
      approval.steps.some(({ role, aboveAmount }) => role === 'ppk' && aboveAmount === undefined),
    {
      path: ['approval', 'steps'],
      message:
        'every award needs the step of the PPK, who accepts the account: without it nothing could ever be paid',
    },
  );
export type RulePack = z.output<typeof rulePackSchema>;

/** The version of a rule-pack that a proposal is pinned to. */
export const packReferenceSchema = z.strictObject({ id: programmeIdSchema, version: z.int().min(1) });
export type PackReference = z.output<typeof packReferenceSchema>;

/** Whether new proposals may come under the pack on the date (`yyyy-mm-dd`, Jakarta). */
export function isInForce(pack: RulePack, date: string): boolean {
  return pack.inForce.from <= date && (pack.inForce.until === null || date <= pack.inForce.until);
}

/** The steps of the approval ladder for an award of this amount, in order. */
export function approvalSteps(
  pack: RulePack,
  amount: Rupiah,
): { index: number; role: RulePack['approval']['steps'][number]['role'] }[] {
  return pack.approval.steps
    .filter((step) => step.aboveAmount === undefined || amount > step.aboveAmount)
    .map((step, index) => ({ index, role: step.role }));
}
