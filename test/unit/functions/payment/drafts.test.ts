import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import jsQRModule from 'jsqr';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { budgetIdentity } from '#domain/papers/budget-identity.ts';
import {
  accountDrafts,
  type DraftKind,
  draftKinds,
  draftNumber,
  draftsFor,
  isAwardPaper,
  trancheDrafts,
} from '#domain/papers/drafts.ts';
import type { Content } from '#domain/proposal/content.ts';
import { wagePaperKinds } from '#domain/public-works/wage-papers.ts';
import { terbilangRupiah } from '#domain/text/terbilang.ts';
import { contentOf, type Paper, sha256 } from '#functions/payment/drafts/paper.ts';
import { printable } from '#functions/payment/drafts/printable.ts';
import { renderPaper } from '#functions/payment/drafts/render.ts';
import { paperFor } from '#functions/payment/drafts/wording/papers.ts';
import { wagePaperFor } from '#functions/payment/drafts/wording/wages.ts';
import { inspectPdf } from '#functions/web/scans/pdf-pages.ts';
import { newestRulePack } from '#programmes/index.ts';
import { spendingUnits } from '#programmes/spending-units.ts';
import { paperFacts, wageFacts } from './paper-facts.ts';

/** A CommonJS package whose types say otherwise. */
const jsQR = jsQRModule as unknown as typeof jsQRModule.default;

interface Line {
  page: number;
  text: string;
  x: number;
  y: number;
  width: number;
}

async function read(file: Buffer) {
  const document = await getDocument({ data: new Uint8Array(file), verbosity: 0 }).promise;
  const lines: Line[] = [];
  for (let page = 1; page <= document.numPages; page += 1)
    for (const item of (await (await document.getPage(page)).getTextContent()).items)
      if ('str' in item)
        lines.push({
          page,
          text: item.str,
          x: item.transform[4],
          y: item.transform[5],
          width: item.width,
        });
  const attachments: Record<string, { content: Uint8Array }> = (await document.getAttachments()) ?? {};
  return {
    document,
    lines,
    pages: document.numPages,
    /** All words in their order, with single blanks. */
    text: lines
      .map(({ text }) => text)
      .join(' ')
      .replaceAll(/\s+/g, ' '),
    attachments,
  };
}

/** What a scanner reads off the page. */
async function scanned(document: Awaited<ReturnType<typeof read>>['document'], number: number) {
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: 3 });
  const canvas = createCanvas(viewport.width, viewport.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, viewport.width, viewport.height);
  await page.render({
    canvas: null,
    // Its types are a browser's, which this machine is not.
    canvasContext: context as never,
    viewport,
  }).promise;
  // The foot of the page, on its left.
  const { data, width, height } = context.getImageData(0, viewport.height - 330, 500, 330);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

const cases = [
  ['tkm-2020', 1],
  ['tkm-2020-two-tranches', 2],
  ['padat-karya-2020', 1],
  ['padat-karya-2020', 2],
] as const;
const papers = cases.flatMap(([pack, tranche]) =>
  trancheDrafts(newestRulePack(pack), tranche).map((kind) => [pack, tranche, kind] as const),
);

const inWords: readonly DraftKind[] = ['kuitansi', 'sptjm', 'sptjb', 'bap', 'bast', 'ruk', 'spp-summary'];

describe('a drafted paper', () => {
  it.each(papers)('%s, tranche %i: %s', async (pack, tranche, kind) => {
    const facts = paperFacts(pack, tranche);
    const paper = paperFor(kind, facts);
    const file = await renderPaper(paper);
    const { text, document, pages, attachments } = await read(file);

    // Title, number, group and leader are there; amounts in figures, and in words where money changes hands.
    for (const words of [...paper.title, paper.number, facts.content.group.name, facts.leader])
      expect(text.toLowerCase()).toContain(words.toLowerCase());
    const { amount } = inWords.includes(kind) ? facts.tranche : facts.award;
    expect(text).toContain(formatRupiah(amount));
    if (inWords.includes(kind)) expect(text).toContain(terbilangRupiah(amount));
    for (let page = 1; page <= pages; page += 1) expect(text).toContain(`Halaman ${page} dari ${pages}`);
    // It names the account if it is drafted again for another, and only then.
    expect(contentOf(paper).includes(facts.content.account.number)).toBe(accountDrafts.includes(kind));
    // Handed in as it is, with a signature put into the file, it is taken, and counted as PDF.js counts it.
    expect(inspectPdf(file)).toEqual({ pages });

    // Every font is embedded, and as a subset.
    const source = file.toString('latin1');
    const fonts = [...source.matchAll(/\/BaseFont \/(\S+)/g)].map(([, name]) => name);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+Tinos-(Regular|Bold)$/);
    expect([...source.matchAll(/\/FontFile2/g)]).toHaveLength(2);
    expect(file.byteLength).toBeLessThan(60_000);

    // The code on every page names the paper and the hash of what is attached, which is all that the paper says.
    const content = Buffer.from(attachments['isi.json']?.content ?? []).toString('utf8');
    expect(content).toBe(contentOf(paper));
    for (let page = 1; page <= pages; page += 1)
      expect(await scanned(document, page)).toBe(
        `JARING:1:${kind}:${paper.number}:${sha256(content)}`.toUpperCase(),
      );
  });

  it('has the same bytes when it is drawn again', async () => {
    const paper = paperFor('pks', paperFacts('padat-karya-2020', 1));
    expect(sha256(await renderPaper(paper))).toBe(sha256(await renderPaper(paper)));
  });

  it('says the sums that add up: what was paid, what is paid, what remains', async () => {
    const { text } = await read(await renderPaper(paperFor('bap', paperFacts('padat-karya-2020', 1))));
    expect(text).toMatch(/Nilai perjanjian Rp54\.000\.000 .*sebelumnya menurut perjanjian Rp0 /);
    expect(text).toContain('Pembayaran ini, Tahap I (70%) Rp37.800.000');
    expect(text).toContain('Sisa nilai perjanjian sesudah pembayaran ini Rp16.200.000');
  });

  it('never shows a whole NIK', async () => {
    for (const kind of draftKinds) {
      const { text } = await read(await renderPaper(paperFor(kind, paperFacts('tkm-2020', 1))));
      expect(text.replaceAll(' ', '')).not.toMatch(/(?<!\d)\d{16}(?!\d)/);
    }
  });

  it('leaves dots for an unknown official', async () => {
    const { text } = await read(await renderPaper(paperFor('sk-attachment', paperFacts('tkm-2020', 1))));
    expect(text).toContain('Kuasa Pengguna Anggaran');
    expect(text).toContain('(..........................................)');
  });
});

describe('what a treasury office looks for', () => {
  const textOf = (paper: Paper) => JSON.stringify(paper);
  const dipa = 'SP DIPA-026.04.1.689912/2020 tanggal 12 November 2019';

  it('names the budget on every paper that charges it: satker, DIPA and its line', () => {
    const facts = paperFacts('padat-karya-2020', 2);
    for (const kind of ['pks', 'sk', 'sk-attachment', 'spp-summary', 'sptjb', 'kuitansi'] as const) {
      const text = textOf(paperFor(kind, facts));
      expect(text).toContain('689912');
      expect(text).toContain('SP DIPA-026.04.1.689912/2020');
      expect(text).toContain('12 November 2019');
      expect(text).toMatch(/2151\.002\.526312|2151 – Perluasan Kesempatan Kerja.*526312 – Belanja Barang/);
      expect(text).not.toContain('padat-karya-2020"');
    }
  });

  it('leaves the budget to the pen where the settings have none for the year, and keeps the letterhead', () => {
    const known = paperFacts('tkm-2020', 1);
    const budget = budgetIdentity(spendingUnits, { programme: 'tkm-2020', year: 2031 });
    expect(budget?.dipa).toBeUndefined();
    for (const kind of ['pks', 'sk', 'spp-summary', 'sptjb', 'kuitansi'] as const) {
      const text = textOf(paperFor(kind, { ...known, budget }));
      expect(text).not.toContain(dipa);
      expect(text).not.toContain('526312');
      expect(text).toContain('689912');
      expect(text).toContain('.....');
    }
    expect(paperFor('sk', { ...known, budget }).letterhead).toEqual(paperFor('sk', known).letterhead);
    expect(paperFor('sk', { ...known, budget: undefined }).letterhead).toHaveLength(1);
  });

  it('begins with ministry, unit and address', () => {
    expect(paperFor('pks', paperFacts('tkm-2020', 1)).letterhead).toEqual([
      'KEMENTERIAN KETENAGAKERJAAN REPUBLIK INDONESIA',
      'DIREKTORAT JENDERAL PEMBINAAN PENEMPATAN TENAGA KERJA DAN PERLUASAN KESEMPATAN KERJA',
      'Jalan Jenderal Gatot Subroto Kavling 51, Jakarta Selatan 12950',
    ]);
  });

  it('names banks, and the code of one that is not known', () => {
    const text = textOf(paperFor('pks', paperFacts('padat-karya-2020', 1)));
    expect(text).toContain('pada Bank Negara Indonesia (kode 009) atas nama');
    const strange = paperFacts('tkm-2020', 1, (content) => {
      content.account.bankCode = '999';
    });
    expect(textOf(paperFor('kuitansi', strange))).toContain('bank dengan kode 999');
  });

  it('is a receipt with its number, for the KPA, charged to a line of the budget', async () => {
    const { text } = await read(await renderPaper(paperFor('kuitansi', paperFacts('tkm-2020', 1))));
    expect(text).toContain('Nomor bukti: 0007/KUITANSI-I/TKM-2020/2020');
    expect(text).toContain('Sudah terima dari : Kuasa Pengguna Anggaran, Satuan Kerja');
    expect(text).toContain(
      'Setuju dibebankan pada mata anggaran berkenaan, a.n. Kuasa Pengguna Anggaran Pejabat Pembuat Komitmen',
    );
  });

  it('says in a later SPTJB what came, and has room for what was spent and is left', () => {
    const facts = paperFacts('padat-karya-2020', 2);
    const later = textOf(paperFor('sptjb', facts));
    expect(later).toContain('["A.","Diterima: Tahap I, 6 Agustus 2020","Rp37.800.000"]');
    expect(later).toContain('"Jumlah dana yang telah diterima","Rp37.800.000"');
    for (const spent of ['Bahan dan peralatan', 'Upah kerja'])
      expect(later).toMatch(new RegExp(`Dibelanjakan: ${spent}","Rp \\.+"`));
    expect(later).toMatch(/Sisa dana \(A – B\)","Rp \.+"/);
    expect(later).not.toContain('Jumlah menurut RAB');
    // What did not come is not said to have come.
    const unpaid = facts.tranches.map((each) => ({ ...each, status: 'unpaid' as const }));
    expect(textOf(paperFor('sptjb', { ...facts, tranches: unpaid }))).toContain(
      '"Jumlah dana yang telah diterima","Rp0"',
    );
    expect(textOf(paperFor('sptjb', paperFacts('padat-karya-2020', 1)))).toContain('Jumlah menurut RAB');
  });

  it('bears no day before the money came: the day of receipt is left to the pen', async () => {
    const facts = paperFacts('tkm-2020', 1);
    for (const kind of ['bast', 'bap'] as const) {
      const { text } = await read(await renderPaper(paperFor(kind, facts)));
      expect(text).not.toContain('10 Agustus 2020');
      expect(text).toContain('hari dana masuk ke rekening penerima; diisi pada hari itu, tidak sebelumnya');
    }
    expect(textOf(paperFor('spp-summary', facts))).toContain(
      '"0007/BAP-I/TKM-2020/2020","hari dana diterima"',
    );
  });

  it('has a term in the agreement, to the end of the fiscal year', () => {
    const works = textOf(paperFor('pks', paperFacts('padat-karya-2020', 1)));
    expect(works).toContain('Pasal 3\\nJangka Waktu');
    expect(works).toContain('sejak tanggal 3 Agustus 2020 sampai dengan tanggal 31 Desember 2020');
    expect(works).toContain('selama 15 (lima belas) hari kerja');
    expect(textOf(paperFor('pks', paperFacts('tkm-2020', 1)))).not.toContain('Pekerjaan dilaksanakan selama');
  });

  it('names the kind of payment that the office makes: from the RPL, or straight (LS)', () => {
    const facts = paperFacts('tkm-2020', 1);
    expect(textOf(paperFor('spp-summary', facts))).toContain(
      'Rekening Penampungan Lainnya (RPL) nomor 000100000001 pada Bank Rakyat Indonesia (kode 002)',
    );
    const payer = { ...facts.payer, rail: { format: 'treasury', satker: '689912' } as const };
    const direct = textOf(paperFor('spp-summary', { ...facts, payer }));
    expect(direct).toContain('Langsung (LS) ke rekening penerima bantuan');
    expect(direct).not.toContain('RPL');
  });

  it('has signatures on no page of their own', async () => {
    for (const [pack, tranche, kind] of papers) {
      const paper = paperFor(kind, paperFacts(pack, tranche));
      const { lines, pages } = await read(await renderPaper(paper));
      const signed = `${JSON.stringify(paper.blocks.at(-1))} Meterai secukupnya`;
      // In the foot of each page too little stands to be counted: it lies below 98 points.
      const above = lines.filter(
        ({ page, text, y }) =>
          page === pages && y > 98 && text.trim() !== '' && !signed.includes(text.trim()),
      );
      expect(above.map(({ text }) => text).join(' ').length, `${pack} ${tranche} ${kind}`).toBeGreaterThan(
        60,
      );
      expect(pages, `${pack} ${tranche} ${kind}`).toBeLessThan(4);
    }
  });

  it('is decreed: the PPK names the recipient and its account, the KPA ratifies', async () => {
    const { text, pages } = await read(await renderPaper(paperFor('sk', paperFacts('tkm-2020', 1))));
    for (const part of ['Menimbang', 'Mengingat', 'MEMUTUSKAN', 'KESATU', 'KEDUA', 'KETIGA', 'KEEMPAT'])
      expect(text).toContain(part);
    expect(text).toContain('Ditetapkan di Jakarta pada tanggal 3 Agustus 2020');
    expect(text).toContain('Mengesahkan, Kuasa Pengguna Anggaran');
    expect(pages).toBe(1);
  });
});

describe('the papers of wages', () => {
  it.each(wagePaperKinds)('say who earned what: %s', async (kind) => {
    const facts = wageFacts();
    const paper = wagePaperFor(kind, facts);
    const { text, attachments } = await read(await renderPaper(paper));
    expect(paper.number).toMatch(/^0007\/D(?:PU|TTU)\/PADAT-KARYA-2020\/2020$/);
    for (const { name, wage } of facts.roll.workers) {
      expect(text).toContain(name);
      expect(text).toContain(formatRupiah(wage));
    }
    expect(text).toContain('Rp30.000.000');
    expect(text).toContain('tiga puluh juta rupiah');
    expect(text).toContain('7P Sri Lestari Handayani');
    expect(text.replaceAll(' ', '')).not.toMatch(/(?<!\d)\d{16}(?!\d)/);
    const content = Buffer.from(attachments['isi.json']?.content ?? []).toString('utf8');
    expect(content).toBe(contentOf(paper));
    if (kind === 'wage-bill') {
      expect(text).toContain('Sisa dana upah : Rp1.000.000');
      // 17 August and the collective leave of 21 August 2020 are no days of work; a week begins on Monday.
      expect(text).toContain(
        'Minggu 1: 10, 11, 12, 13, 14, 15 Agustus Minggu 2: 18, 19, 22 Agustus Minggu 3: 24,',
      );
      expect(text).toContain('Nomor 141/07/2020 tanggal 14 Agustus 2020');
    }
  });
});

/** The largest group that a packet can bring. */
function atLength(content: Content) {
  content.group.name = `Kelompok ${'Sangat Panjang Namanya '.repeat(4)}`.slice(0, 100).trim();
  content.group.address = 'Jalan Raya Panjang Sekali Nomor Seratus '.repeat(7).slice(0, 300).trim();
  const [line] = content.rab;
  const [member] = content.members;
  if (line === undefined || member === undefined) throw new RangeError('no line or member');
  content.rab = Array.from({ length: 200 }, (_, index) => ({
    ...line,
    item: `Barang-${index + 1}- ${'uraian yang panjang '.repeat(9)}`.slice(0, 200),
    unit: 'u'.repeat(30),
  }));
  content.members = Array.from({ length: 99 }, (_, index) => ({
    ...member,
    number: index + 1,
    name: index % 2 === 0 ? 'N'.repeat(100) : `Nama ${index + 1} ${'panjang '.repeat(11)}`.trim(),
    address: index % 3 === 0 ? 'W'.repeat(300) : member.address,
  }));
  content.plan.activities = Array.from({ length: 100 }, (_, index) =>
    `Kegiatan-${index + 1}- ${'langkah demi langkah '.repeat(25)}`.slice(0, 500),
  );
  content.plan.summary = 'Ringkasan panjang sekali. '.repeat(192).slice(0, 5000);
}

describe('a long paper', () => {
  it.each(['ruk', 'sk-attachment', 'pks', 'sptjm'] as const)(
    'breaks over pages cleanly: %s',
    async (kind) => {
      const facts = paperFacts('padat-karya-2020', 1, atLength);
      const { lines, text, pages, document } = await read(await renderPaper(paperFor(kind, facts)));
      const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
      // Nothing leaves the paper's margins, and the body never runs into the foot.
      for (const line of lines.filter((each) => each.text.trim() !== '')) {
        expect(line.x).toBeGreaterThanOrEqual(67);
        expect(line.x + line.width).toBeLessThanOrEqual(width - 54);
        expect(line.y).toBeLessThanOrEqual(height - 50);
        expect(line.y > 98 || line.y < 90).toBe(true);
      }
      for (let page = 1; page <= pages; page += 1) {
        const body = lines.filter((line) => line.page === page && line.y > 98 && line.text.trim() !== '');
        expect(body.length).toBeGreaterThan(0);
      }
      if (kind === 'ruk') {
        for (const index of [1, 100, 200]) expect(text).toContain(`Barang-${index}-`);
        for (const index of [1, 50, 100]) expect(text).toContain(`Kegiatan-${index}-`);
        expect(text).toContain('Nama 98 panjang');
      }
    },
  );
});

describe('a paper for another account', () => {
  it('says which paper it takes the place of, and bears a number and a day of its own', () => {
    const { date } = paperFacts('tkm-2020-two-tranches', 1);
    for (const kind of accountDrafts) {
      const [first, second, third] = [1, 2, 3].map((attempt) =>
        paperFor(kind, { ...paperFacts('tkm-2020-two-tranches', 1, undefined, attempt), date }),
      );
      expect(second?.number).toMatch(/^\d+\/[A-Z-]+-P1\//);
      expect(third?.number).toMatch(/^\d+\/[A-Z-]+-P2\//);
      expect(second?.date).toBe(date);
      for (const [paper, before] of [
        [second, first],
        [third, second],
      ])
        expect(JSON.stringify(paper?.blocks[0])).toContain(
          `menggantikan dokumen Nomor ${before?.number}, yang`,
        );
    }
  });
});

describe('what people typed', () => {
  it.each([
    ['<script>alert(1)</script> & (Tj) ET /Type', '<script>alert(1)</script> & (Tj) ET /Type'],
    ['Maju\u202eayaJ\u200f Jaya', 'MajuayaJ Jaya'],
    ['Kelompok 🌾 漢字 مجموعة', 'Kelompok □ □□ □□□□□□'],
    ['Se\u0301hati\u0007', 'S\u00e9hati'],
    ['satu\r\ndua\tiga', 'satu\ndua iga'],
  ])('is printed as text: %j', async (typed, printed) => {
    const facts = paperFacts('tkm-2020', 1, (content) => {
      content.group.name = typed;
      content.account.holder = typed;
    });
    const { text } = await read(await renderPaper(paperFor('sptjm', facts)));
    expect(text).toContain(`Ketua ${printed}`.replaceAll(/\s+/g, ' '));
  });

  it('never stops a paper from being drawn', async () => {
    const typed = fc.string({ unit: 'binary', minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(typed, typed, fc.constantFrom(...draftKinds), async (name, place, kind) => {
        const facts = paperFacts('padat-karya-2020', 1, (content) => {
          content.group = { ...content.group, name, address: place, businessField: place };
          content.plan = { ...content.plan, title: name, summary: place, activities: [name, place] };
          for (const member of content.members) Object.assign(member, { name, address: place });
        });
        const file = await renderPaper(paperFor(kind, { ...facts, leader: name, ppk: place }));
        expect(file.subarray(0, 5).toString()).toBe('%PDF-');
        expect(file.subarray(-6).toString().trim()).toBe('%%EOF');
      }),
      { numRuns: 40 },
    );
  });

  it('is printed without marks that turn or hide text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const printed = printable(typed, (codePoint) => codePoint < 0x250);
        expect(printed).not.toMatch(/[\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(printed.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('which papers are drafted', () => {
  it('is what the tranche asks for and what the office signs', () => {
    expect(trancheDrafts(newestRulePack('tkm-2020'), 1)).toEqual([
      'pks',
      'sk',
      'sk-attachment',
      'sptjb',
      'ruk',
      'kuitansi',
      'bast',
      'bap',
      'spp-summary',
    ]);
    expect(trancheDrafts(newestRulePack('padat-karya-2020'), 2)).toEqual([
      'sptjm',
      'sptjb',
      'ruk',
      'kuitansi',
      'bap',
      'spp-summary',
    ]);
  });

  it('is shown to whom it concerns', () => {
    const pack = newestRulePack('padat-karya-2020');
    const signer = (kind: AskKind) => kindOf(kind).drafts ?? expect.fail(`${kind} has no drafts`);
    expect(draftsFor(signer('tranche-documents'), pack, 1)).toEqual([
      'pks',
      'sk',
      'sk-attachment',
      'sptjm',
      'sptjb',
      'ruk',
      'kuitansi',
    ]);
    for (const kind of ['spp', 'spm'] as const) {
      expect(draftsFor(signer(kind), pack, 1)).toEqual(['pks', 'sk', 'sk-attachment', 'bap', 'spp-summary']);
      expect(draftsFor(signer(kind), pack, 2)).toEqual(['bap', 'spp-summary']);
    }
    expect(kindOf('sp2d').drafts).toBeUndefined();
    expect(kindOf('receipt').drafts).toBeUndefined();
  });

  // The decree and its attachment are one paper, and bear one number.
  it('bears numbers that no other paper of the programme and year bears', () => {
    const numbers = Array.from({ length: 30 }, (_, group) => {
      const register = String(group + 1).padStart(4, '0');
      const award = {
        sk: { number: `${register}/SK/TKM-2020/2020` },
        pks: { number: `${register}/PKS/TKM-2020/2020` },
      };
      return [1, 2, 9].flatMap((tranche) =>
        draftKinds
          .filter((kind) => kind !== 'sk-attachment' && (tranche === 1 || !isAwardPaper(kind)))
          .map((kind) => draftNumber(award, kind, tranche)),
      );
    }).flat();
    expect(new Set(numbers).size).toBe(numbers.length);
    const award = { sk: { number: '0007/SK/TKM-2020/2020' }, pks: { number: '0007/PKS/TKM-2020/2020' } };
    expect(draftNumber(award, 'sk-attachment', 1, 2)).toBe(draftNumber(award, 'sk', 1, 2));
    expect(numbers).toContain('0007/SPTJM-IX/TKM-2020/2020');
    expect(() => draftNumber({ sk: { number: 'x' }, pks: { number: 'y' } }, 'bap', 1)).toThrow('0007/SK');
  });
});
