import { parse } from 'node-html-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PacketInput } from '#domain/packet/packet.ts';
import type { Person } from '#domain/people/person.ts';
import { openOwnAsk } from '#functions/asks/ask-context.ts';
import { myAsksPage } from '#functions/asks/pages/my-asks-page.ts';
import { createStore } from '#functions/store/store.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const hostile = '<b onclick=alert(1)>Kelompok</b> \u202etxet " & \'';

/** A proposal that waits for a PPK: paula or pandu, the one with less to do. */
async function approval(group: number, change?: (packet: PacketInput) => void) {
  const id = await stage.submitted(group, change);
  await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
  await stage.turn(id, 'approval', '1-0', 0, 'ppk');
  const ask = await stage.store.asks.get(id, idOfAsk(id, 'approval', '1-0'));
  const { assignee } = ask;
  return { id, askId: ask.id, by: assignee.kind === 'person' ? assignee.personId : '' };
}

function named(name: string) {
  return (packet: PacketInput) => {
    packet.group.name = name;
  };
}

async function person(id: string): Promise<Person> {
  const found = await stage.store.people.get(id);
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found;
}
function own(id: string) {
  return stage.store.assignments.of(id);
}

describe('the page of one’s own asks', () => {
  const asks: Awaited<ReturnType<typeof approval>>[] = [];
  beforeAll(async () => {
    for (const group of [1, 2, 3, 4]) asks.push(await approval(group, named(hostile)));
  });

  it('lists all that waits for the person, with what is needed to decide, and nothing of others', async () => {
    const mine = asks.filter(({ by }) => by === 'paula');
    expect(mine).toHaveLength(2);
    const { body, statusCode } = myAsksPage({
      person: await person('paula'),
      asks: await own('paula'),
      page: 1,
      enrolled: false,
    });
    const text = parse(body).text;
    expect(statusCode).toBe(200);
    for (const { id, by } of asks) expect(text.includes(id)).toBe(by === 'paula');
    expect(text).toContain('Persetujuan bantuan');
    expect(text).toMatch(/Rp\s?40\.000\.000/);
    expect(text).toContain('33.02');
    expect(text).toContain('Batas waktu');
  });

  it('is escaped, without script, with a label for every input and each id once', async () => {
    const { body } = myAsksPage({
      person: await person('paula'),
      asks: await own('paula'),
      page: 1,
      enrolled: false,
    });
    const root = parse(body);
    expect(root.querySelectorAll('script, b, img, iframe, link, [style]')).toHaveLength(0);
    expect(body).not.toContain('\u202e');
    const inputs = root.querySelectorAll('input, textarea');
    for (const field of inputs)
      expect(root.querySelector(`label[for="${field.getAttribute('id')}"]`), field.outerHTML).not.toBeNull();
    const ids = root.querySelectorAll('[id]').map((each) => each.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('reads only the person’s own asks: one query of the index, half a unit for each ask', async () => {
    const read: { name: string; units: number }[] = [];
    table.client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const result = await next({
            ...args,
            input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' },
          } as typeof args);
          const { ConsumedCapacity } = result.output as { ConsumedCapacity?: unknown };
          const [used] = [ConsumedCapacity].flat() as { CapacityUnits?: number }[];
          read.push({ name: commandName, units: used?.CapacityUnits ?? 0 });
          return result;
        },
      { step: 'initialize', name: 'measure' },
    );
    try {
      const found = await createStore(table).assignments.of('paula');
      expect(found).toHaveLength(2);
      expect(found.every(({ personId }) => personId === 'paula')).toBe(true);
    } finally {
      table.client.middlewareStack.remove('measure');
    }
    expect(read).toEqual([
      { name: 'QueryCommand', units: 0.5 },
      { name: 'BatchGetItemCommand', units: 2 * 0.5 },
    ]);
  });

  it('opens in full what is the person’s own, and nothing else', async () => {
    const [mine, other] = [asks.find(({ by }) => by === 'paula'), asks.find(({ by }) => by === 'pandu')];
    const paula = await person('paula');
    const opened = await openOwnAsk(stage.store, paula, mine?.askId ?? '', at(30));
    expect(opened).toMatchObject({ path: `/tugas/${mine?.askId}`, by: { kind: 'person', id: 'paula' } });
    for (const foreign of [other?.askId ?? '', 'P-0000000000.approval.1-0', '', '../x', `${mine?.askId}.m01`])
      expect(await openOwnAsk(stage.store, paula, foreign, at(30))).toBeUndefined();
  });
});
