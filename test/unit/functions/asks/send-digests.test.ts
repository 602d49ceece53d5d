import { describe, expect, it } from 'vitest';
import { personSchema } from '#domain/people/person.ts';
import { sendDigests } from '#functions/asks/send-digests.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

/** Seven in the morning in Jakarta. */
function morning(date: string) {
  return new Date(`${date}T07:00:00+07:00`).toISOString();
}
async function run(now: string) {
  const before = stage.mails.length;
  const written = await sendDigests(stage.deps, now);
  const mails = stage.mails.slice(before);
  // What was sent before is written again and sent to no one.
  expect(mails.length).toBeLessThanOrEqual(written);
  return mails;
}

async function asked(group: number, kind: 'approval' | 'site-visit') {
  const id = await stage.submitted(group);
  if (kind === 'approval') {
    await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
    await stage.turn(id, 'approval', '1-0', 0, 'ppk');
  } else await stage.turn(id, 'site-visit', '1');
  return id;
}

describe('the morning’s lists', () => {
  it('go to officials with several open asks, soonest first, once a working day', async () => {
    expect(await run(morning('2020-08-04'))).toEqual([]);
    const ids = [];
    for (const group of [1, 2, 3]) ids.push(await asked(group, 'approval'));
    const vera = await asked(4, 'site-visit');
    const mails = await run(morning('2020-08-04'));
    // pandu has two, paula one, vera one.
    expect(mails.map(({ to }) => to)).toEqual(['pandu@dinas.example']);
    const [mail] = mails;
    expect(mail?.subject).toBe('2 permintaan menunggu Anda');
    expect(mail?.text).toContain('https://jaring.example/masuk\n');
    expect(mail?.text).not.toMatch(/\/(a|masuk)\/[\w-]{20}/);
    expect(mail?.text).not.toContain(vera);
    expect(ids.filter((id) => mail?.text.includes(id))).toHaveLength(2);
    expect(await run(morning('2020-08-04'))).toEqual([]);
    expect((await run(morning('2020-08-05'))).map(({ to }) => to)).toEqual(['pandu@dinas.example']);
  });

  it('do not go out on a weekend or a public holiday', async () => {
    for (const date of ['2020-08-08', '2020-08-09', '2020-08-17', '2020-12-25'])
      expect(await run(morning(date)), date).toEqual([]);
  });

  it('do not go to who is away', async () => {
    const pandu = await stage.store.people.get('pandu');
    const away = personSchema.parse({ ...pandu, absences: [{ from: '2020-08-06', to: '2020-08-07' }] });
    await stage.store.commit({
      journal: 'settings',
      now: at(1),
      events: [],
      changes: stage.store.people.put(away),
    });
    expect(await run(morning('2020-08-06'))).toEqual([]);
    expect((await run(morning('2020-08-10'))).map(({ to }) => to)).toEqual(['pandu@dinas.example']);
  });

  it('that fail keep no other waiting; the retry sends those alone', async () => {
    for (const group of [11, 12, 13]) await asked(group, 'approval');
    stage.deps.ses.middlewareStack.add(
      (next) => async (args) => {
        const { Destination } = args.input as { Destination?: { ToAddresses?: string[] } };
        if (Destination?.ToAddresses?.[0] === 'pandu@dinas.example') throw new Error('down');
        return next(args);
      },
      { step: 'initialize', priority: 'high', name: 'fault' },
    );
    const before = stage.mails.length;
    expect(await sendDigests(stage.deps, morning('2020-08-11'))).toBe(2);
    expect(stage.deps.unsent).toHaveLength(1);
    expect(stage.mails.slice(before).map(({ to }) => to)).toEqual(['paula@dinas.example']);
    stage.deps.ses.middlewareStack.remove('fault');
    expect((await run(morning('2020-08-11'))).map(({ to }) => to)).toEqual(['pandu@dinas.example']);
  });
});
