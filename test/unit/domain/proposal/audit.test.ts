import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuditEvent,
  type AuditEventDraft,
  auditEventSchema,
  canonicalJson,
  chain,
  genesisHash,
  verifyChain,
} from '#domain/proposal/audit.ts';

const id = 'P-0000000001';
const anyDraft: fc.Arbitrary<AuditEventDraft> = fc.record({
  at: fc
    .integer({ min: 1_577_836_800_000, max: 2_000_000_000_000 })
    .map((milliseconds) => new Date(milliseconds).toISOString()),
  actor: fc.constantFrom(
    { kind: 'system' as const },
    { kind: 'leader' as const },
    { kind: 'member' as const, number: 3 },
    { kind: 'person' as const, id: 'ppk.jateng' },
  ),
  action: fc.constantFrom('proposal.registered', 'ask.answered', 'payment.settled'),
  facts: fc.dictionary(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,12}$/),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  ),
});
const anyChain = fc.array(anyDraft, { minLength: 1, maxLength: 12 }).map(chained);

function chained(drafts: readonly AuditEventDraft[]): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const draft of drafts) {
    events.push(chain(events.at(-1)?.hash ?? genesisHash(id), events.length + 1, draft));
  }
  return events;
}

describe('the audit chain', () => {
  test('is sound as it was written, also after a trip through JSON with other key order', () => {
    fc.assert(
      fc.property(anyChain, (events) => {
        expect(verifyChain(id, events)).toMatchObject({ sound: true, length: events.length });
        const stored = events.map((event) =>
          auditEventSchema.parse(
            JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(event).reverse()))),
          ),
        );
        expect(verifyChain(id, stored)).toMatchObject({ sound: true });
      }),
    );
  });

  test('breaks where an event was altered', () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (events, where) => {
        const at = where % events.length;
        const altered = events.map((event, index) =>
          index === at ? { ...event, facts: { ...event.facts, forged: 1 } } : event,
        );
        expect(verifyChain(id, altered)).toEqual({ sound: false, seq: at + 1, reason: 'altered' });
      }),
    );
  });

  test('breaks where an event was taken out, unless it was the last', () => {
    fc.assert(
      fc.property(
        anyChain.filter((events) => events.length > 1),
        fc.nat(),
        (events, where) => {
          const at = where % (events.length - 1);
          expect(verifyChain(id, events.toSpliced(at, 1))).toMatchObject({ sound: false, seq: at + 1 });
        },
      ),
    );
  });

  test('breaks where a forged event was linked in with a hash of its own', () => {
    const events = chained([draft('a.b'), draft('c.d'), draft('e.f')]);
    const [first, , third] = events;
    if (first === undefined || third === undefined) throw new Error('the chain has three events');
    const forged = chain(first.hash, 2, draft('x.y'));
    expect(verifyChain(id, [first, forged, third])).toEqual({ sound: false, seq: 3, reason: 'broken-link' });
  });

  test('of one proposal does not pass for that of another', () => {
    expect(verifyChain('P-0000000002', chained([draft('a.b')]))).toMatchObject({ sound: false, seq: 1 });
    expect(verifyChain(id, [])).toMatchObject({ sound: true, length: 0 });
  });

  test('writes equal values as equal text', () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: null }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":null}]}');
  });
});

function draft(action: string): AuditEventDraft {
  return { at: '2020-08-03T02:00:00.000Z', actor: { kind: 'system' }, action, facts: {} };
}
