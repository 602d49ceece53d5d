import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerProblems, readAnswer, readForm } from '#domain/asks/answers.ts';
import { type Answer, type AskKind, askKinds } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { tkm, twoTranches } from '../packet/packets.ts';

/** A form filled in well, for each outcome that a form offers. */
const filled: { kind: AskKind; fields: FormFields; outcome: string }[] = [
  { kind: 'correction', fields: { outcome: 'withdrawn', reason: 'Bubar' }, outcome: 'withdrawn' },
  { kind: 'membership', fields: { outcome: 'confirmed' }, outcome: 'confirmed' },
  { kind: 'membership', fields: { outcome: 'denied', note: 'Bukan saya' }, outcome: 'denied' },
  {
    kind: 'membership-review',
    fields: { outcome: 'mistaken', reason: 'Salah tekan' },
    outcome: 'mistaken',
  },
  { kind: 'membership-review', fields: { outcome: 'upheld', reason: 'Nama dipakai' }, outcome: 'upheld' },
  {
    kind: 'site-visit',
    fields: { outcome: 'pass', visitedOn: '2020-08-03', latitude: '-7,42', longitude: '109.24', note: '' },
    outcome: 'pass',
  },
  {
    kind: 'site-visit',
    fields: { outcome: 'fail', visitedOn: '3/8/2020', reason: 'Kosong' },
    outcome: 'fail',
  },
  { kind: 'approval', fields: { outcome: 'approve' }, outcome: 'approve' },
  { kind: 'approval', fields: { outcome: 'reject', reason: 'Tidak layak' }, outcome: 'reject' },
  { kind: 'approval', fields: { outcome: 'return', reason: 'RAB\r\nkurang rinci' }, outcome: 'return' },
  { kind: 'objection', fields: { outcome: 'objected', reason: 'Alamat benar' }, outcome: 'objected' },
  { kind: 'objection', fields: { outcome: 'accepted' }, outcome: 'accepted' },
  { kind: 'appeal', fields: { outcome: 'granted', reason: 'Terbukti' }, outcome: 'granted' },
  { kind: 'appeal', fields: { outcome: 'dismissed', reason: 'Tetap' }, outcome: 'dismissed' },
  { kind: 'tranche-documents', fields: { progress: '55' }, outcome: 'provided' },
  { kind: 'spp', fields: { outcome: 'issued', number: 'SPP-1', date: '2020-08-03' }, outcome: 'issued' },
  { kind: 'spp', fields: { outcome: 'returned' }, outcome: 'returned' },
  { kind: 'spm', fields: { outcome: 'issued', number: 'SPM-1', date: '2020-08-03' }, outcome: 'issued' },
  { kind: 'spm', fields: { outcome: 'refused', reason: 'Salah' }, outcome: 'refused' },
  { kind: 'sp2d', fields: { outcome: 'issued', number: 'SP2D-1', date: '2020-08-03' }, outcome: 'issued' },
  {
    kind: 'bank-inquiry',
    fields: { outcome: 'settled', bankReference: 'B1', valueDate: '2020-08-03' },
    outcome: 'settled',
  },
  { kind: 'bank-inquiry', fields: { outcome: 'rejected', reason: 'Tutup' }, outcome: 'rejected' },
  { kind: 'bank-inquiry', fields: { outcome: 'wait' }, outcome: 'wait' },
  {
    kind: 'account-correction',
    fields: { bankCode: ' 014', number: '0012-345 67.8', holder: 'KEL SUMBER REJEKI' },
    outcome: 'corrected',
  },
  { kind: 'account-acceptance', fields: { outcome: 'accepted', compared: 'yes' }, outcome: 'accepted' },
  { kind: 'account-acceptance', fields: { outcome: 'refused', reason: 'Bukan' }, outcome: 'refused' },
  { kind: 'receipt', fields: { outcome: 'confirmed' }, outcome: 'confirmed' },
  { kind: 'receipt', fields: { outcome: 'denied', note: 'Belum ada' }, outcome: 'denied' },
  { kind: 'receipt-review', fields: { outcome: 'release', reason: 'Sudah' }, outcome: 'release' },
  { kind: 'receipt-review', fields: { outcome: 'stop', reason: 'Belum' }, outcome: 'stop' },
  { kind: 'training-session', fields: { heldOn: '2020-08-03', present: ['2', '1', '1'] }, outcome: 'held' },
  { kind: 'mentor-visit', fields: { visitedOn: '2020-08-03', running: 'yes' }, outcome: 'visited' },
  {
    kind: 'outcome',
    fields: { running: 'no', workers: '18', turnover: 'Rp 7.500.000', creditReady: 'no' },
    outcome: 'recorded',
  },
  { kind: 'muster-roll', fields: { note: '' }, outcome: 'handed-in' },
  { kind: 'lpj', fields: { spent: '40.000.000', leftover: '0' }, outcome: 'submitted' },
  {
    kind: 'deposit-billing',
    fields: { billingCode: '8202 2092 2465 628', expiresOn: '2020-08-10' },
    outcome: 'issued',
  },
  {
    kind: 'deposit-slip',
    fields: {
      outcome: 'deposited',
      ntpn: '1a2b-3c4d-5e6f-7a8b',
      depositedOn: '2020-08-03',
      amount: 'Rp1.000.000',
    },
    outcome: 'deposited',
  },
  { kind: 'deposit-slip', fields: { outcome: 'code-expired' }, outcome: 'code-expired' },
  { kind: 'deposit-check', fields: { outcome: 'confirmed' }, outcome: 'confirmed' },
  { kind: 'deposit-check', fields: { outcome: 'refused', reason: 'Tidak ada' }, outcome: 'refused' },
  { kind: 'payment-hold', fields: { outcome: 'freed' }, outcome: 'freed' },
  { kind: 'payment-hold', fields: { outcome: 'kept', reason: 'Belum jelas' }, outcome: 'kept' },
  { kind: 'run-release', fields: { outcome: 'released' }, outcome: 'released' },
  {
    kind: 'run-release',
    fields: { outcome: 'partly-held', payments: ['P-1', ' p-2; P-1'], reason: 'Ragu' },
    outcome: 'partly-held',
  },
  { kind: 'run-release', fields: { outcome: 'held', reason: 'Jumlah tidak cocok' }, outcome: 'held' },
];

function codesOf(kind: AskKind, fields: FormFields) {
  return readAnswer(kind, fields).problems.map(({ code, where }) => `${code} ${where}`);
}

describe('a deposit’s numbers', () => {
  test.each([
    ['billingCode', 'deposit-billing', '82022092246562', 'billing-code-malformed'],
    ['billingCode', 'deposit-billing', '82022092246562O', 'billing-code-malformed'],
    ['billingCode', 'deposit-billing', '', 'field-missing'],
    ['ntpn', 'deposit-slip', '1A2B3C4D5E6F7A8', 'ntpn-malformed'],
    ['ntpn', 'deposit-slip', '1A2B3C4D5E6F7A8Ñ', 'ntpn-malformed'],
    ['ntpn', 'deposit-slip', '1A2B3C4D5E6F7A8BC', 'ntpn-malformed'],
    ['ntpn', 'deposit-slip', '=1+1', 'ntpn-malformed'],
  ] as const)('of another form are reported: %s of %s “%s”', (field, kind, text, code) => {
    const sound = filled.find((each) => each.kind === kind)?.fields ?? {};
    expect(codesOf(kind, { ...sound, [field]: text })).toEqual([`${code} ${field}`]);
  });

  test('are the same however they are written', () => {
    expect(filledAnswer('deposit-billing')).toMatchObject({ billingCode: '820220922465628' });
    expect(filledAnswer('deposit-slip')).toMatchObject({ ntpn: '1A2B3C4D5E6F7A8B', amount: 1_000_000 });
  });
});

test.each(['-5', '1e7', '10,5', '1.5', '0x10', '1.0000'])(
  'an amount of “%s” is not whole rupiah',
  (turnover) => {
    const { fields } = filled.find(({ kind }) => kind === 'outcome') ?? {};
    expect(codesOf('outcome', { ...fields, turnover })).toEqual(['field-not-rupiah turnover']);
  },
);

describe('a form filled in well', () => {
  test.each(filled)('is an answer: $kind, $outcome', ({ kind, fields, outcome }) => {
    const { answer, problems } = readAnswer(kind, fields);
    expect(problems).toEqual([]);
    expect(answer).toMatchObject({ outcome });
    // Stored and read again, it is the same answer.
    expect(kinds[kind].answer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  });

  test('covers every kind of ask', () => {
    expect(new Set(filled.map(({ kind }) => kind))).toEqual(new Set(askKinds));
  });

  test('is read into typed values', () => {
    expect(readAnswer('training-session', { heldOn: '2020-08-03', present: '7' }).answer?.present).toEqual([
      7,
    ]);
    expect(readAnswer('training-session', { heldOn: '2020-08-03' }).answer?.present).toEqual([]);
    expect(filledAnswer('outcome')).toEqual({
      outcome: 'recorded',
      running: false,
      workers: 18,
      turnover: 7_500_000,
      creditReady: false,
    });
    expect(filledAnswer('account-correction')).toMatchObject({ bankCode: '014', number: '0012345678' });
    expect(filledAnswer('site-visit')).toMatchObject({
      latitude: -7.42,
      longitude: 109.24,
    });
  });
});

function filledAnswer(kind: AskKind): Answer | undefined {
  return readAnswer(kind, filled.find((one) => one.kind === kind)?.fields ?? {}).answer;
}

describe('a form filled in badly', () => {
  test('names every field that is wrong, at once', () => {
    expect(
      codesOf('outcome', { running: 'maybe', workers: 'many', turnover: '-5', creditReady: '' }),
    ).toEqual([
      'field-wrong-kind running',
      'field-not-a-number workers',
      'field-not-rupiah turnover',
      'field-missing creditReady',
    ]);
    const spp = { outcome: 'issued' };
    expect(codesOf('spp', spp)).toEqual(['field-missing number', 'field-missing date']);
    expect(codesOf('spp', { ...spp, number: 'a\u0000b', date: '2020-02-30' })).toEqual([
      'field-has-control-characters number',
      'field-not-a-date date',
    ]);
    expect(codesOf('account-correction', { bankCode: '2', number: 'x', holder: ' ' })).toEqual([
      'field-malformed bankCode',
      'field-malformed number',
      'field-missing holder',
    ]);
  });

  test('cannot give an outcome that the form does not offer', () => {
    expect(codesOf('correction', { outcome: 'revised', revision: '2' })).toEqual([
      'field-not-a-choice outcome',
    ]);
    expect(codesOf('membership', { outcome: 'quorum', confirmed: '20', of: '20' })).toEqual([
      'field-not-a-choice outcome',
    ]);
    expect(codesOf('approval', { outcome: 'expired' })).toEqual(['field-not-a-choice outcome']);
    expect(codesOf('approval', {})).toEqual(['field-missing outcome']);
    expect(readAnswer('tranche-documents', { outcome: 'expired' }).answer?.outcome).toBe('provided');
    expect(codesOf('spm', { outcome: 'cancelled', paper: 'spp', reason: 'Salah' })).toEqual([
      'field-not-a-choice outcome',
    ]);
  });

  test('must say why it rejects or returns', () => {
    for (const outcome of ['reject', 'return']) {
      expect(codesOf('approval', { outcome, reason: ' ' })).toEqual(['reason-missing reason']);
    }
  });

  test('must not send a field twice, or a text without end', () => {
    expect(codesOf('approval', { outcome: ['approve', 'reject'] })).toContain('field-doubled outcome');
    expect(codesOf('approval', { outcome: 'reject', reason: 'x'.repeat(1_000_000) })).toEqual([
      'field-too-long reason',
    ]);
  });

  test('never makes the reading fail, whatever is posted', () => {
    const anyValue = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined));
    const names = ['outcome', 'reason', 'number', 'date', 'present', 'spent', 'running', '__proto__'];
    fc.assert(
      fc.property(
        fc.constantFrom(...askKinds),
        fc.dictionary(fc.constantFrom(...names), anyValue),
        (kind, fields) => {
          const reading = readAnswer(kind, fields);
          expect(reading.answer === undefined).toBe(reading.problems.length > 0);
        },
      ),
    );
  });
});

describe('a posted body', () => {
  test('is read field by field, doubled ones as lists', () => {
    expect(readForm('present=1&present=2&note=a+b%26c&__proto__=x')).toEqual(
      Object.fromEntries([
        ['present', ['1', '2']],
        ['note', 'a b&c'],
        ['__proto__', 'x'],
      ]),
    );
  });
});

describe('an answer in good form', () => {
  const facts = { today: '2020-08-03', documents: [], evidence: [] };
  const codes = (kind: AskKind, answer: Answer, more: object = {}) =>
    answerProblems(kind, answer, { ...facts, ...more }).map(({ code, where }) => `${code} ${where}`);

  test('must not lie in the future', () => {
    const answer = kinds.spp.answer.parse({ outcome: 'issued', number: '1', date: '2020-08-04' });
    expect(codes('spp', answer)).toEqual(['date-in-future date']);
  });

  test('must not be dated before the paper that comes first', () => {
    const answer = kinds.spm.answer.parse({ outcome: 'issued', number: '1', date: '2020-08-01' });
    const on = (date: string) => codes('spm', answer, { paperBefore: { name: 'SPP', date } });
    expect(on('2020-08-02')).toEqual(['date-before-paper date']);
    expect(on('2020-08-01')).toEqual([]);
  });

  test('of an account that was corrected names a bank that the rail reaches', () => {
    const fields = { outcome: 'corrected', bankCode: '999', number: '0123456789', holder: '***' };
    const answer = kinds['account-correction'].answer.parse(fields);
    expect(codes('account-correction', answer, { rail: twoTranches.payment.rail })).toEqual([
      'bank-unknown bankCode',
      'name-not-writable holder',
    ]);
    expect(codes('account-correction', answer, { rail: tkm.payment.rail })).toEqual([
      'bank-unknown bankCode',
    ]);
    const short = kinds['account-correction'].answer.parse({
      ...{ outcome: 'corrected', bankCode: '002', number: '12345', holder: 'KEL MAJU' },
    });
    expect(codes('account-correction', short, { rail: tkm.payment.rail })).toEqual(['account-length number']);
  });

  test('approves an account that another proposal gave, and no one accepted, with a note only', () => {
    const approve = (note?: string) => kinds.approval.answer.parse({ outcome: 'approve', note });
    const claimed = { accountClaimed: true };
    expect(codes('approval', approve(), claimed)).toEqual(['account-claim-note-missing note']);
    expect(codes('approval', approve(' '), claimed)).toEqual(['account-claim-note-missing note']);
    expect(codes('approval', approve('Surat bank: milik kelompok ini'), claimed)).toEqual([]);
    expect(codes('approval', approve(), { accountClaimed: false })).toEqual([]);
    const accept = (note?: string) =>
      kinds['account-acceptance'].answer.parse({ outcome: 'accepted', compared: 'yes', note });
    expect(codes('account-acceptance', accept(), claimed)).toEqual(['account-claim-note-missing note']);
    expect(codes('account-acceptance', accept('Surat bank: milik kelompok ini'), claimed)).toEqual([]);
    expect(codes('account-acceptance', accept(), { accountClaimed: false })).toEqual([]);
    expect(
      codes('approval', kinds.approval.answer.parse({ outcome: 'reject', reason: 'x' }), claimed),
    ).toEqual([]);
  });

  test('of a site visit needs a position and photos, unless the visit failed', () => {
    const documents = tkm.verification.siteVisit.evidence;
    const pass = kinds['site-visit'].answer.parse({ outcome: 'pass', visitedOn: '2020-08-03' });
    expect(codes('site-visit', pass, { positionNeeded: true, documents })).toEqual([
      'position-missing latitude',
      'document-missing visit-photos',
    ]);
    const photo = (file: number) => ({
      documentType: 'visit-photos' as const,
      key: `evidence/P/a/visit-photos/${file}.jpg`,
      bytes: 10,
      mediaType: 'image/jpeg' as const,
    });
    expect(codes('site-visit', pass, { documents, evidence: [photo(1), photo(2)] })).toEqual([]);
    const wrong = { ...photo(3), mediaType: null };
    expect(codes('site-visit', pass, { documents, evidence: [photo(1), photo(2), wrong] })).toEqual([
      'attachment-wrong-content 3.jpg',
    ]);
    const fail = { outcome: 'fail', visitedOn: '2020-08-03', reason: 'Kosong' };
    expect(codes('site-visit', kinds['site-visit'].answer.parse(fail), { documents })).toEqual([]);
  });

  test('brings papers of as many pages as the rule-pack says, in files that can be looked at', () => {
    const documents = [
      {
        type: 'ruk',
        min: 1,
        max: 3,
        mediaTypes: ['application/pdf'],
        maxBytes: 99,
        minPages: 3,
        maxPages: 5,
      },
    ] as const;
    const answer = kinds['tranche-documents'].answer.parse({ outcome: 'provided' });
    const found = (...files: { pages?: number; fault?: 'encrypted' }[]) =>
      codes('tranche-documents', answer, {
        documents: documents.map((each) => ({ ...each, mediaTypes: [...each.mediaTypes] })),
        evidence: files.map((file, index) => ({
          documentType: 'ruk' as const,
          key: `evidence/P/a/ruk/${index}.pdf`,
          bytes: 10,
          mediaType: 'application/pdf' as const,
          ...file,
        })),
      });
    expect(found({ pages: 2 })).toEqual(['document-pages-too-few ruk']);
    expect(found({ pages: 2 }, { pages: 1 })).toEqual([]);
    expect(found({ pages: 3 }, { pages: 3 })).toEqual(['document-pages-too-many ruk']);
    expect(found({ pages: 4 }, { fault: 'encrypted' })).toEqual(['scan-encrypted 1.pdf']);
  });

  test('about a tranche must reach the required progress', () => {
    const answer = (progress?: number) =>
      kinds['tranche-documents'].answer.parse({ outcome: 'provided', progress });
    const required = { requiredProgress: 50 };
    expect(codes('tranche-documents', answer(), required)).toEqual(['field-missing progress']);
    expect(codes('tranche-documents', answer(49), required)).toEqual(['progress-too-low progress']);
    expect(codes('tranche-documents', answer(50), required)).toEqual([]);
    expect(codes('tranche-documents', answer())).toEqual([]);
  });

  test('about a session names members of the group', () => {
    const answer = kinds['training-session'].answer.parse({
      outcome: 'held',
      heldOn: '2020-08-03',
      present: [1, 99],
    });
    expect(codes('training-session', answer, { members: [1, 2] })).toEqual([
      'attendance-unknown-member present',
    ]);
  });

  test('of the LPJ accounts for every rupiah', () => {
    const lpj = (spent: number, leftover: number) =>
      kinds.lpj.answer.parse({ outcome: 'submitted', spent, leftover });
    const received = { received: rupiah(40_000_000) };
    expect(codes('lpj', lpj(40_000_000, 0), received)).toEqual([]);
    expect(codes('lpj', lpj(39_000_000, 1_000_000), received)).toEqual([]);
    expect(codes('lpj', lpj(39_000_000, 0), received)).toEqual(['lpj-sum-wrong spent']);
    expect(codes('lpj', lpj(39_000_000, 1_000_001), received)).toEqual(['lpj-sum-wrong spent']);
  });

  test('of a deposit has a code that can still be paid, and a slip that fits it', () => {
    const billing = (expiresOn: string) =>
      kinds['deposit-billing'].answer.parse({
        outcome: 'issued',
        billingCode: '820220922465628',
        expiresOn,
      });
    expect(codes('deposit-billing', billing('2020-08-03'))).toEqual([]);
    expect(codes('deposit-billing', billing('2020-08-02'))).toEqual(['billing-code-expired expiresOn']);
    const slip = (depositedOn: string, amount: number) =>
      kinds['deposit-slip'].answer.parse({
        ...{ outcome: 'deposited', ntpn: '1A2B3C4D5E6F7A8B', depositedOn, amount },
      });
    const owed = (expiresOn: string) => ({
      deposit: { amount: rupiah(1_000_000), expiresOn },
      paperBefore: { name: 'kode billing', date: '2020-08-01' },
      documents: [{ type: 'deposit-slip', min: 1, max: 1, mediaTypes: ['image/png'], maxBytes: 10 }] as const,
    });
    const all = codes('deposit-slip', slip('2020-08-03', 999_999), owed('2020-08-02') as never);
    expect(all).toEqual([
      'deposit-after-expiry depositedOn',
      'deposit-amount-wrong amount',
      'document-missing deposit-slip',
    ]);
    const { documents: _, ...scanned } = owed('2020-08-10');
    expect(codes('deposit-slip', slip('2020-08-03', 1_000_000), scanned)).toEqual([]);
    expect(codes('deposit-slip', slip('2020-07-31', 1_000_000), scanned)).toEqual([
      'date-before-paper depositedOn',
    ]);
    expect(codes('deposit-slip', slip('2020-08-04', 1_000_000), scanned)).toEqual([
      'date-in-future depositedOn',
    ]);
    const expired = kinds['deposit-slip'].answer.parse({ outcome: 'code-expired' });
    expect(codes('deposit-slip', expired, owed('2020-08-02') as never)).toEqual([]);
  });
});
