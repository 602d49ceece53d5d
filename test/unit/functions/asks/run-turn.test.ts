import { describe, expect, it } from 'vitest';
import { runTurn } from '#functions/asks/run-turn.ts';
import { hashLinkSecret } from '#functions/store/links.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { officers, openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const members = Array.from({ length: 20 }, (_, index) => `anggota${index + 1}@kelompok.example`);

describe('asking a person', () => {
  it('asks the most local holder of the role, once, by a link whose secret only the mail knows', async () => {
    const id = await stage.submitted(1);
    const token = await stage.turn(id, 'site-visit', '1');
    await stage.turn(id, 'site-visit', '1');
    const mails = stage.mails.filter(({ subject }) => subject.includes(id));
    expect(mails.map(({ to }) => to)).toEqual(['vera@dinas.example']);
    const [secret = ''] = stage.linksOf(id);
    expect(await stage.store.messages.link(secret, at(60))).toMatchObject({ personId: 'vera' });
    expect(await stage.store.messages.link(hashLinkSecret(secret).slice(0, 43), at(60))).toBeUndefined();
    const record = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
    expect(record).toMatchObject({ status: 'open', assignee: { personId: 'vera' }, taskToken: token });
    for (const { text, html, subject } of mails) expect(`${text}${html}${subject}`).not.toContain(token);
  });

  it('asks no one who has acted at another stage of the same proposal', async () => {
    const id = await stage.submitted(2);
    await stage.store.proposals.update(id, at(5), (proposal) => ({
      proposal: {
        ...proposal,
        involvements: [{ kind: 'approval', about: { round: 1, step: 0 }, personId: 'vera' }],
      },
      result: undefined,
    }));
    await stage.turn(id, 'site-visit', '1');
    expect(await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'))).toMatchObject({
      assignee: { personId: 'vino' },
    });
  });

  it('reminds with a new link while the old one keeps working, and takes the new token', async () => {
    const id = await stage.submitted(3);
    await stage.turn(id, 'spp', '1');
    const token = await stage.turn(id, 'spp', '1', 1);
    const [first = '', second = ''] = stage.linksOf(id);
    expect(first).not.toBe(second);
    for (const secret of [first, second]) expect((await stage.get(secret)).body).toContain('data-answer');
    expect(await stage.store.asks.get(id, idOfAsk(id, 'spp', '1'))).toMatchObject({
      turn: 1,
      taskToken: token,
    });
    expect(stage.mails.at(-1)?.subject).toContain('Pengingat');
  });

  it('has its reminders in the record, each once', async () => {
    const id = await stage.submitted(31);
    const turn = {
      subject: { of: 'proposal' as const, id },
      kind: 'spp' as const,
      about: { tranche: 1, round: 1 },
      turn: 1,
      taskToken: 'second',
      plan: await stage.planned(id, 'spp', at(10)),
      now: at(1440),
    };
    await stage.turn(id, 'spp', '1');
    for (const _ of [1, 2]) await runTurn(stage.deps, turn);
    const events = await stage.store.audit.list({ proposalId: id });
    const reminded = events.filter(({ action }) => action === 'ask.reminded');
    expect(reminded.map(({ facts }) => facts)).toEqual([
      expect.objectContaining({ askId: idOfAsk(id, 'spp', '1'), turn: 1 }),
    ]);
  });

  it('begins again where an execution was redriven, with a new deadline and a new mail', async () => {
    const id = await stage.submitted(30);
    const askId = idOfAsk(id, 'spp', '1');
    await stage.turn(id, 'spp', '1');
    await stage.turn(id, 'spp', '1', 1);
    const before = await stage.store.asks.get(id, askId);
    const mailed = stage.linksOf(id).length;
    const later = at(3 * 1440);
    const again = {
      subject: { of: 'proposal' as const, id },
      kind: 'spp' as const,
      about: { tranche: 1, round: 1 },
      turn: 0,
      taskToken: 'redriven',
    };
    const plan = await stage.planned(id, 'spp', later);
    for (const _ of [1, 2]) await runTurn(stage.deps, { ...again, plan, now: later });
    const after = await stage.store.asks.get(id, askId);
    expect(after).toMatchObject({ status: 'open', turn: 0, taskToken: 'redriven' });
    expect(after.expiresAt > before.expiresAt).toBe(true);
    expect(stage.linksOf(id)).toHaveLength(mailed + 1);
    // A late delivery of a turn of the execution before takes nothing back.
    const overtaken = { ...again, plan, turn: 2, taskToken: 'of before', now: at(20) };
    expect(await runTurn(stage.deps, overtaken)).toBe('overtaken');
    expect(await stage.store.asks.get(id, askId)).toMatchObject({ turn: 0, taskToken: 'redriven' });
  });

  it('resumes a redriven execution at once with what was answered in a later turn of the one before', async () => {
    const id = await stage.submitted(31);
    await stage.turn(id, 'spp', '1');
    await stage.turn(id, 'spp', '1', 1);
    const { assignee } = await stage.store.asks.get(id, idOfAsk(id, 'spp', '1'));
    const code = await stage.enrol(assignee.kind === 'person' ? assignee.personId : '');
    await stage.post(stage.linksOf(id).at(-1) ?? '', {
      code: code(at(60)),
      outcome: 'issued',
      number: 'SPP-1',
      date: '2020-08-03',
    });
    await runTurn(stage.deps, {
      ...{ subject: { of: 'proposal', id }, kind: 'spp', about: { tranche: 1, round: 1 }, turn: 0 },
      plan: await stage.planned(id, 'spp', at(1440)),
      ...{ taskToken: `redriven ${id}`, now: at(1440) },
    });
    expect(stage.resumed.filter(({ taskToken }) => taskToken === `redriven ${id}`)).toEqual([
      { taskToken: `redriven ${id}`, outcome: 'issued' },
    ]);
  });

  it('escalates to the superior, notifies both, and either may answer', async () => {
    const id = await stage.submitted(4);
    await stage.turn(id, 'site-visit', '1');
    const ask = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
    const escalation = ask.turns.findIndex((turn) => turn.do === 'escalate');
    expect(escalation).toBeGreaterThan(0);
    await stage.turn(id, 'site-visit', '1', escalation);
    expect(await stage.store.asks.get(id, ask.id)).toMatchObject({ escalatedTo: 'vino' });
    const escalated = stage.mails.findLast(({ subject }) => subject.includes('Eskalasi'));
    expect(escalated).toMatchObject({ to: 'vino@dinas.example' });
    expect(escalated?.text).toContain('Petugas vera belum menjawab');
    for (const to of ['vera@dinas.example', 'vino@dinas.example']) {
      const secret = stage.linksOf(id, to).at(-1) ?? '';
      expect((await stage.get(secret)).body).toContain('data-answer');
    }
  });

  it('ends as expired on its last turn: an outcome like any other', async () => {
    const id = await stage.submitted(5);
    await stage.turn(id, 'spp', '1');
    const { turns } = await stage.store.asks.get(id, idOfAsk(id, 'spp', '1'));
    const token = await stage.turn(id, 'spp', '1', turns.length - 1);
    await stage.turn(id, 'spp', '1', turns.length - 1);
    expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toEqual([
      { taskToken: token, outcome: 'expired' },
    ]);
    expect((await stage.actions(id)).filter((action) => action.startsWith('ask.'))).toEqual([
      'ask.opened',
      'ask.expired',
    ]);
    const page = await stage.get(stage.linksOf(id)[0] ?? '');
    expect(page).toMatchObject({ statusCode: 200 });
    expect(page.body).toContain('Batas waktu untuk menjawab sudah lewat');
  });

  it('notifies the administrators when no one may act, and asks as soon as there is a person', async () => {
    const id = await stage.submitted(6);
    const kas = officers.filter((officer) => officer.id === 'kas');
    const change = (changes: ReturnType<typeof stage.store.people.put>) =>
      stage.store.commit({ journal: 'settings', now: at(9), events: [], changes });
    await change([stage.store.people.remove('kas')]);
    await stage.turn(id, 'sp2d', '1');
    expect(stage.mails.at(-1)).toMatchObject({ to: 'ada@dinas.example' });
    expect(stage.mails.at(-1)?.text).toContain('kppn');
    expect(stage.mails.at(-1)?.text).toContain('Tidak ada orang dengan jabatan itu');
    expect(stage.linksOf(id)).toHaveLength(1);
    await change(kas.flatMap(stage.store.people.put));
    await stage.turn(id, 'sp2d', '1', 1);
    expect(stage.mails.at(-1)).toMatchObject({ to: 'kas@dinas.example' });
    expect(stage.mails.at(-1)?.subject).not.toContain('Pengingat');
    expect(await stage.actions(id)).toContain('ask.assigned');
  });

  it('writes to the leader, and lists everything that is wrong with the packet', async () => {
    const { id } = await stage.scene.submitted(
      'people-broken',
      '{"programme": 5, "contact": {"email": "k@kelompok.example"}}',
    );
    await stage.turn(id, 'correction', '1');
    const mail = stage.mails.at(-1);
    expect(mail).toMatchObject({ to: 'k@kelompok.example' });
    const ask = await stage.store.asks.get(id, idOfAsk(id, 'correction', '1'));
    const problems = ask.problems ?? [];
    expect(problems.length).toBeGreaterThan(0);
    const page = await stage.get(stage.linksOf(id)[0] ?? '');
    const listed = page.body.split('<h2>').find((part) => part.startsWith('Yang harus diperbaiki')) ?? '';
    expect(listed.match(/<li>/g)).toHaveLength(problems.length);
    expect(page.body).toContain('people-broken/proposal.json');
    expect(page.body).toMatch(/people-broken\/attachments\/\$\{filename\}/);
  });
});

describe('asking all members', () => {
  const confirm = async (id: string, to: string, answer: 'confirmed' | 'denied') =>
    stage.post(stage.linksOf(id, to).at(-1) ?? '', { outcome: answer });

  it('mails each a link of their own, and is answered once when enough confirmed, though all do at once', async () => {
    const id = await stage.submitted(20);
    const token = await stage.turn(id, 'membership', '1');
    expect(
      stage.mails
        .filter(({ subject }) => subject.includes(id))
        .map(({ to }) => to)
        .sort(),
    ).toEqual([...members].sort());
    await Promise.all(members.slice(0, 16).map((to) => confirm(id, to, 'confirmed')));
    expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toEqual([
      { taskToken: token, outcome: 'quorum' },
    ]);
    const parent = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
    const needed = parent.quorum?.needed;
    expect(parent).toMatchObject({
      status: 'answered',
      answer: { outcome: 'quorum', confirmed: needed, of: 20 },
    });
    const answers = (await stage.actions(id)).filter((action) => action === 'ask.answered');
    expect(answers).toHaveLength(17);
  });

  it('is not lost when the function that counted the last answer dies before it resumes', async () => {
    const id = await stage.submitted(26);
    const token = await stage.turn(id, 'membership', '1');
    const { quorum } = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
    const enough = members.slice(0, quorum?.needed);
    for (const to of enough.slice(0, -1)) await confirm(id, to, 'confirmed');
    stage.stepFunctionsFault.next = new Error('network');
    const last = enough.at(-1) ?? '';
    expect(await confirm(id, last, 'confirmed')).toMatchObject({ statusCode: 303 });
    stage.stepFunctionsFault.next = undefined;
    expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toEqual([]);
    const recorded = await stage.actions(id);
    // Who sends the form again finds the answer recorded; the next turn resumes at once and writes to no one.
    expect((await confirm(id, last, 'denied')).statusCode).toBe(200);
    const mailed = stage.mails.length;
    const next = await stage.turn(id, 'membership', '1', 1);
    expect(stage.resumed.at(-1)).toEqual({ taskToken: next, outcome: 'quorum' });
    expect(stage.mails).toHaveLength(mailed);
    expect(await stage.actions(id)).toEqual(recorded);
    expect(await stage.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });
  });

  it('counts a member who answers by two windows at the same instant once', async () => {
    const id = await stage.submitted(27);
    await stage.turn(id, 'membership', '1');
    const to = members[4] ?? '';
    await Promise.all([1, 2, 3].map(() => confirm(id, to, 'confirmed')));
    expect((await stage.actions(id)).filter((action) => action === 'ask.answered')).toHaveLength(1);
  });

  it('ends once where members answer while the time ends', async () => {
    for (const group of [28, 29]) {
      const id = await stage.submitted(group);
      await stage.turn(id, 'membership', '1');
      const { turns, quorum } = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
      const needed = quorum?.needed ?? 0;
      for (const to of members.slice(0, needed - 2)) await confirm(id, to, 'confirmed');
      const last = () => stage.turn(id, 'membership', '1', turns.length - 1);
      const answers = members.slice(needed - 2, needed + 1).map((to) => () => confirm(id, to, 'confirmed'));
      await Promise.all((group === 28 ? [last, ...answers] : [...answers, last]).map((act) => act()));
      const ask = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
      const ends = (await stage.store.audit.list({ proposalId: id })).filter(
        ({ action, facts }) => facts.askId === ask.id && /^ask\.(answered|expired)$/.test(action),
      );
      expect(ends.map(({ action }) => action)).toEqual([`ask.${ask.status}`]);
      expect(stage.resumed.at(-1)?.outcome).toBe(ask.status === 'answered' ? ask.outcome : 'expired');
      expect(await stage.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });
    }
  });

  it('stops at the first who says “that is not me”', async () => {
    const id = await stage.submitted(21);
    const token = await stage.turn(id, 'membership', '1');
    await confirm(id, members[0] ?? '', 'confirmed');
    await confirm(id, members[1] ?? '', 'denied');
    expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toEqual([
      { taskToken: token, outcome: 'denied' },
    ]);
  });

  it('keeps a denial that comes after the quorum in the record, and notifies the administrator', async () => {
    const id = await stage.submitted(22);
    await stage.turn(id, 'membership', '1');
    const parent = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
    for (const to of members.slice(0, parent.quorum?.needed)) await confirm(id, to, 'confirmed');
    await confirm(id, members.at(-1) ?? '', 'denied');
    expect((await stage.actions(id)).at(-1)).toBe('membership.denied-late');
    expect(await stage.store.asks.get(id, parent.id)).toMatchObject({ outcome: 'quorum' });
    const notices = stage.mails.filter(({ to, subject }) => to.startsWith('ada@') && subject.includes(id));
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toMatch(/anggota nomor 20[\s\S]*named as member 20/);
  });

  it('notifies no one of a second denial, which only agrees with the first', async () => {
    const id = await stage.submitted(24);
    await stage.turn(id, 'membership', '1');
    for (const to of members.slice(0, 2)) await confirm(id, to, 'denied');
    expect(stage.mails.filter(({ to, subject }) => to.startsWith('ada@') && subject.includes(id))).toEqual(
      [],
    );
    expect(await stage.actions(id)).not.toContain('membership.denied-late');
  });

  it('reminds only those who have not answered, and shows late ones that time is over', async () => {
    const id = await stage.submitted(23);
    await stage.turn(id, 'membership', '1');
    await confirm(id, members[0] ?? '', 'confirmed');
    const before = stage.mails.length;
    await stage.turn(id, 'membership', '1', 1);
    expect(stage.mails.slice(before).map(({ to }) => to)).not.toContain(members[0]);
    expect(stage.mails.length - before).toBe(19);
    const { turns } = await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'));
    await stage.turn(id, 'membership', '1', turns.length - 1);
    expect((await confirm(id, members[5] ?? '', 'confirmed')).body).toContain('sudah lewat');
  });
});
