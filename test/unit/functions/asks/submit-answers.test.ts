import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import type { FormFields } from '#domain/asks/forms.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import type { PacketInput } from '#domain/packet/packet.ts';
import type { Person } from '#domain/people/person.ts';
import { myAsksPage, pageAsked, rowsOnPage } from '#functions/asks/pages/my-asks-page.ts';
import { submitAnswers } from '#functions/asks/submit-answers.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { person as officer, openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
  await stage.direct({ put: [officer('kara', 'kpa', ['*'])] });
});

/** A proposal that waits for a KPA, whose approval accepts no account: karta or kara, the one with less to do. */
async function approval(group: number, change?: (packet: PacketInput) => void) {
  const id = await stage.submitted(group, change);
  await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
  await stage.turn(id, 'approval', '1-0', 0, 'kpa');
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

async function post(
  by: string,
  rows: Record<string, FormFields>,
  { page = 1, now = at(30), code }: { page?: number; now?: string; code?: string } = {},
) {
  const body = new URLSearchParams(code === undefined ? {} : { code });
  for (const [askId, fields] of Object.entries(rows))
    for (const [name, value] of Object.entries(fields))
      for (const each of [value ?? []].flat()) body.append(`${askId}.${name}`, each);
  const answer = await submitAnswers(stage.deps, {
    person: await person(by),
    body: body.toString(),
    page,
    now,
  });
  return { ...answer, root: parse(answer.body) };
}
async function status({ id, askId }: { id: string; askId: string }) {
  const ask = await stage.store.asks.get(id, askId);
  return ask.status === 'answered' ? ask.outcome : ask.status;
}
function lines(root: ReturnType<typeof parse>, kind: 'done' | 'problems') {
  return root.querySelectorAll(`.${kind} > ul > li`).map(({ text }) => text);
}

describe('several answers at once', () => {
  it('are each recorded by itself, and one that is wrong does not stop the others', async () => {
    const all = [];
    for (let group = 10; group < 18; group++) all.push(await approval(group));
    const [good, other, wrong, untouched] = all.filter(({ by }) => by === 'kara');
    if (!(good && other && wrong && untouched)) throw new Error('kara was not asked four times.');
    const { statusCode, root } = await post('kara', {
      [good.askId]: { outcome: 'return', reason: 'Lengkapi RAB' },
      [other.askId]: { outcome: 'reject', reason: 'Tidak sesuai juknis' },
      [wrong.askId]: { outcome: 'reject', reason: '' },
      [untouched.askId]: { outcome: '', reason: '', note: ' ' },
    });
    expect(statusCode).toBe(422);
    expect(await Promise.all([good, other, wrong, untouched].map(status))).toEqual([
      'return',
      'reject',
      'open',
      'open',
    ]);
    expect(lines(root, 'done').join()).toContain(good.id);
    expect(lines(root, 'done').join()).toContain(other.id);
    expect(lines(root, 'problems')).toEqual([expect.stringContaining(wrong.id)]);
    // The link in the summary leads to the field that is wrong, in the row that is still there.
    const href = root.querySelector('.problems a')?.getAttribute('href') ?? '';
    expect(root.querySelector(`[id="${href.slice(1)}"]`)?.getAttribute('aria-invalid')).toBe('true');
    expect(
      root.querySelector(`input[name="${wrong.askId}.outcome"][value=reject]`)?.hasAttribute('checked'),
    ).toBe(true);
    expect(root.querySelector(`[name="${good.askId}.outcome"]`)).toBeNull();
    // Each has its own event and its own resumption.
    for (const { id, askId } of [good, other])
      expect(await stage.store.audit.list({ proposalId: id })).toContainEqual(
        expect.objectContaining({
          action: 'ask.answered',
          actor: { kind: 'person', id: 'kara' },
          facts: expect.objectContaining({ askId }),
        }),
      );
    expect(
      stage.resumed.filter(({ taskToken }) => [good, other].some(({ id }) => taskToken.includes(id))),
    ).toHaveLength(2);
  });

  it('sent again record nothing twice, and say what became of each', async () => {
    const one = await approval(20);
    const before = stage.resumed.length;
    const rows = { [one.askId]: { outcome: 'reject', reason: 'Tidak layak' } };
    const [first, second] = await Promise.all([post(one.by, rows), post(one.by, rows)]);
    expect([first.statusCode, second.statusCode].sort()).toEqual([200, 422]);
    const again = await post(one.by, { [one.askId]: { outcome: 'return', reason: 'Lain' } });
    expect(lines(again.root, 'problems')).toEqual([expect.stringContaining('sudah dijawab')]);
    expect(await status(one)).toBe('reject');
    expect(stage.resumed.length).toBe(before + 1);
  });

  it('to another person’s ask, or to none, record nothing and reveal nothing of it', async () => {
    const one = await approval(21, named('Rahasia Bersama'));
    const stranger = one.by === 'karta' ? 'kara' : 'karta';
    for (const askId of [one.askId, 'P-0000000000.approval.1-0']) {
      const { statusCode, body } = await post(stranger, {
        [askId]: { outcome: 'reject', reason: 'Bukan saya' },
      });
      expect(statusCode).toBe(422);
      expect(body).toContain('tidak ditujukan kepada Anda');
      expect(body).not.toContain('Rahasia Bersama');
    }
    expect(await status(one)).toBe('open');
  });

  it('with nothing filled in say so', async () => {
    const one = await approval(22);
    const { statusCode, body } = await post(one.by, { [one.askId]: { outcome: '' } });
    expect(statusCode).toBe(422);
    expect(body).toContain('Tidak ada jawaban yang diisi');
  });

  let group = 30;
  it.each<[string, FormFields]>([
    ['doubled', { outcome: ['reject', 'return'], reason: 'x' }],
    ['foreign', { outcome: 'issued', reason: 'x' }],
    ['without a decision', { reason: 'x' }],
    ['much too long', { outcome: 'reject', reason: 'x'.repeat(2_001) }],
  ])('whose fields are %s are refused, one by one', async (_, fields) => {
    const one = await approval(++group);
    const { statusCode, root } = await post(one.by, { [one.askId]: fields });
    expect(statusCode).toBe(422);
    expect(lines(root, 'problems')).toHaveLength(1);
    expect(await status(one)).toBe('open');
  });

  it('of a megabyte, or of more asks than a page has, are refused whole', async () => {
    const one = await approval(70);
    const reason = 'x'.repeat(1_000_000);
    expect((await post(one.by, { [one.askId]: { outcome: 'reject', reason } })).statusCode).toBe(413);
    const many = Object.fromEntries(
      Array.from({ length: rowsOnPage }, (_, index) => [
        idOfAsk(one.id, 'approval', `9-${index}`),
        { outcome: 'reject' },
      ]),
    );
    const rows = { ...many, [one.askId]: { outcome: 'reject', reason: 'Cukup' } };
    expect((await post(one.by, rows)).statusCode).toBe(413);
    expect(await status(one)).toBe('open');
  });

  it('that cannot resume their execution are recorded all the same', async () => {
    const one = await approval(71);
    stage.stepFunctionsFault.next = new Error('down');
    const { statusCode } = await post(one.by, { [one.askId]: { outcome: 'reject', reason: 'Tidak layak' } });
    stage.stepFunctionsFault.next = undefined;
    expect(statusCode).toBe(200);
    expect(await status(one)).toBe('reject');
  });
});

describe('one code for several answers about money', () => {
  let group = 72;
  /** Two asks of karta's, whatever kara got meanwhile. */
  const twoOfPaulas = async () => {
    const found: Awaited<ReturnType<typeof approval>>[] = [];
    while (found.length < 2) {
      const one = await approval(++group);
      if (one.by === 'karta') found.push(one);
    }
    const [one, other] = found;
    if (!(one && other)) throw new Error('karta was not asked.');
    return [one, other] as const;
  };
  const withCode = (
    code: string | undefined,
    ...rows: { askId: string; outcome: string; reason?: string }[]
  ) =>
    post('karta', Object.fromEntries(rows.map(({ askId, ...fields }) => [askId, fields])), {
      now: at(30),
      ...(code !== undefined && { code }),
    });

  it('is checked once, and every answer is recorded with it', async () => {
    const code = await stage.enrol('karta');
    const [one, other] = await twoOfPaulas();
    const { statusCode } = await withCode(
      code(at(30)),
      { ...one, outcome: 'approve' },
      { ...other, outcome: 'approve' },
    );
    expect(statusCode).toBe(200);
    expect(await Promise.all([one, other].map(status))).toEqual(['approve', 'approve']);
    // It is used up.
    const [again] = await twoOfPaulas();
    const { root } = await withCode(code(at(30)), { ...again, outcome: 'approve' });
    expect(lines(root, 'problems')).toHaveLength(1);
    expect(root.querySelector('#field-code')?.getAttribute('aria-invalid')).toBe('true');
    expect(root.querySelector('#field-code')?.getAttribute('value')).toBe('');
    expect(await status(again)).toBe('open');
  });

  it('that is missing or wrong stops what needs it and nothing else', async () => {
    await stage.enrol('karta');
    const [one, other] = await twoOfPaulas();
    const rows = [
      { ...one, outcome: 'approve' },
      { ...other, outcome: 'reject', reason: 'Tidak layak' },
    ] as const;
    const { statusCode, root } = await withCode(undefined, ...rows);
    expect(statusCode).toBe(422);
    expect(await Promise.all([one, other].map(status))).toEqual(['open', 'reject']);
    expect(root.querySelector('.problems a[href="#field-code"]')).not.toBeNull();
    expect(
      root.querySelector(`input[name="${one.askId}.outcome"][value=approve]`)?.hasAttribute('checked'),
    ).toBe(true);
    expect((await withCode('000000', { ...one, outcome: 'approve' })).statusCode).toBe(422);
    expect(await status(one)).toBe('open');
  });

  it('that is wrong five times locks the ask it was checked for', async () => {
    await stage.enrol('karta');
    const [one, other] = await twoOfPaulas();
    const both = [
      { ...one, outcome: 'approve' },
      { ...other, outcome: 'approve' },
    ];
    for (let time = 0; time < 5; time++) await withCode('000000', ...both);
    const { root } = await withCode('000000', ...both);
    expect(lines(root, 'problems').join()).toContain('terkunci');
    expect(await Promise.all([one, other].map(status))).toEqual(['open', 'open']);
  });
});

describe('many asks', () => {
  it('come soonest first, some on a page, and a page with everything wrong stays below 60 KB', async () => {
    const vino = await person('vino');
    const longest = `${'Kelompok'.repeat(12)}&"<>`;
    const asks = Array.from({ length: 40 }, (_, index) => ({
      personId: 'vino',
      subject: { of: 'proposal' as const, id: 'P-0123456789' },
      askId: `P-0123456789.approval.${index}-0`,
      kind: 'approval' as const,
      role: 'kpa' as const,
      about: { round: index, step: 0 },
      expiresAt: at(10_000 - index),
      facts: {
        groupName: longest,
        plan: longest,
        village: '33.02.15.2003',
        members: 20,
        amountAsked: rupiah(40_000_000),
        warnings: 9,
        confirmed: 20,
        confirmedOf: 20,
        visitedOn: '2020-08-03',
      },
    }));
    const page = myAsksPage({ person: vino, asks, page: 2, enrolled: true });
    const numbers = parse(page.body)
      .querySelectorAll('h2')
      .map(({ text }) => Number.parseInt(text, 10));
    expect(numbers).toEqual(Array.from({ length: rowsOnPage }, (_, index) => rowsOnPage + index + 1));
    const first = parse(myAsksPage({ person: vino, asks, page: 1, enrolled: false }).body);
    expect(first.querySelector('section a')?.getAttribute('href')).toBe('tugas/P-0123456789.approval.39-0');
    expect(first.querySelectorAll('nav a').map((link) => link.getAttribute('href'))).toEqual(
      [2, 3, 4, 5, 6].map((number) => `tugas?halaman=${number}`),
    );
    const results = asks.slice(-rowsOnPage).map(({ askId }) => ({
      askId,
      about: {
        kind: 'approval' as const,
        subject: { of: 'proposal' as const, id: 'P-0123456789', groupName: longest },
      },
      became: 'refused' as const,
      problems: ['outcome', 'reason', 'note'].map((where) => ({
        code: 'field-missing' as const,
        where,
        facts: {},
      })),
      values: { outcome: 'reject', reason: 'x'.repeat(2_000) },
    }));
    const worst = myAsksPage({ person: vino, asks, page: 1, enrolled: true, attempt: { results } });
    expect(Buffer.byteLength(worst.body)).toBeLessThan(60_000);
    expect(Buffer.byteLength(page.body)).toBeLessThan(60_000);
  });

  it.each([
    ['2', 2],
    [undefined, 1],
    ['0', 1],
    ['-3', 1],
    ['x', 1],
    ['1e9', 1],
  ])('page %s is page %i', (asked, page) => {
    expect(pageAsked(asked)).toBe(page);
  });
});
