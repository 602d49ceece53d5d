import '#functions/behaviours.ts';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { maxReassignments } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { openOwnAsk } from '#functions/asks/ask-context.ts';
import { takeReassignmentOf } from '#functions/asks/delegate-ask.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { idOfAsk } from '#test/asks.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
import { at } from '../scene.ts';
import { openStage, person, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

/** A digest of the whole table. */
function everything() {
  return digestOf(table);
}

function askOf(id: string, kind: AskKind = 'site-visit', key = '1') {
  return stage.store.asks.get(id, idOfAsk(id, kind, key));
}

/** A proposal whose site vera is to visit, with her link. */
async function visit(group: number) {
  const id = await stage.submitted(group);
  await stage.turn(id, 'site-visit', '1');
  return { id, secret: stage.linksOf(id, 'vera@dinas.example').at(-1) ?? '' };
}
const toVino = { delegateTo: 'vino', delegateReason: 'Cuti melahirkan' };
const failed = {
  outcome: 'fail',
  visitedOn: '2020-08-03',
  latitude: '-7.42',
  longitude: '109.24',
  reason: 'Tidak ada usaha',
};
function linkOf(id: string, name: string) {
  return stage.linksOf(id, `${name}@dinas.example`).at(-1) ?? '';
}

describe('delegating an ask', () => {
  it('is a button on the page, behind which stand those who may answer and no one else', async () => {
    const { secret } = await visit(1);
    const button = parse((await stage.get(secret)).body).querySelector('form[data-reassign]');
    expect(button?.getAttribute('action')).toBe(`${secret}/delegasi`);
    expect(button?.querySelectorAll('select, textarea, input')).toEqual([]);
    expect(button?.text).toMatch(/Delegasikan.*Delegate/s);
    const before = await everything();
    const { statusCode, body } = await stage.delegate(secret, {});
    expect(statusCode).toBe(200);
    expect(await everything()).toBe(before);
    const root = parse(body);
    const form = root.querySelector('form[data-reassign]');
    const offered = form?.querySelectorAll('option').map((option) => option.getAttribute('value'));
    expect(offered).toEqual(['', 'vino']);
    expect(form?.getAttribute('action')).toBe('delegasi');
    const ids = root.querySelectorAll('[id]').map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const field of form?.querySelectorAll('select, textarea') ?? [])
      expect(root.querySelector(`label[for="${field.id}"]`)).not.toBeNull();
  });

  it('gives the other a mail with a link of their own, and leaves the deadline as it was', async () => {
    const { id, secret } = await visit(2);
    const before = await askOf(id);
    expect(await stage.delegate(secret, toVino)).toMatchObject({
      statusCode: 303,
      headers: { location: `../${secret}?tercatat` },
    });
    const after = await askOf(id);
    expect(after).toMatchObject({
      status: 'open',
      assignee: { kind: 'person', personId: 'vino', role: 'verifier' },
      expiresAt: before.expiresAt,
      turn: before.turn,
      taskToken: before.taskToken,
    });
    const mail = stage.mails.at(-1);
    expect(mail).toMatchObject({ to: 'vino@dinas.example' });
    expect(mail?.text).toContain('Petugas vera mendelegasikan permintaan ini kepada Anda');
    expect(mail?.text).not.toContain('Cuti');
    const load = (name: string) => stage.store.assignments.of(name);
    expect((await load('vera')).map(({ subject }) => subject.id)).not.toContain(id);
    expect((await load('vino')).map(({ subject }) => subject.id)).toContain(id);
    const page = await stage.get(linkOf(id, 'vino'));
    expect(page.body).toContain('data-answer');
    expect(page.body).toContain('Cuti melahirkan');
    await stage.post(linkOf(id, 'vino'), failed);
    expect(await askOf(id)).toMatchObject({ status: 'answered', answeredBy: { id: 'vino' } });
  });

  it('is in the record with from, to and who did it, and without the reason', async () => {
    const { id, secret } = await visit(3);
    await stage.delegate(secret, toVino);
    const event = (await stage.store.audit.list({ proposalId: id })).at(-1);
    expect(event).toMatchObject({
      action: 'ask.delegated',
      actor: { kind: 'person', id: 'vera' },
      facts: { from: 'vera', to: 'vino', kind: 'site-visit' },
    });
    expect(JSON.stringify(event)).not.toContain('Cuti');
    expect(await stage.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });
  });

  it('leaves the old link to show to whom, when and by whom, and later what was decided', async () => {
    const { id, secret } = await visit(4);
    await stage.delegate(secret, toVino);
    for (const page of [await stage.get(secret), await stage.post(secret, failed)]) {
      expect(page.statusCode).toBe(200);
      for (const shown of ['Petugas vino', 'Petugas vera', '3 Agustus 2020 pukul 10.00 WIB'])
        expect(page.body).toContain(shown);
      expect(page.body).not.toContain('<form');
    }
    expect((await askOf(id)).status).toBe('open');
    await stage.post(linkOf(id, 'vino'), failed);
    expect((await stage.get(secret)).body).toContain('Jawaban sudah dicatat');
  });

  it.each([
    ['no one', { delegateTo: '', delegateReason: 'x' }, ['wajib']],
    [
      'a person of another role',
      { delegateTo: 'kas', delegateReason: 'x' },
      ['tidak, atau tidak lagi, boleh'],
    ],
    ['oneself', { delegateTo: 'vera', delegateReason: 'x' }, ['tidak, atau tidak lagi, boleh']],
    [
      'a person who is not there',
      { delegateTo: 'nobody', delegateReason: 'x' },
      ['tidak, atau tidak lagi, boleh'],
    ],
    ['two at once', { delegateTo: ['vino', 'vera'], delegateReason: 'x' }, ['lebih dari satu kali']],
    ['a person without a reason', { delegateTo: 'vino', delegateReason: ' ' }, ['Tulis alasannya']],
    [
      'a person for two reasons',
      { delegateTo: 'vino', delegateReason: ['x', 'y'] },
      ['lebih dari satu kali'],
    ],
    ['with NUL bytes', { delegateTo: 'vino', delegateReason: 'a\0b' }, ['tidak dapat dicetak']],
    ['with a long text', { delegateTo: 'vino', delegateReason: 'x'.repeat(2001) }, ['terlalu panjang']],
    ['with nothing filled in', { delegateTo: '', delegateReason: '' }, ['wajib', 'Tulis alasannya']],
  ])('to %s changes nothing and says what is wrong', async (_, fields, problems) => {
    const { secret } = await visit(5);
    const before = await everything();
    const page = await stage.delegate(secret, fields);
    expect(page.statusCode).toBe(422);
    for (const text of problems) expect(page.body).toContain(text);
    expect(page.body).not.toContain('\0');
    const form = parse(page.body).querySelector('form');
    expect(form?.getAttribute('action')).toBe('delegasi');
    expect(await everything()).toBe(before);
  });

  it('to a person whom separation of duties bars, who is away or who left meanwhile is refused', async () => {
    const { id, secret } = await visit(6);
    const before = await askOf(id);
    const [vino] = (await stage.store.people.all()).filter((each) => each.id === 'vino');
    if (vino === undefined) throw new Error('vino is not there');
    await stage.direct({ put: [{ ...vino, absences: [{ from: '2020-08-03', to: '2020-08-03' }] }] });
    expect(await stage.delegate(secret, toVino)).toMatchObject({ statusCode: 422 });
    const listed = await stage.delegate(secret, {});
    expect(listed).toMatchObject({ statusCode: 200, body: expect.stringContaining('tidak ada orang lain') });
    expect(listed.body).not.toContain('data-reassign');
    await stage.direct({ put: [{ ...vino, roles: [{ role: 'kppn', areas: ['33'] }] }] });
    expect(await stage.delegate(secret, toVino)).toMatchObject({ statusCode: 422 });
    await stage.direct({ put: [vino] });
    await stage.store.proposals.update(id, at(20), (proposal) => ({
      proposal: {
        ...proposal,
        involvements: [{ kind: 'spm', about: { tranche: 1, round: 1 }, personId: 'vino' }],
      },
      result: undefined,
    }));
    expect(await stage.delegate(secret, toVino)).toMatchObject({ statusCode: 422 });
    expect(await askOf(id)).toEqual(before);
  });

  it('escapes markup in the reason wherever it is shown, and refuses a megabyte', async () => {
    const { id, secret } = await visit(7);
    const hostile = '<img src=x onerror=alert(1)>\u202e & "x"';
    expect(await stage.delegate(secret, { ...toVino, delegateReason: 'x'.repeat(1_000_000) })).toMatchObject({
      statusCode: 413,
    });
    const wrong = await stage.delegate(secret, { delegateTo: 'kas', delegateReason: hostile });
    await stage.delegate(secret, { ...toVino, delegateReason: hostile });
    for (const { body } of [wrong, await stage.get(linkOf(id, 'vino'))]) {
      expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(body).not.toMatch(/<img|\u202e/);
    }
  });

  it('and an answer at the same instant end with one of the two', async () => {
    for (let group = 20; group < 28; group++) {
      const { id, secret } = await visit(group);
      const both = [() => stage.post(secret, failed), () => stage.delegate(secret, toVino)];
      await Promise.all((group % 2 === 0 ? both : both.toReversed()).map((each) => each()));
      const ask = await askOf(id);
      const actions = (await stage.actions(id)).filter((each) => /^ask\.(answered|delegated)$/.test(each));
      const expected =
        ask.status === 'open'
          ? { end: 'ask.delegated', person: 'vino' }
          : { end: 'ask.answered', person: 'vera' };
      expect(actions).toEqual([expected.end]);
      expect(ask.assignee).toMatchObject({ personId: expected.person });
    }
  });

  it('and a reminder at the same instant both hold', async () => {
    for (let group = 30; group < 34; group++) {
      const { id, secret } = await visit(group);
      const [token] = await Promise.all([
        stage.turn(id, 'site-visit', '1', 1).catch(() => stage.turn(id, 'site-visit', '1', 1)),
        stage.delegate(secret, toVino),
      ]);
      expect(await askOf(id)).toMatchObject({ assignee: { personId: 'vino' }, turn: 1, taskToken: token });
    }
  });

  it('records no answer of the one who delegated it, though the form was opened before', async () => {
    const { id, secret } = await visit(8);
    await stage.delegate(secret, toVino);
    const late = await recordAndResume(stage.deps, {
      ...{ askId: idOfAsk(id, 'site-visit', '1') },
      ...{ by: { kind: 'person', id: 'vera' }, now: at(61) },
      answer: { outcome: 'fail', visitedOn: '2020-08-03', reason: 'x' },
    });
    expect(late.status).toBe('not-asked');
    expect((await askOf(id)).status).toBe('open');
  });

  it('mails once, though the form is sent again, and mails what a failure kept back', async () => {
    const { id, secret } = await visit(9);
    const toOther = () =>
      stage.mails.filter(({ to, subject }) => to.startsWith('vino@') && subject.includes(id));
    const down = new SESv2Client({ region: 'ap-southeast-3', maxAttempts: 1 });
    down.middlewareStack.add(() => () => Promise.reject(new Error('down')), { step: 'initialize' });
    const broken = posting({ ...stage.deps, ses: down });
    expect(await stage.delegate(secret, toVino, at(60), broken)).toMatchObject({ statusCode: 303 });
    expect(broken.unsent).toHaveLength(1);
    expect(await askOf(id)).toMatchObject({ assignee: { personId: 'vino' } });
    expect(toOther()).toHaveLength(0);
    for (let time = 0; time < 2; time++) {
      expect(await stage.delegate(secret, toVino)).toMatchObject({ statusCode: 303 });
      expect(toOther()).toHaveLength(1);
    }
    expect((await stage.actions(id)).filter((action) => action === 'ask.delegated')).toHaveLength(1);
  });

  it('goes back and forth a few times and then no more', async () => {
    const { id } = await visit(10);
    for (let time = 0; time < maxReassignments; time++) {
      const [from, to] = time % 2 === 0 ? ['vera', 'vino'] : ['vino', 'vera'];
      await stage.delegate(linkOf(id, from ?? ''), { delegateTo: to ?? '', delegateReason: 'x' });
    }
    expect(await askOf(id)).toMatchObject({ assignee: { personId: 'vera' } });
    expect((await askOf(id)).reassignments).toHaveLength(maxReassignments);
    const page = await stage.delegate(linkOf(id, 'vera'), toVino);
    expect(page).toMatchObject({ statusCode: 422 });
    expect(page.body).toContain(`${maxReassignments} kali diteruskan`);
    expect((await stage.get(linkOf(id, 'vera'))).body).toContain('data-answer');
  });

  it('by the superior takes the ask from the silent person as well', async () => {
    await stage.direct({ put: [person('vita', 'verifier', ['33'])] });
    const { id, secret } = await visit(11);
    const escalation = (await askOf(id)).turns.findIndex((turn) => turn.do === 'escalate');
    await stage.turn(id, 'site-visit', '1', escalation);
    expect(await askOf(id)).toMatchObject({ assignee: { personId: 'vera' }, escalatedTo: 'vino' });
    await stage.delegate(linkOf(id, 'vino'), { delegateTo: 'vita', delegateReason: 'Mohon ditangani' });
    const ask = await askOf(id);
    expect(ask).toMatchObject({ assignee: { personId: 'vita' } });
    expect(ask.escalatedTo).toBeUndefined();
    for (const link of [secret, linkOf(id, 'vino')]) {
      expect(await stage.get(link)).toMatchObject({ statusCode: 200 });
      expect((await stage.get(link)).body).toContain('Petugas vita');
    }
    await stage.direct({ remove: ['vita'] });
  });

  it('works the same for a person who has signed in, and their page shows afterwards what became of the ask', async () => {
    const { id } = await visit(13);
    const askId = idOfAsk(id, 'site-visit', '1');
    const [vera] = (await stage.store.people.all()).filter((each) => each.id === 'vera');
    const own = async () => vera && openOwnAsk(stage.store, vera, askId, at(60));
    const opened = await own();
    if (opened === undefined) throw new Error('vera is not asked');
    const form = parse((await pageOf(stage.deps, opened)).body).querySelector('form[data-reassign]');
    expect(form?.getAttribute('action')).toBe(`${askId}/delegasi`);
    const body = new URLSearchParams(toVino).toString();
    expect(await takeReassignmentOf(stage.deps, opened, { body, now: at(60) })).toMatchObject({
      statusCode: 303,
      headers: { location: `../${askId}?tercatat` },
    });
    const after = await own();
    if (after === undefined) throw new Error('vera cannot see what she delegated');
    expect((await pageOf(stage.deps, after)).body).toContain('Petugas vino');
    const [kas] = (await stage.store.people.all()).filter((each) => each.id === 'kas');
    expect(kas && (await openOwnAsk(stage.store, kas, askId, at(60)))).toBeUndefined();
  });

  it('is not for the leader, the members, foreign links and links that have ended', async () => {
    const id = await stage.submitted(12);
    await stage.turn(id, 'membership', '1');
    const before = await everything();
    const page = await stage.delegate(stage.linksOf(id)[0] ?? '', toVino);
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('tidak dapat didelegasikan');
    expect(await stage.delegate('A'.repeat(43), toVino)).toMatchObject({ statusCode: 404 });
    expect(
      await stage.delegate(stage.linksOf(id)[0] ?? '', toVino, '2030-01-01T00:00:00.000Z'),
    ).toMatchObject({
      statusCode: 410,
    });
    expect(await everything()).toBe(before);
  });
});

describe('a person who is no longer what they were', () => {
  it('is barred once they have lost the role, and can neither answer nor delegate', async () => {
    const { id, secret } = await visit(40);
    const [vera] = (await stage.store.people.all()).filter((each) => each.id === 'vera');
    if (vera === undefined) throw new Error('vera is not there');
    await stage.direct({ put: [{ ...vera, roles: [{ role: 'mentor', areas: ['33.02'] }] }] });
    const before = await everything();
    for (const page of [await stage.get(secret), await stage.post(secret, failed)]) {
      expect(page.statusCode).toBe(403);
      expect(page.body).toContain('tidak lagi ditujukan kepada Anda');
    }
    await stage.delegate(secret, toVino);
    expect(await everything()).toBe(before);
    await stage.direct({ put: [vera] });
    expect((await askOf(id)).status).toBe('open');
  });

  it('is replaced at the next turn once removed from the directory', async () => {
    const { id, secret } = await visit(41);
    const [vera] = (await stage.store.people.all()).filter((each) => each.id === 'vera');
    await stage.direct({ remove: ['vera'] });
    expect(await stage.get(secret)).toMatchObject({ statusCode: 403 });
    await stage.turn(id, 'site-visit', '1', 1);
    expect(await askOf(id)).toMatchObject({ assignee: { personId: 'vino' } });
    expect((await stage.get(linkOf(id, 'vino'))).body).toContain('data-answer');
    await stage.direct({ put: vera === undefined ? [] : [vera] });
  });
});

describe('an ask that no one may answer', () => {
  const kasOnly = person('kas', 'kppn', ['33']);
  const kalim = person('kalim', 'kppn', ['63']);
  const away = (who: typeof kasOnly) => ({ ...who, absences: [{ from: '2020-08-01', to: '2020-08-31' }] });
  const adminLink = (id: string) => linkOf(id, 'ada');
  /** An SP2D that no one of the region can issue, with kalim far away. */
  const unassigned = async (group: number) => {
    const id = await stage.submitted(group);
    await stage.direct({ put: [away(kasOnly), kalim] });
    await stage.turn(id, 'sp2d', '1');
    return id;
  };

  it('is reported to the administrator with the reason: none listed, all away, or separation of duties', async () => {
    const reasons: [string, () => Promise<unknown>, string][] = [
      ['none', () => stage.direct({ remove: ['kas', 'kalim'] }), 'Tidak ada orang dengan jabatan itu'],
      ['away', () => stage.direct({ put: [away(kasOnly)] }), 'sedang tidak hadir'],
      ['eyes', () => stage.direct({ put: [kasOnly] }), 'empat mata'],
    ];
    for (const [index, [, change, reason]] of reasons.entries()) {
      await change();
      const id = await stage.submitted(50 + index);
      await stage.store.proposals.update(id, at(5), (proposal) => ({
        proposal: {
          ...proposal,
          involvements: [{ kind: 'approval', about: { round: 1, step: 0 }, personId: 'kas' }],
        },
        result: undefined,
      }));
      if (reason !== 'empat mata')
        await stage.store.proposals.update(id, at(6), (proposal) => ({
          proposal: { ...proposal, involvements: [] },
          result: undefined,
        }));
      await stage.turn(id, 'sp2d', '1');
      expect(stage.mails.at(-1)).toMatchObject({ to: 'ada@dinas.example' });
      expect(stage.mails.at(-1)?.text).toContain(reason);
      const page = await stage.get(adminLink(id));
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain(reason);
    }
  });

  it('is given by the administrator to a holder of any area, who then answers and keeps it', async () => {
    const id = await unassigned(60);
    const page = parse((await stage.get(adminLink(id))).body);
    expect(page.querySelector('h1')?.text).toContain('Tunjuk petugas');
    expect(page.querySelector('[data-answer]')).toBeNull();
    expect(page.querySelectorAll('option').map((option) => option.getAttribute('value'))).toEqual([
      '',
      'kalim',
    ]);
    expect(await stage.delegate(adminLink(id), { delegateTo: 'kalim' })).toMatchObject({ statusCode: 303 });
    expect(await askOf(id, 'sp2d')).toMatchObject({ assignee: { personId: 'kalim', namedBy: 'ada' } });
    expect((await stage.store.audit.list({ proposalId: id })).at(-1)).toMatchObject({
      action: 'ask.assigned',
      actor: { kind: 'person', id: 'ada' },
      facts: { assignee: 'kalim', before: 'nobody' },
    });
    expect(stage.mails.at(-1)).toMatchObject({ to: 'kalim@dinas.example' });
    await stage.turn(id, 'sp2d', '1', 1);
    expect(await askOf(id, 'sp2d')).toMatchObject({ assignee: { personId: 'kalim' } });
    expect(stage.mails.at(-1)).toMatchObject({ to: 'kalim@dinas.example' });
    expect((await stage.get(linkOf(id, 'kalim'))).body).toContain('data-answer');
    const shown = await stage.get(adminLink(id));
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('Petugas kalim');
    expect(shown.body).not.toContain('<form');
  });

  it('is never answered by the administrator', async () => {
    const id = await unassigned(61);
    const before = await everything();
    const page = await stage.post(adminLink(id), { outcome: 'issued', number: 'SP2D-1', date: '2020-08-03' });
    expect(page.body).toContain('Tunjuk petugas');
    expect(await everything()).toBe(before);
  });

  it.each([
    ['a person of another role', 'mira'],
    ['a person who is away', 'kas'],
    ['the administrator', 'ada'],
    ['no one', ''],
  ])('is not given to %s, by whatever form', async (_, delegateTo) => {
    const id = await unassigned(62);
    const before = await everything();
    const page = await stage.delegate(adminLink(id), { delegateTo });
    expect(page).toMatchObject({ statusCode: 422 });
    expect(parse(page.body).querySelectorAll('.problems li')).toHaveLength(1);
    expect(await everything()).toBe(before);
  });

  it('is not given to a person whom separation of duties bars', async () => {
    const id = await stage.submitted(63);
    await stage.direct({ put: [away(kasOnly), kalim] });
    await stage.store.proposals.update(id, at(5), (proposal) => ({
      proposal: {
        ...proposal,
        involvements: [{ kind: 'approval', about: { round: 1, step: 0 }, personId: 'kalim' }],
      },
      result: undefined,
    }));
    await stage.turn(id, 'sp2d', '1');
    expect((await stage.get(adminLink(id))).body).toContain('Di seluruh direktori pun');
    expect(await stage.delegate(adminLink(id), { delegateTo: 'kalim' })).toMatchObject({ statusCode: 422 });
  });

  it('says so when a person has been found meanwhile, by the link and by the form', async () => {
    const id = await unassigned(64);
    await stage.direct({ put: [kasOnly] });
    await stage.turn(id, 'sp2d', '1', 1);
    const before = await askOf(id, 'sp2d');
    expect(before).toMatchObject({ assignee: { personId: 'kas' } });
    expect(await stage.delegate(adminLink(id), { delegateTo: 'kalim' })).toMatchObject({ statusCode: 303 });
    const page = await stage.get(adminLink(id));
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('sudah ada petugasnya');
    expect(page.body).toContain('Petugas kas');
    expect(await askOf(id, 'sp2d')).toEqual(before);
  });

  it('is the administrator’s again when the one they named goes away', async () => {
    const id = await unassigned(65);
    await stage.delegate(adminLink(id), { delegateTo: 'kalim' });
    await stage.direct({ put: [away(kalim)] });
    await stage.turn(id, 'sp2d', '1', 1);
    const { assignee } = await askOf(id, 'sp2d');
    expect(assignee).toEqual({ kind: 'person', personId: 'nobody', role: 'kppn' });
    expect(stage.mails.at(-1)).toMatchObject({ to: 'ada@dinas.example' });
    expect((await stage.get(adminLink(id))).body).toContain('Di seluruh direktori pun');
  });
});
