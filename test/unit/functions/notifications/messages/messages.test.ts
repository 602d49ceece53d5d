import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMail } from '#functions/notifications/messages/message.ts';
import {
  type TemplateFacts,
  type TemplateName,
  templates,
} from '#functions/notifications/messages/templates.ts';
import { unpaidReasons } from '#test/workflow/contracts.ts';

/** One example of the facts of every template; `hostile` stands wherever a text comes from people. */
function examples(hostile: string): { [Name in TemplateName]: TemplateFacts<Name> } {
  const lastDays = { spp: '2020-12-11', spm: '2020-12-16', sp2d: '2020-12-23' };
  const about = { proposalId: 'P-0123456789', groupName: hostile };
  const subject = { of: 'proposal' as const, id: 'P-0123456789', groupName: hostile };
  const run = { runId: 'R20200803-0A1B2C3D', count: 2, sum: hostile };
  const ask = {
    subject,
    kind: 'correction' as const,
    name: hostile,
    url: 'https://jaring.example/a/secret',
    until: '2020-10-05T10:00:00Z',
    problems: [{ id: hostile, en: hostile }],
    byReply: true,
  };
  return {
    ask,
    'ask-reminder': ask,
    'ask-escalated': { ...ask, silent: hostile },
    'ask-delegated': { ...ask, delegator: hostile },
    'nobody-eligible': {
      subject,
      ...{ kind: 'approval', role: 'ppk', area: '33.02', why: 'four-eyes', until: ask.until, url: ask.url },
    },
    'nobody-reached': {
      subject,
      who: { id: hostile, en: hostile },
      ask: { kind: 'approval', until: ask.until, inTheirPlace: false },
    },
    'reply-taken': { subject, kind: 'approval', answer: { id: 'Tolak', en: 'Reject' }, at: ask.until },
    'reply-not-taken': {
      about: { subject, kind: 'approval' },
      reason: 'problems',
      problems: [{ id: hostile, en: hostile }],
      words: ['reject', 'return'],
      url: 'https://jaring.example/a/secret',
    },
    'revision-refused': { ...about, reason: 'no-open-correction' },
    'proposal-rejected': { ...about, reason: 'rejected', comment: hostile, final: true },
    'rejection-to-object-to': { ...about, ...ask, kind: 'objection', reason: 'rejected', comment: hostile },
    'objection-granted': { ...about, comment: hostile },
    'rejection-upheld': { ...about, outcome: 'dismissed', comment: hostile },
    'proposal-closed': { ...about, result: 'complete', groupOwes: false },
    'proposal-halted': { ...about, stage: 'payment', error: 'Lambda.Unknown' },
    'membership-denied-late': { ...about, member: 7 },
    'award-granted': {
      ...about,
      decreeNumber: '1/SK/TKM/2020',
      agreementNumber: '1/PKS/TKM/2020',
      date: '2020-10-05',
      amount: 'Rp40.000.000',
      tranches: [{ number: 1, amount: 'Rp40.000.000' }],
    },
    'award-waits': {
      ...about,
      amount: 'Rp40.000.000',
      budgetLine: 'tkm-2020/2020/33',
      until: '2020-12-05T10:00:00Z',
    },
    'overdue-recorded': {
      ...about,
      what: { id: 'LPJ', en: 'LPJ' },
      since: '2020-10-05T10:00:00Z',
      duty: 'group',
    },
    'tranche-settled': {
      ...about,
      tranche: 1,
      amount: 'Rp40.000.000',
      account: '••••7890',
      settledOn: '2020-10-05',
      reference: hostile,
    },
    'tranche-returned': {
      ...about,
      tranche: 1,
      amount: 'Rp40.000.000',
      account: '••••7890',
      reason: hostile,
      closed: false,
    },
    'money-recalled': { ...about, amount: 'Rp1.000.000', decision: hostile, reason: hostile },
    'deposit-cancelled': { ...about, amount: 'Rp1.000.000', reason: hostile },
    'deposit-confirmed': {
      ...about,
      amount: 'Rp1.000.000',
      ntpn: '0123456789ABCDEF',
      depositedOn: '2020-10-05',
    },
    'receipts-doubtful': { ...about, tranche: 1, confirmed: 9, denied: 3, of: 20, needed: 15 },
    'bookings-late': { count: 1, payments: [hostile] },
    'bank-file-odd': {
      key: 'inbox/x.txt',
      unknown: [hostile],
      contradictions: [hostile],
      paidAgain: [hostile],
      kept: [{ id: hostile, en: hostile }],
    },
    'settings-refused': { file: 'people.json', count: 2, problems: [{ id: hostile, en: hostile }] },
    'year-end-group': { ...about, year: 2020, left: 14, lastDays },
    'year-end-official': { name: hostile, year: 2020, left: 3, count: 12, sum: 'Rp480.000.000', lastDays },
    'calendar-missing': { holidays: [2021], lastDays: [2020] },
    'sign-in': { name: hostile, url: 'https://jaring.example/masuk/secret', minutes: 30 },
    digest: {
      name: hostile,
      asks: [{ kind: 'approval', subject, until: ask.until }],
      url: 'https://jaring.example/masuk',
    },
    'code-enrolment': { name: hostile, url: 'https://jaring.example/kode/secret', until: ask.until },
    'run-withdrawn': { ...run, why: 'held', by: hostile, reason: hostile },
    'code-locked': {
      title: { id: 'Persetujuan', en: 'Approval' },
      of: hostile,
      askId: 'P-0123456789.approval.1-0',
      personId: 'paula',
      name: hostile,
    },
    'bank-file-refused': { key: 'inbox/x.txt', problems: [{ id: hostile, en: hostile }] },
  };
}

function mailOf<Name extends TemplateName>(name: Name, hostile: string, language: 'id' | 'en' = 'id') {
  const compose = templates[name] as (facts: TemplateFacts<Name>) => ReturnType<(typeof templates)[Name]>;
  return composeMail(compose(examples(hostile)[name]), language);
}

const noises = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 300 })
  .map((points) => String.fromCodePoint(...points));

const names = Object.keys(templates) as TemplateName[];

describe('messages', () => {
  it.each(names)('%s says the same in Indonesian first and English below, as HTML and as text', (name) => {
    const mail = mailOf(name, 'Maju Bersama');
    const [indonesian, english] = mail.text.split('\n----------\n');
    expect(indonesian).toContain('Pesan ini dikirim otomatis oleh Jaring');
    expect(english).toContain('Jaring sent this message automatically');
    expect(mail.html.indexOf('lang="id"')).toBeLessThan(mail.html.indexOf('<div lang="en"'));
    expect(mail.subject).not.toBe('');
  });

  it.each(names)('%s escapes whatever people wrote, and keeps its subject on one short line', (name) => {
    fc.assert(
      fc.property(noises, (noise) => {
        const mail = mailOf(name, `<img src=x onerror=alert(1)>\r\nBcc: a@b.id${noise}`);
        expect(mail.html).not.toContain('<img');
        expect(mail.subject).not.toMatch(/[\r\n]/);
        expect(mail.subject.length).toBeLessThanOrEqual(150);
      }),
      { numRuns: 20 },
    );
  });

  it('writes the subject in the language of the reader', () => {
    expect(mailOf('proposal-closed', 'Maju', 'id').subject).toBe('Proses selesai – Maju (P-0123456789)');
    expect(mailOf('proposal-closed', 'Maju', 'en').subject).toBe('Process closed – Maju (P-0123456789)');
  });

  it('says at the close that the members are held only where the group owes its report', () => {
    const closed = (groupOwes: boolean) =>
      composeMail(
        templates['proposal-closed']({
          proposalId: 'P-1',
          groupName: 'Maju',
          result: 'with-overdue',
          groupOwes,
        }),
        'id',
      ).text;
    expect(closed(true)).toContain('tidak dapat menerima bantuan baru');
    expect(closed(false)).not.toContain('tidak dapat menerima bantuan baru');
  });

  it('lists every problem of a proposal and gives the link in both forms', () => {
    const mail = mailOf('ask', 'NIK anggota 3 salah');
    expect(mail.text).toContain('- NIK anggota 3 salah');
    expect(mail.text).toContain('https://jaring.example/a/secret');
    expect(mail.html).toContain('href="https://jaring.example/a/secret"');
  });

  it('gives dates in Jakarta, as each language writes them', () => {
    const { text } = mailOf('ask', 'Maju');
    expect(text).toContain('5 Oktober 2020 pukul 17.00 WIB');
    expect(text).toContain('5 October 2020, 17:00 WIB (Jakarta)');
  });

  it.each(unpaidReasons)('has words for the reason %s for which a first tranche stays unpaid', (reason) => {
    const { text } = composeMail(
      templates['proposal-rejected']({ proposalId: 'P-1', groupName: 'Maju', reason, final: false }),
      'id',
    );
    expect(text).not.toContain('Alasan:');
  });

  it('informs a group that may object how, and until which day', () => {
    const { subject, text } = mailOf('rejection-to-object-to', 'Maju');
    expect(subject).toContain('Proposal tidak dilanjutkan');
    expect(text).toContain('keberatan satu kali, paling lambat 5 Oktober 2020');
    expect(text).toContain('https://jaring.example/a/secret');
  });

  it('says which rejection is final', () => {
    const about = { proposalId: 'P-1', groupName: 'Maju', reason: 'rejected' };
    const textOf = (final: boolean) =>
      composeMail(templates['proposal-rejected']({ ...about, final }), 'id').text;
    expect(textOf(true)).toContain('bersifat akhir');
    expect(textOf(false)).not.toContain('bersifat akhir');
    const upheld = (outcome: 'dismissed' | 'expired') =>
      composeMail(templates['rejection-upheld']({ ...about, outcome }), 'id').text;
    expect(upheld('dismissed')).toContain('ditolak');
    expect(upheld('expired')).toContain('tidak diputuskan sampai batas waktunya');
  });

  it('quotes a reason it has no words for', () => {
    const { text } = composeMail(
      templates['proposal-rejected']({
        ...{ proposalId: 'P-1', groupName: 'Maju' },
        ...{ reason: 'something-new', final: false },
      }),
      'id',
    );
    expect(text).toContain('Alasan: something-new.');
  });
});
