/** Members' answers to a group's ask as they lie in the table: each is an event, and the record's end counts them. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AnsweredAsk, askSchema, type OpenAsk } from '#domain/asks/ask.ts';
import { askAnswered, askOpened } from '#domain/asks/ask-events.ts';
import { answeredPart } from '#domain/asks/member-part.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { event } from '#domain/proposal/events.ts';
import type { PartOfGroup } from '#functions/store/asks.ts';
import { AskAlreadyAnswered, StaleRecord, UnreadableRecord } from '#functions/store/errors.ts';
import { carriedSchema, standingsIn, storedStandings } from '#functions/store/group-standings.ts';
import { keys } from '#functions/store/keys.ts';
import { createStore, type Store } from '#functions/store/store.ts';
import { getItem, queryItems, updateItem } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
const members = Array.from({ length: 20 }, (_, index) => index + 1);
let table: TestTable;
let store: Store;
useTable((opened) => {
  table = opened;
  store = createStore(table);
});

let count = 0;
let proposalId: string;
let group: OpenAsk;
beforeEach(async () => {
  count += 1;
  proposalId = proposalIdOf(`member answers ${count}`);
  const ask = askSchema.parse({
    ...{ status: 'open', schemaVersion: 1, version: 1, id: `${proposalId}.membership.1` },
    ...{ subject: { of: 'proposal', id: proposalId }, kind: 'membership', about: { round: 1 } },
    ...{ role: 'members', assignee: { kind: 'members' }, openedAt: now, expiresAt: now },
    ...{ turns: [{ do: 'ask', at: now, until: now }], turn: 0, taskToken: 'token' },
    ...{ documents: [], facts: {}, members, quorum: { needed: 16, of: 20 } },
  });
  if (ask.status !== 'open') throw new Error('it is open');
  group = ask;
  await store.commit({
    ...{ proposalId, now, changes: store.asks.create(ask) },
    events: [askOpened(ask, { assignee: 'members' }, now)],
  });
});

function idOf(member: number) {
  return `${group.id}.m${String(member).padStart(2, '0')}`;
}

function answered({ part }: PartOfGroup, note?: string): AnsweredAsk {
  if (part.status !== 'open' || part.assignee.kind !== 'member') throw new Error(`it is ${part.status}`);
  const answer = {
    outcome: note === undefined ? 'confirmed' : 'denied',
    ...(note !== undefined && { note }),
  };
  return answeredPart(part, { answer, by: { kind: 'member', number: part.assignee.number }, at: now });
}

function record(seen: PartOfGroup, note?: string) {
  const ask = answered(seen, note);
  return store.commit({
    ...{ proposalId, now, restsOn: seen.end, changes: store.asks.putMemberText(ask) },
    events: [askAnswered(ask, { outcome: ask.outcome, by: ask.answeredBy }, now)],
  });
}

async function answer(member: number, note?: string): Promise<void> {
  for (;;) {
    try {
      await record(await store.asks.part(proposalId, idOf(member)), note);
      return;
    } catch (error) {
      if (!(error instanceof StaleRecord)) throw error;
    }
  }
}

describe('a member’s part', () => {
  it('is open until its event is recorded, and then as the event says', async () => {
    const { part } = await store.asks.part(proposalId, idOf(3));
    expect(part).toMatchObject({ status: 'open', assignee: { kind: 'member', number: 3 }, parent: group.id });
    expect(part).not.toHaveProperty('taskToken');
    expect(await store.asks.find(proposalId, idOf(21))).toBeUndefined();
    await answer(3);
    await answer(4, 'Saya bukan anggota.');
    expect(await store.asks.get(proposalId, idOf(3))).toMatchObject({
      ...{ status: 'answered', outcome: 'confirmed', answer: { outcome: 'confirmed' }, answeredAt: now },
      answeredBy: { kind: 'member', number: 3 },
    });
    expect(await store.asks.get(proposalId, idOf(4))).toMatchObject({
      answer: { outcome: 'denied', note: 'Saya bukan anggota.' },
    });
    const { parts } = await store.asks.group(group);
    expect(parts.map(({ status }) => status)).toEqual(
      members.map((number) => (number === 3 || number === 4 ? 'answered' : 'open')),
    );
    const open = (await store.asks.openBySubject(proposalId)).map(({ id }) => id);
    expect(open).toHaveLength(1 + 18);
    expect(open).not.toContain(idOf(3));
  });

  it('is found when it was answered long ago', async () => {
    for (const member of members) await answer(member);
    expect(await store.asks.get(proposalId, idOf(1))).toMatchObject({ status: 'answered' });
  });

  it('costs one item that is put by itself, without a transaction', async () => {
    const seen = await store.asks.part(proposalId, idOf(5));
    const sent: unknown[] = [];
    table.client.middlewareStack.add(
      (next) => (args) => {
        sent.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'what is sent' },
    );
    await record(seen);
    table.client.middlewareStack.remove('what is sent');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ Item: { sk: { S: 'AUDIT#000002' } } });
    expect(sent[0]).not.toHaveProperty('TransactItems');
  });

  it('leaves what a member wrote out of the record, which stays for ever', async () => {
    await answer(6, 'Nama saya dipakai.');
    const items = await queryItems(table, `PROPOSAL#${proposalId}`, 'AUDIT#');
    expect(JSON.stringify(items)).not.toContain('dipakai');
    const seen = await store.asks.part(proposalId, idOf(7));
    expect(() =>
      store.asks.putMemberText({ ...answered(seen), answer: { outcome: 'confirmed', note: 'x' } }),
    ).toThrow(TypeError);
  });

  it('ends with the proposal', async () => {
    await answer(1);
    await store.commit({
      ...{ proposalId, now, changes: [] },
      events: [event(now, 'proposal.rejected', { at: 'verification', reason: 'membership-denied' })],
    });
    expect(await store.asks.get(proposalId, idOf(2))).toMatchObject({
      status: 'cancelled',
      cancelledAt: now,
    });
    expect(await store.asks.get(proposalId, idOf(1))).toMatchObject({ status: 'answered' });
    expect((await store.asks.openBySubject(proposalId)).map(({ id }) => id)).toEqual([group.id]);
  });
});

describe('answers that come at once', () => {
  it('all count, each once', async () => {
    await Promise.all(members.map((member) => answer(member, member % 5 === 0 ? 'Tidak.' : undefined)));
    const { parts } = await store.asks.group(group);
    const outcomes = parts.map((part) => (part.status === 'answered' ? part.outcome : part.status));
    expect(outcomes).toEqual(members.map((member) => (member % 5 === 0 ? 'denied' : 'confirmed')));
    expect(await store.audit.verify({ proposalId })).toMatchObject({ sound: true, length: 21 });
  });

  it('of one member are one: who saw the same end as another is refused', async () => {
    const seen = await store.asks.part(proposalId, idOf(8));
    const outcomes = await Promise.allSettled([record(seen), record(seen), record(seen, 'Tidak.')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect([StaleRecord, AskAlreadyAnswered]).toContain(outcome.reason.constructor);
    const { part } = await store.asks.part(proposalId, idOf(8));
    expect(part.status).toBe('answered');
  });

  it('rest on what was read: whatever was recorded since refuses them', async () => {
    const seen = await store.asks.part(proposalId, idOf(9));
    await store.commit({
      ...{ proposalId, now, changes: [] },
      events: [event(now, 'proposal.redriven', { redrives: 1 })],
    });
    await expect(record(seen)).rejects.toBeInstanceOf(StaleRecord);
    await answer(9);
    expect(await store.audit.verify({ proposalId })).toMatchObject({ sound: true, length: 3 });
  });
});

describe('a count that is not what the events say', () => {
  const falsify = async (text: string) => {
    await answer(1);
    await answer(2);
    const last = keys.auditEvents(`PROPOSAL#${proposalId}`, 3);
    expect((await getItem(table, last))?.groups).toEqual({ 'membership.1': '1 open 1-2 -' });
    await updateItem(table, last, {
      text: 'SET #groups.#ask = :text',
      names: { '#groups': 'groups', '#ask': 'membership.1' },
      values: { ':text': text },
    });
  };

  it('is noticed by who verifies the record', async () => {
    await falsify('1 open 1-3 -');
    expect(await store.audit.verify({ proposalId })).toEqual({ sound: false, seq: 3, reason: 'miscounted' });
  });

  it('is noticed by who reads the parts', async () => {
    await falsify('1 open 1-3 -');
    await expect(store.asks.group(group)).rejects.toBeInstanceOf(UnreadableRecord);
    await expect(store.asks.get(proposalId, idOf(3))).rejects.toBeInstanceOf(UnreadableRecord);
  });

  it('is refused where it is none at all', async () => {
    await falsify('two confirmed');
    await expect(store.asks.group(group)).rejects.toBeInstanceOf(UnreadableRecord);
  });
});

it('reads back the standings that it stores, whichever members answered', () => {
  const someone = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { selector: (number) => number });
  fc.assert(
    fc.property(someone, fc.boolean(), fc.option(fc.constant(now)), (numbers, denied, over) => {
      const sorted = numbers.toSorted((one, other) => one - other);
      const standing = {
        ...{ since: 7, status: 'answered' as const },
        ...{ confirmed: denied ? [] : sorted, denied: denied ? sorted : [] },
        ...(over !== null && { over }),
      };
      const standings = new Map([['P-1.receipt.2', standing]]);
      const { groups } = carriedSchema.parse(storedStandings('P-1', standings));
      expect(standingsIn('P-1', groups)).toEqual(standings);
    }),
  );
});
