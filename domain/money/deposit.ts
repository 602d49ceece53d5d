/**
 * Money that goes back to the treasury: what a group owes, from its first rupiah stated or recalled to its confirmed deposit.
 *
 * A group deposits into kas negara through the state revenue system (MPN G2): an office has SIMPONI issue a billing code,
 * the group pays it at a bank or post office before it expires, and receives a slip (BPN) with its NTPN, which the
 * treasury (KPPN) can look up. Jaring cannot issue a billing code and cannot look up an NTPN: people bring both.
 */
import * as z from 'zod';
import { personIdSchema } from '../people/person.ts';
import { rupiahSchema } from './rupiah.ts';

/**
 * A billing code: 15 digits.
 * @see https://id.scribd.com/document/402999745/Panduan-Pembuatan-Biling-KL-pdf the guide of SIMPONI to billing by ministries
 */
export const billingCodeSchema = z.string().regex(/^\d{15}$/);

/**
 * A Nomor Transaksi Penerimaan Negara: 16 letters and digits. It has no check digit that is published.
 * @see https://mpng2.wordpress.com/2015/04/16/ketika-ntpn-tidak-jelas-terbaca/ letters came with MPN G2
 */
export const ntpnSchema = z.string().regex(/^[0-9A-Z]{16}$/);

const billingSchema = z.strictObject({
  code: billingCodeSchema,
  /** The last day on which banks take it, Jakarta. */
  expiresOn: z.iso.date(),
  by: z.string(),
});
export type Billing = z.output<typeof billingSchema>;

const slipSchema = z.strictObject({
  ntpn: ntpnSchema,
  depositedOn: z.iso.date(),
  at: z.iso.datetime(),
});
export type Slip = z.output<typeof slipSchema>;

/** Who says that the money is in kas negara: a person of the treasury, or a line of a statement that names the NTPN. */
const confirmationSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('person'), personId: z.string() }),
  z.strictObject({ by: z.literal('statement'), file: z.string() }),
]);
export type Confirmation = z.output<typeof confirmationSchema>;

/** Why money is owed: the group did not spend it, or an official wants it back. */
const originSchema = z.discriminatedUnion('origin', [
  z.strictObject({
    origin: z.literal('leftover'),
    /** The key of the LPJ that states it. */
    lpj: z.string(),
  }),
  z.strictObject({
    origin: z.literal('recalled'),
    tranche: z.int().min(1),
    /** The number of the decision that it rests on. */
    decision: z.string(),
    reason: z.string(),
    by: personIdSchema,
  }),
]);

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  proposalId: z.string(),
  /** Counts from 1 within the proposal. */
  number: z.int().min(1),
  why: originSchema,
  amount: rupiahSchema,
  owedSince: z.iso.datetime(),
  /** The round that was begun last: each asks for a billing code of its own. */
  round: z.int().min(1),
};
const handedIn = { billing: billingSchema, slip: slipSchema };

/** What a group owes kas negara, by its state. */
export const depositSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('owed'), ...common }),
  z.strictObject({ state: z.literal('billed'), ...common, billing: billingSchema }),
  /** The group says that it has paid, and no one has confirmed it yet. */
  z.strictObject({ state: z.literal('handed-in'), ...common, ...handedIn }),
  z.strictObject({
    state: z.literal('deposited'),
    ...common,
    ...handedIn,
    confirmed: confirmationSchema,
    depositedAt: z.iso.datetime(),
  }),
  /** Demanded by mistake. */
  z.strictObject({
    state: z.literal('cancelled'),
    ...common,
    cancelledAt: z.iso.datetime(),
    reason: z.string(),
    by: personIdSchema,
  }),
]);
export type Deposit = z.output<typeof depositSchema>;
type DepositState = Deposit['state'];
/** A deposit in one state. */
export type DepositIn<State extends DepositState> = Extract<Deposit, { state: State }>;

/** Thrown when a deposit is moved from a state that does not lead there. */
export class WrongDepositState extends Error {
  override readonly name = 'WrongDepositState';
  constructor({ proposalId, number, state }: Deposit, step: string) {
    super(`deposit ${number} of ${proposalId} is ${state}; it cannot be ${step}`);
  }
}

function inState<State extends DepositState>(
  deposit: Deposit,
  allowed: readonly State[],
  step: string,
): DepositIn<State> {
  const isAllowed = (one: Deposit): one is DepositIn<State> => allowed.some((state) => state === one.state);
  if (!isAllowed(deposit)) throw new WrongDepositState(deposit, step);
  return deposit;
}

/** What every state has. */
function base({ schemaVersion, version, proposalId, number, why, amount, owedSince, round }: Deposit) {
  return {
    ...{ schemaVersion, version, proposalId, number, why, amount, owedSince, round },
  };
}

/** Money is owed. @param amount whole rupiah, more than 0 */
export function owe(
  facts: Pick<Deposit, 'proposalId' | 'number' | 'why' | 'amount'>,
  now: string,
): DepositIn<'owed'> {
  return {
    state: 'owed',
    schemaVersion: 1,
    version: 1,
    ...facts,
    owedSince: now,
    round: 1,
  };
}

/** An office brought a billing code; one that comes later replaces one that was not paid. @throws {WrongDepositState} */
export function bill(deposit: Deposit, billing: Billing, round: number): DepositIn<'billed'> {
  return {
    ...base(inState(deposit, ['owed', 'billed'], 'billed')),
    state: 'billed',
    round,
    billing,
  };
}

/** The billing code can be paid no longer. @throws {WrongDepositState} */
export function expireBilling(deposit: Deposit): DepositIn<'owed'> {
  return {
    ...base(inState(deposit, ['owed', 'billed'], 'billed again')),
    state: 'owed',
  };
}

/** The group handed in its slip. @throws {WrongDepositState} */
export function handIn(deposit: Deposit, slip: Slip): DepositIn<'handed-in'> {
  return {
    ...inState(deposit, ['billed'], 'handed in'),
    state: 'handed-in',
    slip,
  };
}

/** The slip is no proof: the group is asked for another. @throws {WrongDepositState} */
export function refuseSlip(deposit: Deposit): DepositIn<'billed'> {
  const { slip: _, ...rest } = inState(deposit, ['handed-in'], 'refused');
  return { ...rest, state: 'billed' };
}

/** The money is in kas negara. @throws {WrongDepositState} */
export function confirm(deposit: Deposit, confirmed: Confirmation, now: string): DepositIn<'deposited'> {
  return {
    ...inState(deposit, ['handed-in'], 'confirmed'),
    state: 'deposited',
    confirmed,
    depositedAt: now,
  };
}

/** It was demanded by mistake; not once the group says that it has paid. @throws {WrongDepositState} */
export function cancel(
  deposit: Deposit,
  { by, reason }: { by: string; reason: string },
  now: string,
): DepositIn<'cancelled'> {
  return {
    ...base(inState(deposit, ['owed', 'billed'], 'cancelled')),
    state: 'cancelled',
    cancelledAt: now,
    by,
    reason,
  };
}

/** Whether the money is still outside kas negara, as far as anyone has confirmed. */
export function isOutstanding({ state }: Pick<Deposit, 'state'>): boolean {
  return state !== 'deposited' && state !== 'cancelled';
}

/** Money that goes back to the treasury, as the proposal that owes it sums it up. */
export const depositSummarySchema = z.strictObject({
  number: z.int().min(1),
  /** The tranche that it was recalled from; absent for what was left over of all. */
  tranche: z.int().min(1).optional(),
  amount: rupiahSchema,
  status: z.enum(['owed', 'deposited', 'cancelled']),
  depositedAt: z.iso.datetime().optional(),
});
export type DepositSummary = z.output<typeof depositSummarySchema>;
