import { describe, expect, test } from 'vitest';
import { askAnswered, deniedLate } from '#domain/asks/ask-events.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { auditEventDraftSchema, chain } from '#domain/proposal/audit.ts';
import { ofBank, ofProposal, ofSettings } from '#domain/proposal/event-facts.ts';
import { event } from '#domain/proposal/events.ts';
import { readBankEvent, readProposalEvent, readSettingsEvent } from '#domain/proposal/recorded-events.ts';

const now = '2020-10-05T02:00:00.000Z';
const system = { kind: 'system' } as const;
function recorded(action: string, facts: Record<string, string | number | boolean | null>) {
  return chain('0'.repeat(64), 1, { at: now, actor: system, action, facts });
}

describe('an event', () => {
  test('has the facts of its action and no others, or it does not compile', () => {
    expect(event(now, 'tranche.opened', { tranche: 1, amount: rupiah(5) })).toEqual({
      at: now,
      actor: system,
      action: 'tranche.opened',
      facts: { tranche: 1, amount: 5 },
    });
    // @ts-expect-error a misspelt action
    event(now, 'tranche.openend', { tranche: 1, amount: rupiah(5) });
    // @ts-expect-error a fact that is missing
    event(now, 'tranche.opened', { tranche: 1 });
    // @ts-expect-error a misspelt fact
    event(now, 'tranche.opened', { tranche: 1, amount: rupiah(5), ammount: rupiah(5) });
    // @ts-expect-error money that is not known to be rupiah
    event(now, 'tranche.opened', { tranche: 1, amount: 5 });
  });

  test.each([...Object.keys(ofProposal), ...Object.keys(ofBank), ...Object.keys(ofSettings)])(
    'is named as the chain wants it: %s',
    (action) => {
      expect(auditEventDraftSchema.safeParse({ at: now, actor: system, action, facts: {} }).success).toBe(
        true,
      );
    },
  );

  test('of an answer vouches for the bytes that came with it', () => {
    const file = { key: 'k', bytes: 1, mediaType: null };
    const answered = askAnswered(
      { id: 'P-0123456789.tranche-documents.1', kind: 'tranche-documents', about: { tranche: 1, round: 1 } },
      {
        outcome: 'handed-in',
        by: { kind: 'leader' },
        evidence: [
          { ...file, documentType: 'sptjm', sha256: 'aa' },
          { ...file, documentType: 'photos', sha256: 'bb' },
          { ...file, documentType: 'photos', sha256: 'cc' },
          { ...file, documentType: 'ruk' },
        ],
        via: 'reply',
        code: false,
      },
      now,
    );
    expect(answered.facts).toEqual({
      ...{
        askId: 'P-0123456789.tranche-documents.1',
        kind: 'tranche-documents',
        about: '1',
      },
      ...{ outcome: 'handed-in', documents: 4, via: 'reply' },
      ...{ 'sptjm.1': 'aa', 'photos.1': 'bb', 'photos.2': 'cc' },
    });
    expect(readProposalEvent(recorded(answered.action, answered.facts)).facts).toEqual(answered.facts);
    expect(deniedLate('receipt.denied-late', answered)).toEqual({
      ...answered,
      action: 'receipt.denied-late',
    });
  });
});

describe('a recorded event', () => {
  test('is read as what its action says', () => {
    const read = readProposalEvent(recorded('checks.failed', { revision: 2, problems: 3 }));
    expect(read.action === 'checks.failed' && read.facts.problems).toBe(3);
    expect(readBankEvent(recorded('worklist.matched', { item: 'B-1', endToEndId: 'E' })).facts).toEqual({
      item: 'B-1',
      endToEndId: 'E',
    });
    expect(readSettingsEvent(recorded('address.revived', { address: 'a•••' })).action).toBe(
      'address.revived',
    );
  });

  test('of a later version is read as unknown: by its action, or by facts that it lacks', () => {
    const unknown = (action: string) => ({ at: now, actor: system, action: 'unknown', facts: { action } });
    expect(readProposalEvent(recorded('tranche.doubled', { tranche: 1 }))).toEqual(
      unknown('tranche.doubled'),
    );
    expect(readProposalEvent(recorded('checks.failed', { renamed: 3 }))).toEqual(unknown('checks.failed'));
    expect(readProposalEvent(recorded('constructor.name', {}))).toEqual(unknown('constructor.name'));
  });

  test('may hold a fact that a later version has added', () => {
    const read = readProposalEvent(recorded('checks.failed', { revision: 2, problems: 3, seconds: 9 }));
    expect(read).toMatchObject({ action: 'checks.failed', facts: { revision: 2, problems: 3 } });
  });
});
