import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { askForCorrection, receive, revise } from '#domain/proposal/submission.ts';
import { problem } from '#domain/text/problem.ts';
import { EarlierVersion, TooMuchContention } from '#functions/store/errors.ts';
import { unpack } from '#functions/store/packed.ts';
import { createStore, type Store } from '#functions/store/store.ts';
import { type Attributes, queryItems } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
const contact = { email: 'siti@example.id', name: 'Siti', language: 'id' } as const;
const problems = [problem('ask-not-answerable', 'outcome')];

let table: TestTable;
let store: Store;
useTable((opened) => {
  table = opened;
  store = createStore(table);
});

async function received(prefix: string): Promise<Proposal> {
  const { proposal } = receive({ id: proposalIdOf(prefix), packetPrefix: prefix, contact }, now);
  await write(proposal.id, store.proposals.create(proposal));
  return proposal;
}
function write(proposalId: string, changes: Parameters<Store['commit']>[0]['changes']) {
  return store.commit({ proposalId, now, events: [], changes });
}
async function itemsOf(id: string): Promise<Record<string, Attributes>> {
  return Object.fromEntries(
    (await queryItems(table, `PROPOSAL#${id}`, 'PROPOSAL')).map(({ key, attributes }) => [
      key.sk,
      attributes,
    ]),
  );
}
function put(id: string, sk: string, attributes: object) {
  return table.client.send(
    new PutItemCommand({
      TableName: table.tableName,
      Item: marshall({ pk: `PROPOSAL#${id}`, sk, ...attributes }),
    }),
  );
}

describe('a proposal in the table', () => {
  it('has what is personal in an item of its own, and comes back in one piece', async () => {
    const proposal = await received('apart');
    const { PROPOSAL: state, 'PROPOSAL#PEOPLE': people } = await itemsOf(proposal.id);
    expect(unpack(people?.packed)).toEqual({ contact });
    expect(JSON.stringify(state)).not.toContain('siti');
    expect(await store.proposals.get(proposal.id)).toEqual(proposal);
    expect(await store.proposals.list('received')).toContainEqual(proposal);
    expect(await store.proposals.state(proposal.id)).toMatchObject({ id: proposal.id, stage: 'received' });
  });

  it('has only those items rewritten whose values changed', async () => {
    const before = await received('unchanged-parts');
    const writes = (from: Proposal, to: Proposal) =>
      store.proposals
        .put(from, to)
        .flatMap(({ write: { kind, ...each } }) =>
          kind === 'Put' && 'item' in each ? [each.item.sk?.S] : [],
        );
    const { proposal: corrected } = askForCorrection(before, problems, now);
    expect(writes(before, revise(before, 'v2', now).proposal)).toEqual(['PROPOSAL']);
    expect(writes(before, corrected)).toEqual(['PROPOSAL', 'PROPOSAL#PROBLEMS']);
    expect(writes(corrected, structuredClone(corrected))).toEqual(['PROPOSAL']);
    await write(before.id, store.proposals.put(before, corrected));
    expect(await store.proposals.get(before.id)).toEqual({ ...corrected, version: 2 });
    // What goes leaves nothing behind.
    const { problems: _, ...mended } = { problems: undefined, ...corrected, version: 2 };
    await write(before.id, store.proposals.put({ ...corrected, version: 2 }, mended));
    expect((await itemsOf(before.id))['PROPOSAL#PROBLEMS']).toEqual({});
    expect(await store.proposals.get(before.id)).toEqual({ ...mended, version: 3 });
  });

  it('is read again when it was read during a write', async () => {
    const { id } = await received('torn');
    const { 'PROPOSAL#PEOPLE': people } = await itemsOf(id);
    await put(id, 'PROPOSAL#PEOPLE', { ...people, hash: 'another' });
    let waits = 0;
    const patient = createStore({
      ...table,
      pause: async () => {
        waits++;
        await put(id, 'PROPOSAL#PEOPLE', { ...people });
      },
    });
    expect(await patient.proposals.get(id)).toMatchObject({ contact });
    expect(waits).toBe(1);
    await put(id, 'PROPOSAL#PEOPLE', { ...people, hash: 'another' });
    expect(await patient.proposals.list('received')).toContainEqual(expect.objectContaining({ id, contact }));
    await table.client.send(
      new DeleteItemCommand({
        TableName: table.tableName,
        Key: marshall({ pk: `PROPOSAL#${id}`, sk: 'PROPOSAL#PEOPLE' }),
      }),
    );
    const impatient = createStore({ ...table, pause: async () => undefined });
    await expect(impatient.proposals.get(id)).rejects.toBeInstanceOf(TooMuchContention);
  });

  it('of an earlier version is refused by name', async () => {
    const id = proposalIdOf('earlier');
    await put(id, 'PROPOSAL', { id, stage: 'received', version: 1 });
    await expect(store.proposals.get(id)).rejects.toBeInstanceOf(EarlierVersion);
    await expect(store.proposals.state(id)).rejects.toThrow('--fresh');
  });
});
