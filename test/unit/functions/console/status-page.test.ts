import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { type AuditEventDraft, chain } from '#domain/proposal/audit.ts';
import { event, type ProposalEvent } from '#domain/proposal/events.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { statusPage } from '#functions/console/status-page.ts';
import { timelineOf } from '#functions/console/timeline.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { officers, openStage, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at, packetOf } from '../scene.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

async function pageFor(proposalId: string) {
  const { store } = stage;
  const [proposal, events, asks] = await Promise.all([
    store.proposals.get(proposalId),
    store.audit.list({ proposalId }),
    store.asks.bySubject(proposalId),
  ]);
  const { body, statusCode } = statusPage({ proposal, events, asks });
  expect(statusCode).toBe(200);
  return { body, text: parse(body).querySelector('main')?.structuredText ?? '' };
}

describe('the status page', () => {
  it('shows the story in plain words, and what is awaited from whom until when', async () => {
    const id = await stage.submitted(1);
    await stage.turn(id, 'membership', '1', 0, 'members');
    await stage.turn(id, 'site-visit', '1');
    const { text } = await pageFor(id);
    expect(text).toContain('Proposal diterima dan didaftarkan.');
    expect(text).toContain('Pemeriksaan otomatis lulus.');
    expect(text).toMatch(
      /Penegasan keanggotaan, dari Anggota kelompok \(0 dari \d+ sudah mengonfirmasi, perlu \d+\), sampai \d+ \w+ 2020 pukul 17\.00 WIB/,
    );
    expect(text).toMatch(/Kunjungan lapangan, dari Tim Verifikasi, sampai/);
  });

  it('names no officer and no member, and shows no number that belongs to a person', async () => {
    const id = await stage.submitted(2);
    await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
    await stage.turn(id, 'approval', '1-0', 0, 'ppk');
    const [secret = ''] = stage.linksOf(id).slice(-1);
    await stage.post(secret, { outcome: 'return', reason: 'RAB <b>kurang</b> jelas' });
    const { body, text } = await pageFor(id);
    expect(text).toContain(
      'Persetujuan bantuan oleh Pejabat Pembuat Komitmen (PPK): Kembalikan untuk diperbaiki.',
    );
    expect(text).toContain('RAB <b>kurang</b> jelas');
    expect(body).not.toContain('<b>kurang');
    for (const { name, id: officer, email } of officers)
      for (const known of [name, email, `>${officer}<`]) expect(body).not.toContain(known);
    const packet = packetOf(2);
    for (const { name, nik, phone, email } of packet.members)
      for (const known of [name, nik, phone, email]) if (known) expect(body, known).not.toContain(known);
    expect(body).not.toContain(packet.account.number);
    expect(body).toContain(packet.account.number.slice(-4));
    expect(body).not.toMatch(/token of|token P-/);
  });

  it('says why a proposal is not continued', async () => {
    const id = await stage.submitted(3);
    await recordRejection(stage.store, {
      proposalId: id,
      at: 'verification',
      reason: 'not-visited',
      now: at(50),
    });
    const { text } = await pageFor(id);
    expect(text).toContain('Tidak dilanjutkan');
    expect(text).toContain('Kunjungan lapangan tidak terlaksana sampai batas waktunya.');
    expect(text).toContain('Saat ini tidak ada jawaban yang ditunggu.');
  });

  it('stays small, however long the story is', async () => {
    const id = await stage.submitted(4);
    const [proposal, events] = await Promise.all([
      stage.store.proposals.get(id),
      stage.store.audit.list({ proposalId: id }),
    ]);
    const long = Array.from({ length: 100 }, () => events).flat();
    expect(Buffer.byteLength(statusPage({ proposal, events: long, asks: [] }).body)).toBeLessThan(60_000);
  });
});

describe('the words of the record', () => {
  const recorded = (draft: AuditEventDraft) => chain('0'.repeat(64), 1, draft);
  const story = (...drafts: AuditEventDraft[]) => timelineOf(drafts.map(recorded), () => undefined);
  const lateAsk = (kind: 'site-visit' | 'lpj') => ({
    ...{ askId: `P-0123456789.${kind}.1`, kind, about: '1' },
    role: kind === 'lpj' ? ('leader' as const) : ('verifier' as const),
  });
  const owed = { deposit: 1, amount: rupiah(1_500_000) };
  const drafts: [ProposalEvent, RegExp][] = [
    [
      event(at(0), 'proposal.awarded', {
        ...{ amount: rupiah(40_000_000), sk: '1/SK/2020', pks: '1/PKS/2020', tranches: 1 },
        budgetLine: 'tkm-2020/2020/33',
      }),
      /Bantuan Rp\s?40\.000\.000 ditetapkan dengan SK 1\/SK\/2020\./,
    ],
    [
      event(at(0), 'tranche.settled', {
        ...{ tranche: 2, amount: rupiah(12_000_000), endToEndId: 'P-0123456789-02-01' },
        ...{ bankReference: 'B1', valueDate: '2020-08-03' },
      }),
      /Dana tahap 2 sebesar Rp\s?12\.000\.000 masuk ke rekening kelompok\./,
    ],
    [
      event(at(0), 'tranche.unpaid', { tranche: 2, amount: rupiah(1), reason: 'documents-missing' }),
      /Dana tahap 2 tidak dibayarkan\. Dokumen pencairan tidak kami terima/,
    ],
    [
      event(at(0), 'payment.returned', {
        ...{ tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01' },
        ...{ reason: 'AC04', bankReference: null },
      }),
      /Bank mengembalikan pembayaran tahap 1\./,
    ],
    [
      event(at(0), 'ask.reminded', { ...lateAsk('site-visit'), turn: 1 }),
      /Kunjungan lapangan.*: belum dijawab; pengingat dikirim\./,
    ],
    [
      event(at(0), 'ask.escalated', { ...lateAsk('site-visit'), assignee: 'admin.1' }),
      /Kunjungan lapangan.*: belum dijawab; atasannya juga diminta\./,
    ],
    [
      event(at(0), 'ask.expired', lateAsk('lpj')),
      /Laporan pertanggungjawaban \(LPJ\): tidak dijawab sampai batas waktunya\./,
    ],
    [
      event(at(0), 'overdue.recorded', { kind: 'lpj', about: '1', duty: 'group' }),
      /Terlambat: Laporan pertanggungjawaban/,
    ],
    [
      event(at(0), 'deposit.owed', { ...owed, origin: 'leftover', lpj: '1' }),
      /Rp\s?1\.500\.000 harus disetor ke kas negara\./,
    ],
    [
      event(at(0), 'deposit.resumed', { ...owed, round: 2 }),
      /Setoran Rp\s?1\.500\.000 ke kas negara ditagih lagi\./,
    ],
    [event(at(0), 'deposit.cancelled', owed), /Setoran Rp\s?1\.500\.000 dibatalkan/],
    [
      event(at(0), 'deposit.confirmed', {
        ...{ ...owed, ntpn: '1A2B3C4D5E6F7A8B', depositedOn: '2020-08-03', by: 'treasury-list' },
      }),
      /Setoran Rp\s?1\.500\.000 sudah masuk ke kas negara \(NTPN 1A2B3C4D5E6F7A8B\)/,
    ],
    [
      event(at(0), 'overdue.recorded', { kind: 'deposit-slip', about: '1', duty: 'group' }),
      /Terlambat: Setoran ke kas negara/,
    ],
    [event(at(0), 'checks.failed', { revision: 1, problems: 3 }), /menemukan 3 hal yang harus diperbaiki/],
    [
      event(at(0), 'proposal.closed', {
        result: 'complete',
        ...{ peopleTrained: 20, overdue: 0, groupOwes: false },
      }),
      /20 orang dilatih/,
    ],
  ];

  it.each(drafts.map(([draft, words]) => [draft.action, draft, words] as const))('%s', (_, draft, words) => {
    expect(story(draft)[0]?.text.id).toMatch(words);
  });

  it('leave out what one member said, and what only machines care about', () => {
    const member = event(
      at(0),
      'ask.answered',
      {
        ...{ askId: 'P-0123456789.membership.1.m03', kind: 'membership', about: '1' },
        ...{ outcome: 'denied', documents: 0 },
      },
      { kind: 'member', number: 3 },
    );
    const reserved = { tranche: 1, amount: rupiah(1), spp: '1', spm: '2' };
    expect(
      story(
        member,
        event(at(0), 'tranche.reserved', reserved),
        event(at(0), 'ask.opened', { ...lateAsk('lpj'), assignee: 'leader' }),
      ),
    ).toEqual([]);
  });

  it('say of what a later version has recorded that it is not known', () => {
    const system = { kind: 'system' } as const;
    const unknown = {
      at: at(0),
      text: { id: expect.stringContaining('belum dikenal'), en: expect.anything() },
    };
    expect(
      story(
        { at: at(0), actor: system, action: 'tranche.doubled', facts: { tranche: 1 } },
        { at: at(0), actor: system, action: 'checks.failed', facts: { renamed: 3 } },
      ),
    ).toEqual([unknown, unknown]);
  });
});
