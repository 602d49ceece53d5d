/**
 * One-time codes of the people who decide about money: what is known of a person's authenticator, and what a code that
 * was given does to it. How a code is computed (RFC 6238) is not known here.
 */
import * as z from 'zod';
import { type EventOf, event } from '../proposal/events.ts';
import { personIdSchema } from './person.ts';

/** How many wrong codes lock an ask for the person. */
export const wrongCodesThatLock = 5;

/** After how many days wrong codes are forgotten: no ask is open that long. */
const rememberedDays = 400;

const wrongCodesSchema = z.strictObject({
  count: z.int().min(1).max(wrongCodesThatLock),
  /** When the last of them was given. */
  at: z.iso.datetime(),
});

export const personCodesSchema = z.strictObject({
  personId: personIdSchema,
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  /** Counts the secrets that the person has had; a link to enrol is for one of them. */
  enrolment: z.int().min(1),
  /** `enrolling` until the person has proved, by a code, that their authenticator has the secret. */
  status: z.enum(['enrolling', 'enrolled']),
  /** What codes are made from, encrypted. */
  secret: z.string(),
  /** While `enrolling`: until when the link that was mailed last is good; absent while no mail has gone out. */
  invitedUntil: z.iso.datetime().optional(),
  /** The last time step (RFC 6238, section 4.2: 30 s since 1970) whose code was taken; no earlier one is taken again. */
  lastStep: z.int().min(0).optional(),
  /** The wrong codes since the last right one, by ask. */
  wrong: z.record(z.string(), wrongCodesSchema),
});
export type PersonCodes = z.output<typeof personCodesSchema>;

/** The record of a person who is given a secret: the first, or another one. The old one counts no longer, nor do locks. */
export function withNewSecret(
  before: PersonCodes | undefined,
  { personId, secret }: { personId: string; secret: string },
): PersonCodes {
  return {
    personId,
    version: before?.version ?? 1,
    enrolment: (before?.enrolment ?? 0) + 1,
    status: 'enrolling',
    secret,
    wrong: {},
  };
}

/** What is known of a person's codes after a transition, and what a chain records of it. */
export interface DecidedCodes<A extends CodeAction> {
  codes: PersonCodes;
  events: readonly EventOf<A>[];
}
type CodeAction = 'code.locked' | 'code.unlocked' | 'code.enrolled' | 'code.reset';

/** A person's secret is taken from them: it was lost, or another person has it. */
export function resetSecret(
  before: PersonCodes | undefined,
  { personId, secret }: { personId: string; secret: string },
  now: string,
): DecidedCodes<'code.reset'> {
  const codes = withNewSecret(before, { personId, secret });
  return { codes, events: [event(now, 'code.reset', { personId, enrolment: codes.enrolment })] };
}

/** Whether a link to enrol was mailed and is still good. */
export function isInvited(codes: PersonCodes | undefined, now: string): boolean {
  return codes?.status === 'enrolling' && codes.invitedUntil !== undefined && codes.invitedUntil > now;
}

/** Whether five wrong codes lock the ask for this person. */
export function isLocked(codes: PersonCodes | undefined, askId: string): boolean {
  return triesLeft(codes, askId) === 0;
}

/** How many wrong codes the person may still give for the ask. */
export function triesLeft(codes: PersonCodes | undefined, askId: string): number {
  return wrongCodesThatLock - (codes?.wrong[askId]?.count ?? 0);
}

/** After a right code of this step, for an ask: wrong codes before it count no longer. */
export function afterRightCode(codes: PersonCodes, step: number, askId: string): PersonCodes {
  return { ...withoutWrong(codes, askId), lastStep: step };
}

/** After a wrong code for an ask that is not locked; the fifth locks it. */
export function afterWrongCode(before: PersonCodes, askId: string, now: string): DecidedCodes<'code.locked'> {
  const oldest = new Date(Date.parse(now) - rememberedDays * 86_400_000).toISOString();
  const remembered = Object.entries(before.wrong).filter(([, { at }]) => at > oldest);
  const count = Math.min((before.wrong[askId]?.count ?? 0) + 1, wrongCodesThatLock);
  const codes = {
    ...before,
    wrong: { ...Object.fromEntries(remembered), [askId]: { count, at: now } },
  };
  const { personId } = codes;
  return {
    codes,
    events: isLocked(codes, askId)
      ? [event(now, 'code.locked', { askId, personId, wrong: wrongCodesThatLock })]
      : [],
  };
}

/** After the person proved, by the code of this step, that their authenticator has the secret. */
export function afterProof(
  { invitedUntil: _, ...codes }: PersonCodes,
  step: number,
  now: string,
): DecidedCodes<'code.enrolled'> {
  const { personId, enrolment } = codes;
  return {
    codes: { ...codes, status: 'enrolled', lastStep: step },
    events: [event(now, 'code.enrolled', { personId, enrolment }, { kind: 'person', id: personId })],
  };
}

/** The ask may be answered again by this person. */
export function unlock(codes: PersonCodes, askId: string, now: string): DecidedCodes<'code.unlocked'> {
  const { personId } = codes;
  return {
    codes: withoutWrong(codes, askId),
    events: [event(now, 'code.unlocked', { askId, personId })],
  };
}

function withoutWrong(codes: PersonCodes, askId: string): PersonCodes {
  const { [askId]: _, ...wrong } = codes.wrong;
  return { ...codes, wrong };
}
