import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { contentOf, tranchesOf } from '#domain/proposal/proposal.ts';
import type { Tranche } from '#domain/proposal/tranche.ts';
import { draftPapers } from '#functions/payment/draft-papers.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { reserveTranche } from '#functions/payment/reserve-tranche.ts';
import { AccountNotCorrected, givenAccount } from '#functions/payment/tranche-answers.ts';
import { newestRulePack } from '#programmes/index.ts';
import { pdfFile } from '#samples/files.ts';
import { idOfAsk } from '#test/asks.ts';
import { regions } from '../../domain/packet/packets.ts';
import { jpeg, pdf } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

const documents = newestRulePack('tkm-2020').tranches[0]?.documents ?? [];

/** A person's link to an ask that was just put to them, by the last mail about the proposal. */
async function asked(id: string, kind: AskKind, key: string, turn = 0) {
  await treasury.turn(id, kind, key, turn);
  return {
    secret: treasury.linksOf(id).at(-1) ?? '',
    mail: treasury.mails.findLast(({ subject }) => subject.includes(id)),
  };
}
function handIn(id: string, key: string, types: readonly string[], kind: AskKind = 'tranche-documents') {
  for (const type of types) {
    const count = documents.find((each) => each.type === type)?.min ?? 1;
    for (let file = 1; file <= count; file++)
      treasury.upload(id, kind, key, type, `${type}-${file}`, type === 'photos' ? jpeg : pdf);
  }
}
async function opened(group: number) {
  const id = await treasury.awarded(group);
  await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(41) });
  return id;
}
async function trancheOf(id: string): Promise<Tranche> {
  const proposal = await treasury.store.proposals.get(id);
  const [tranche] = tranchesOf(proposal);
  if (tranche === undefined) throw new RangeError('not awarded');
  return tranche;
}
/** What the page lists as wrong. */
function problemsOn(body: string) {
  return parse(body)
    .querySelectorAll('.problems li')
    .map(({ text }) => text);
}
async function factsOf(id: string, action: string) {
  return (await treasury.store.audit.list({ proposalId: id }))
    .filter((event) => event.action === action)
    .map(({ facts }) => facts);
}

const types = documents.map(({ type }) => type);
const accepted = Object.fromEntries(types.map((type) => [`paper-${type}`, 'accepted']));
/** Each at a minute of their own, for the sake of their codes. */
let minute = 300;
async function post(secret: string, personId: string, fields: Record<string, string>) {
  const code = await treasury.enrol(personId);
  minute += 1;
  return treasury.post(secret, { ...fields, code: code(at(minute)) }, at(minute));
}
function numbered(number: string) {
  return { outcome: 'issued', number, date: '2020-08-03' };
}
async function personOf(id: string, kind: AskKind, key: string) {
  const { assignee } = await treasury.store.asks.get(id, idOfAsk(id, kind, key));
  return assignee.kind === 'person' ? assignee.personId : '';
}

describe('the papers of a tranche', () => {
  it('go back to the group one by one, with the reason; those that were accepted are not asked for again', async () => {
    const id = await opened(1);
    const first = await asked(id, 'tranche-documents', '1');
    expect(first.mail?.text).toContain(`Dokumen yang masih perlu diunggah (${types.length}):`);
    expect(first.mail?.text).toContain('Foto kegiatan (2 berkas)');
    handIn(
      id,
      '1',
      types.filter((type) => type !== 'kuitansi'),
    );
    const reminder = await asked(id, 'tranche-documents', '1', 1);
    expect(reminder.mail?.text).toContain('Dokumen yang masih perlu diunggah (1):');
    expect(reminder.mail?.text).toContain('Kuitansi bermeterai');
    expect(reminder.mail?.text).not.toContain('Pakta integritas');
    treasury.upload(id, 'tranche-documents', '1', 'kuitansi', 'scan.pdf', pdf.subarray(0, 40));
    const refused = await treasury.post(first.secret, {});
    expect(problemsOn(refused.body)).toEqual([expect.stringContaining('rusak atau tidak lengkap')]);
    treasury.upload(id, 'tranche-documents', '1', 'kuitansi', 'scan.pdf', pdf);
    expect(await treasury.post(first.secret, {})).toMatchObject({ statusCode: 303 });

    const review = await asked(id, 'spp', '1');
    const page = await treasury.get(review.secret);
    for (const type of types) expect(page.body).toContain(`name="paper-${type}"`);
    expect(page.body).toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(page.body).toContain(', 1 hlm.');
    const reviewer = await personOf(id, 'spp', '1');
    const back = {
      ...accepted,
      'paper-kuitansi': 'returned',
      'reason-kuitansi': 'Belum ditandatangani di atas meterai.',
    };
    expect(problemsOn((await post(review.secret, reviewer, { ...back, ...numbered('SPP-A') })).body)).toEqual(
      [expect.stringContaining('Kuitansi bermeterai')],
    );
    expect(await treasury.post(review.secret, { ...back, outcome: 'returned' }, at(299))).toMatchObject({
      statusCode: 303,
    });
    expect((await treasury.get(review.secret)).body).toContain('Belum ditandatangani di atas meterai.');
    expect((await trancheOf(id)).papers).toContainEqual({
      type: 'kuitansi',
      decision: 'returned',
      reason: 'Belum ditandatangani di atas meterai.',
      ...{ round: 1, by: reviewer, at: at(299) },
    });
    expect(await factsOf(id, 'papers.reviewed')).toEqual([
      expect.objectContaining({
        tranche: 1,
        round: 1,
        kuitansi: 'returned',
        sk: 'accepted',
        'sk.1': expect.any(String),
      }),
    ]);

    // The next round asks for that one paper, and says why.
    const again = await asked(id, 'tranche-documents', '1-2');
    expect(again.mail?.text).toContain('dikembalikan: Belum ditandatangani di atas meterai.');
    expect(again.mail?.text).toContain('Dokumen yang masih perlu diunggah (1):');
    const { documents: wanted } = await treasury.store.asks.get(id, idOfAsk(id, 'tranche-documents', '1-2'));
    expect(wanted.map(({ type }) => type)).toEqual(['kuitansi']);
    const signed = pdfFile(['Kuitansi, sudah bermeterai']);
    treasury.upload(id, 'tranche-documents', '1-2', 'kuitansi', 'scan.pdf', signed);
    expect(await treasury.post(again.secret, {})).toMatchObject({ statusCode: 303 });
    const second = await asked(id, 'spp', '1-2');
    expect((await treasury.get(second.secret)).body).toContain('Diterima (sudah sebelumnya)');
    const issued = await post(second.secret, reviewer, {
      'paper-kuitansi': 'accepted',
      ...numbered('SPP-A'),
    });
    expect(issued).toMatchObject({ statusCode: 303 });
    const { papers = [] } = await trancheOf(id);
    expect(papers.every(({ decision }) => decision === 'accepted')).toBe(true);
    expect(papers.map(({ type, round }) => [type, round])).toContainEqual(['kuitansi', 2]);
    expect(papers.map(({ type, round }) => [type, round])).toContainEqual(['sk', 1]);
  });

  it('that name the account are drafted again, numbered and dated as a change, when the group gives another', async () => {
    const id = await opened(2);
    const deps = { ...treasury.deps, regions };
    await treasury.done(id, 'tranche-documents', '1', { outcome: 'provided' });
    await treasury.done(id, 'spp', '1', treasury.paper('SPP-2'), 'paula');
    await treasury.done(id, 'spm', '1', treasury.paper('SPM-2'), 'sinta');
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, now: at(43) });
    await treasury.done(id, 'sp2d', '1', treasury.paper('SP2D-2'), 'kas');
    await treasury.instruct(id, 1, 'first');
    const { runId, rails } = await treasury.gather('redraft');
    for (const rail of rails) await treasury.write(runId, rail);
    await treasury.answer(runId, treasury.rejectedLine(id));

    const correction = await asked(id, 'account-correction', '1-1');
    expect(correction.mail?.text).toContain('Surat referensi bank');
    const account = { bankCode: '009', number: '0099887766' };
    const wrong = await treasury.post(correction.secret, { ...account, holder: 'BUDI SANTOSO' });
    expect(problemsOn(wrong.body)).toEqual([
      expect.stringContaining('hanya dibayarkan ke rekening atas nama kelompok'),
      expect.stringContaining('Surat referensi bank'),
    ]);
    handIn(id, '1-1', ['bank-reference'], 'account-correction');
    const { content } = (await treasury.store.proposals.get(id)) as { content: { group: { name: string } } };
    const holder = content.group.name.toUpperCase();
    const given = await treasury.post(correction.secret, { ...account, holder }, at(2000));
    expect(given).toMatchObject({ statusCode: 303 });

    const step = { proposalId: id, tranche: 1, attempt: 2, now: at(2001) };
    await expect(draftPapers(deps, step)).rejects.toThrow(AccountNotCorrected);
    const before = await treasury.store.proposals.get(id);

    // The PPK sees both accounts and the letter as it was handed in, and sends the first one back.
    const asksPpk = await asked(id, 'account-acceptance', '1-1');
    const ppk = await personOf(id, 'account-acceptance', '1-1');
    const seen = (await treasury.get(asksPpk.secret)).body;
    for (const text of [account.number, holder, 'Rekening lama', 'SHA-256', 'Sama'])
      expect(seen).toContain(text);
    const no = { outcome: 'refused', reason: 'Surat bank bukan milik kelompok ini.' };
    expect(await treasury.post(asksPpk.secret, no, at(2001))).toMatchObject({ statusCode: 303 });
    expect(contentOf(await treasury.store.proposals.get(id))?.account).toEqual(contentOf(before)?.account);
    const secondly = await asked(id, 'account-correction', '1-1-2');
    expect(secondly.mail?.text).toContain('Surat bank bukan milik kelompok ini.');
    expect((await treasury.get(secondly.secret)).body).toContain(`value="${account.number}"`);
    handIn(id, '1-1-2', ['bank-reference'], 'account-correction');
    const right = { bankCode: '009', number: '0099887755', holder };
    expect(await treasury.post(secondly.secret, right, at(2001))).toMatchObject({ statusCode: 303 });

    const asksAgain = await asked(id, 'account-acceptance', '1-1-2');
    minute = 2001;
    const yes = (fields: Record<string, string>) =>
      post(asksAgain.secret, ppk, { outcome: 'accepted', ...fields });
    expect(problemsOn((await yes({ compared: 'no' })).body)).toEqual([
      expect.stringContaining('tidak sama dengan surat bank'),
    ]);
    // A letter that is put in its place later changes nothing of what was handed in.
    handIn(id, '1-1-2', ['bank-reference'], 'account-correction');
    expect(await yes({ compared: 'yes' })).toMatchObject({ statusCode: 303 });
    const [accepted] = (await factsOf(id, 'account.accepted')).slice(-1);
    const [letter] =
      givenAccount(await treasury.store.asks.bySubject(id), {
        ...{ tranche: 1, attempt: 1, turn: 2 },
      })?.letters ?? [];
    expect(accepted).toMatchObject({
      ...{ account: '••••7755', tranche: 1, attempt: 1, letterVersion: letter?.versionId },
      letterSha256: letter?.sha256,
    });
    const drafts = await draftPapers(deps, step);
    expect(await draftPapers(deps, { ...step, now: at(2002) })).toEqual(drafts);
    expect(drafts.map(({ kind }) => kind)).toEqual([
      'pks',
      'sk',
      'sk-attachment',
      'kuitansi',
      'bap',
      'spp-summary',
    ]);
    for (const draft of drafts) {
      expect(draft).toMatchObject({ attempt: 2, date: '2020-08-04' });
      expect(draft.number).toMatch(/-P1\//);
    }
    const again = await asked(id, 'tranche-documents', '1-a2');
    const page = await treasury.get(again.secret);
    const offered = parse(page.body).querySelectorAll('a[data-download]');
    expect(
      offered.map((link) => link.getAttribute('data-download')?.replace(/-[0-9a-f]{16}\.pdf$/, '')),
    ).toEqual(['sk', 'sk-attachment', 'kuitansi']);
    expect(again.mail?.text).toContain('menyebut rekening yang lama');
    handIn(id, '1-a2', ['sk', 'kuitansi']);
    expect(await treasury.post(again.secret, {})).toMatchObject({ statusCode: 303 });
  });
});

describe('SPP, SPM and SP2D', () => {
  it('have a number that no other paper of their kind has in the year', async () => {
    const [one, other] = [await opened(10), await opened(11)];
    for (const id of [one, other]) await treasury.done(id, 'tranche-documents', '1', { outcome: 'provided' });
    const [first, second] = [await asked(one, 'spp', '1'), await asked(other, 'spp', '1')];
    const [ppk, ppkOther] = [await personOf(one, 'spp', '1'), await personOf(other, 'spp', '1')];
    expect(await post(first.secret, ppk, numbered('00010/SPP/2020'))).toMatchObject({ statusCode: 303 });
    const taken = await post(second.secret, ppkOther, numbered(' 00010/spp/ 2020'));
    expect(problemsOn(taken.body)).toEqual([expect.stringContaining('sudah dipakai pada tahun 2020')]);
    expect(await post(second.secret, ppkOther, numbered('00011/SPP/2020'))).toMatchObject({
      statusCode: 303,
    });
    // So it is when both come at the same instant, which no look beforehand can show.
    const both = await Promise.all(
      [await opened(12), await opened(13)].map(async (id) => {
        await treasury.done(id, 'tranche-documents', '1', { outcome: 'provided' });
        const askId = await treasury.scene.ask(id, 'spp', '1', at(50), {
          ...{ kind: 'person', personId: 'paula', role: 'ppk' },
        });
        return { proposalId: id, askId };
      }),
    );
    const by = { kind: 'person', id: 'paula' } as const;
    const answer = { outcome: 'issued', number: '00012/SPP/2020', date: '2020-08-03' } as const;
    const recorded = await Promise.all(
      both.map((each) => treasury.scene.answer({ ...each, answer, by, code: true, now: at(60) })),
    );
    expect(recorded.map(({ status }) => status).toSorted()).toEqual(['recorded', 'refused']);
    // Another kind of paper may have it.
    const spm = await asked(one, 'spm', '1');
    expect(await post(spm.secret, 'sinta', numbered('00010/SPP/2020'))).toMatchObject({ statusCode: 303 });
    const late = await asked(other, 'spm', '1');
    expect(
      problemsOn((await post(late.secret, 'sinta', { ...numbered('1'), date: '2019-12-31' })).body),
    ).toEqual([
      expect.stringContaining('SPP'),
      expect.stringContaining('tahun anggaran 2020'),
      expect.stringContaining('14 hari yang lalu'),
    ]);
  });

  /** With SPM issued, the amount reserved, and the SP2D asked for. */
  const reserved = async (group: number, round = 1) => {
    const id = await opened(group);
    await treasury.done(id, 'tranche-documents', '1', { outcome: 'provided' });
    const spp = await asked(id, 'spp', '1');
    const ppk = await personOf(id, 'spp', '1');
    await post(spp.secret, ppk, numbered(`SPP ${group}`));
    const spm = await asked(id, 'spm', '1');
    await post(spm.secret, 'sinta', numbered(`SPM ${group}`));
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, round, now: at(minute) });
    return { id, ppk, spp, spm };
  };
  const reason = { cancelReason: 'Jumlah pada SPM keliru.' };

  it('are cancelled before the SP2D by the official who issued them: what was reserved is back at once, and once', async () => {
    const { id, spm, ppk } = await reserved(20);
    expect((await treasury.get(spm.secret)).body).not.toContain('data-cancel');
    expect((await treasury.post(spm.secret, reason)).body).toContain('tidak dapat dibatalkan lagi');
    const sp2d = await asked(id, 'sp2d', '1');
    const before = await treasury.budget();
    expect((await treasury.get(spm.secret)).body).toContain('data-cancel');
    expect(problemsOn((await treasury.post(spm.secret, { cancelReason: '' })).body)).toHaveLength(1);
    const now = at(minute);
    expect(await treasury.post(spm.secret, reason, now)).toMatchObject({ statusCode: 303 });
    await treasury.post(spm.secret, reason, now);
    expect(await treasury.budget()).toEqual({
      ...before,
      reserved: (before.reserved ?? 0) - amount,
      committed: (before.committed ?? 0) + amount,
    });
    const tranche = await trancheOf(id);
    expect(tranche).toMatchObject({
      status: 'open',
      cancelled: [
        { paper: 'spp', number: 'SPP 20', by: ppk, round: 1, cancelledBy: 'sinta' },
        { paper: 'spm', number: 'SPM 20', by: 'sinta', round: 1, cancelledBy: 'sinta' },
      ],
    });
    expect(tranche).not.toHaveProperty('spm');
    expect(treasury.resumed.at(-1)).toMatchObject({ outcome: 'cancelled' });
    expect((await factsOf(id, 'paper.cancelled')).map(({ paper, number }) => `${paper} ${number}`)).toEqual([
      'spp SPP 20',
      'spm SPM 20',
    ]);
    // The SP2D is asked for no more, and an execution that begins again reserves nothing for what was cancelled.
    expect((await post(sp2d.secret, 'kas', numbered('SP2D 20'))).body).toContain('sudah dicatat');
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, round: 1, now: at(minute) });
    expect((await trancheOf(id)).status).toBe('open');

    // The next round has numbers and a reservation of its own.
    const again = await asked(id, 'spp', '1-2');
    expect((await treasury.get(again.secret)).body).not.toContain('SPM 20');
    await post(again.secret, ppk, numbered('SPP 20b'));
    await post((await asked(id, 'spm', '1-2')).secret, 'sinta', numbered('SPM 20b'));
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, round: 2, now: at(minute) });
    expect(await treasury.budget()).toEqual(before);
    expect(await trancheOf(id)).toMatchObject({ status: 'reserved', spm: { number: 'SPM 20b' } });
    expect((await treasury.store.budgets.entriesOf(id)).map((entry) => entry.id).toSorted()).toEqual([
      'award',
      'cancel:01',
      'reserve:01',
      'reserve:01:02',
    ]);
  });

  it('are cancelled by the PPK too, and by no one else', async () => {
    const { id, spp } = await reserved(21);
    const sp2d = await asked(id, 'sp2d', '1');
    expect((await treasury.post(sp2d.secret, reason)).statusCode).toBe(422);
    expect((await trancheOf(id)).status).toBe('reserved');
    expect(await treasury.post(spp.secret, reason, at(minute))).toMatchObject({ statusCode: 303 });
    expect((await trancheOf(id)).cancelled?.map(({ cancelledBy }) => cancelledBy)).toHaveLength(2);
  });

  it('are either cancelled or followed by the SP2D, when both come at the same instant', async () => {
    const { id, spm } = await reserved(22);
    const sp2d = await asked(id, 'sp2d', '1');
    const code = await treasury.enrol('kas');
    minute += 1;
    const now = at(minute);
    await Promise.all([
      treasury.post(spm.secret, reason, now),
      treasury.post(sp2d.secret, { ...numbered('SP2D 22'), code: code(now) }, now),
    ]);
    const { status } = await trancheOf(id);
    const ask = await treasury.store.asks.get(id, idOfAsk(id, 'sp2d', '1'));
    expect([status, ask.status === 'answered' && ask.outcome]).toEqual(
      status === 'open' ? ['open', 'cancelled'] : ['reserved', 'issued'],
    );
  });
});
