/**
 * The audit record: one chain of events for each proposal, each bound to the one before by a hash.
 *
 * An event that is altered, removed, inserted or moved breaks the chain from there on, so the holder of a later hash
 * can prove that the record before it is what it was. Events never hold personal data in the clear.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';

/** Who did it: the system, a person of the directory, the group's leader, a member (by number), or the bank. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('system'), id: z.string().optional() }),
  z.strictObject({ kind: z.literal('person'), id: z.string() }),
  z.strictObject({ kind: z.literal('leader') }),
  z.strictObject({ kind: z.literal('member'), number: z.int() }),
  z.strictObject({ kind: z.literal('bank') }),
]);
export type Actor = z.output<typeof actorSchema>;

const factSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** An event before it has its place in the chain. */
export const auditEventDraftSchema = z.strictObject({
  /** When it happened (ISO 8601, UTC), from the event that caused it. */
  at: z.iso.datetime(),
  actor: actorSchema,
  /** What happened, as `subject.verb`: `proposal.registered`, `ask.answered`, `payment.settled`. */
  action: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
  /** Names begin with a letter, so that none of them means something to JavaScript (`__proto__`). */
  facts: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/), factSchema),
});
export type AuditEventDraft = z.output<typeof auditEventDraftSchema>;

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** An event in its place. `seq` counts from 1; `hash` covers everything else, the previous hash included. */
export const auditEventSchema = auditEventDraftSchema.extend({
  seq: z.int().min(1),
  previousHash: hashSchema,
  hash: hashSchema,
});
export type AuditEvent = z.output<typeof auditEventSchema>;

/** The hash before the first event: it binds the chain to its proposal. */
export function genesisHash(proposalId: string): string {
  return sha256(`jaring-audit-1\n${proposalId}`);
}

/**
 * Puts the draft at place `seq` (from 1) behind the event with `previousHash`; for the first event that is
 * `genesisHash(proposalId)`.
 */
export function chain(previousHash: string, seq: number, draft: AuditEventDraft): AuditEvent {
  const { at, actor, action, facts } = draft;
  return { at, actor, action, facts, seq, previousHash, hash: hashOf(previousHash, seq, draft) };
}

/** What is wrong with a chain, at the first place where it breaks. */
export type ChainCheck =
  | { sound: true; length: number; head: string }
  | { sound: false; seq: number; reason: 'gap' | 'broken-link' | 'altered' };

/** Follows the chain from its beginning; `events` are all events of the proposal in the order of `seq`. */
export function verifyChain(proposalId: string, events: readonly AuditEvent[]): ChainCheck {
  let head = genesisHash(proposalId);
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) return { sound: false, seq: index + 1, reason: 'gap' };
    if (event.previousHash !== head) return { sound: false, seq: event.seq, reason: 'broken-link' };
    if (event.hash !== hashOf(head, event.seq, event)) {
      return { sound: false, seq: event.seq, reason: 'altered' };
    }
    head = event.hash;
  }
  return { sound: true, length: events.length, head };
}

function hashOf(previousHash: string, seq: number, draft: AuditEventDraft): string {
  const { at, actor, action, facts } = draft;
  return sha256(canonicalJson({ previousHash, seq, at, actor, action, facts }));
}

/** JSON with sorted keys and without undefined members, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
