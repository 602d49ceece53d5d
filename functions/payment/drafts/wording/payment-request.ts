/** Ringkasan SPP: what the PPK needs in order to ask for the payment, with a list of what must be there to tick off. */
import { documentName } from '#domain/asks/documents.ts';
import {
  accountText,
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
  paymentKind,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import {
  budgetFacts,
  officeLetterhead,
  officePlace,
  ppkSigns,
  unknown,
} from '#functions/payment/drafts/wording/common.ts';

export function paymentRequest(facts: PaperFacts): Paper {
  const { award, tranche, content, documents } = facts;
  return {
    kind: 'spp-summary',
    number: numberOf(facts, 'spp-summary'),
    date: facts.date,
    letterhead: officeLetterhead(facts),
    title: ['RINGKASAN SURAT PERMINTAAN PEMBAYARAN (SPP)'],
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Nomor, tanggal SPP', unknown],
          ['Jenis pembayaran', paymentKind(facts)],
          ['Jumlah', inFull(tranche.amount)],
          ['Keperluan', `Bantuan pemerintah Program ${facts.programme}, pencairan ${trancheText(facts)}`],
          ['Penerima', `${content.group.name}, ketua ${facts.leader}`],
          ['Rekening', accountText(facts)],
        ],
      },
      { kind: 'heading', text: 'Pembebanan' },
      budgetFacts(facts),
      { kind: 'heading', text: 'Dasar Pembayaran' },
      {
        kind: 'table',
        columns: [
          { title: 'Dokumen', weight: 3 },
          { title: 'Nomor', weight: 4 },
          { title: 'Tanggal', weight: 2 },
        ],
        rows: [
          ['Surat Keputusan', award.sk.number, inWriting(award.sk.date)],
          ['Perjanjian Kerja Sama', award.pks.number, inWriting(award.pks.date)],
          ['Berita Acara Pembayaran', numberOf(facts, 'bap'), 'hari dana diterima'],
        ],
      },
      { kind: 'heading', text: 'Kelengkapan Dokumen' },
      {
        kind: 'table',
        columns: [
          { title: 'No.', weight: 0.6 },
          { title: 'Dokumen', weight: 5 },
          { title: 'Ada', weight: 0.8 },
          { title: 'Catatan', weight: 2.4 },
        ],
        rows: documents.map(({ type }, index) => [String(index + 1), documentName(type).id, '', '']),
      },
      {
        kind: 'signatures',
        dated: `${officePlace(facts)}, ${inWriting(facts.date)}`,
        who: [ppkSigns(facts, 'a.n. Kuasa Pengguna Anggaran\nPejabat Pembuat Komitmen')],
      },
    ],
  };
}
