/**
 * What each person answers when all goes well, by the kind of question. Dates are the day of the message, so that
 * nothing lies in the future; whatever else a page needs, its own fields say.
 */

import { createHash } from 'node:crypto';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Mail } from './mailbox.ts';
import { rollFile, rollOnPage } from './muster-roll.ts';
import type { Page } from './page.ts';

/** What a person sees when deciding what to answer. */
export interface Situation {
  kind: AskKind;
  /** What it is about: a proposal's id, or a payment run's. */
  subjectId: string;
  /** The address that the message came to. */
  person: string;
  mail: Mail;
  page: Page;
  /** The day of the message in Jakarta, `yyyy-mm-dd`. */
  today: string;
}

/** A file that a person sends by one of the page's uploads, of their own accord. */
export interface ChosenFile {
  /** The upload's name on the page. */
  upload: string;
  name: string;
  type: string;
  bytes: Uint8Array;
}

/**
 * The fields to send, after the papers that the page wants; or files alone, where the upload is the answer. `undefined`
 * leaves the message unanswered.
 */
export type Reply =
  | {
      fields: Readonly<Record<string, string | readonly string[]>>;
      /** Papers of one's own, sent in the place of invented ones. */
      papers?: readonly ChosenFile[];
      files?: undefined;
    }
  | { files: readonly ChosenFile[]; fields?: undefined }
  | undefined;

/** Decides what a person answers, at once or after doing something; nothing at all lets the question wait. */
export type Replies = { readonly [Kind in AskKind]?: (situation: Situation) => Reply | Promise<Reply> };

function paper(name: string) {
  return (situation: Situation) => ({
    // No two papers of a kind have one number in a year: the moment distinguishes those of one proposal.
    number: `${name}-${situation.subjectId.slice(2)}/${situation.mail.at.replaceAll(/\D/g, '').slice(0, 14)}`,
    date: situation.today,
  });
}

const position = { latitude: '-7.4245', longitude: '109.2302' };

/**
 * Everyone agrees, everything is in order: by kind, in the order of a proposal's life. Who is silent here needs more than a page
 * says: a correction the packet, another account its number.
 */
export const agreeableReplies = {
  correction: silence,
  membership: () => ({ fields: { outcome: 'confirmed' } }),
  'membership-review': () => ({
    fields: { outcome: 'mistaken', reason: 'Sudah ditelepon: orangnya memang anggota, salah tekan.' },
  }),
  'site-visit': ({ today }) => ({
    fields: { outcome: 'pass', visitedOn: today, ...position, note: 'Tempat dan orang sesuai.' },
  }),
  // Who is not asked about the account has no such field.
  approval: () => ({ fields: { outcome: 'approve', account: 'yes' } }),
  objection: () => ({ fields: { outcome: 'accepted' } }),
  appeal: () => ({ fields: { outcome: 'dismissed', reason: 'Alasan penolakan tetap berlaku.' } }),
  'tranche-documents': () => ({ fields: { progress: '60' } }),
  spp: (situation) =>
    isYearOver(situation)
      ? undefined
      : { fields: { outcome: 'issued', ...paper('SPP')(situation), ...acceptingAll(situation.page) } },
  spm: (situation) => ({ fields: issuedInTime('SPM', situation) }),
  sp2d: (situation) => ({ fields: issuedInTime('SP2D', situation) }),
  'run-release': () => ({ fields: { outcome: 'released' } }),
  'bank-inquiry': () => ({ fields: { outcome: 'wait' } }),
  'account-correction': silence,
  'account-acceptance': () => ({ fields: { outcome: 'accepted', compared: 'yes' } }),
  receipt: () => ({ fields: { outcome: 'confirmed' } }),
  'receipt-review': () => ({
    fields: { outcome: 'release', reason: 'Anggota yang dihubungi sudah menerima manfaatnya.' },
  }),
  'training-session': ({ today, page }) => ({ fields: { heldOn: today, present: attendance(page) } }),
  'mentor-visit': ({ today }) => ({ fields: { visitedOn: today, ...position, running: 'yes' } }),
  outcome: () => ({ fields: { running: 'yes', workers: '20', turnover: '18.500.000', creditReady: 'yes' } }),
  'muster-roll': async ({ page, today }) => ({
    fields: {},
    papers: [{ upload: 'muster-roll', ...(await rollFile(rollOnPage(page.facts, today))) }],
  }),
  lpj: ({ page }) => ({ fields: { spent: page.facts.get('Dana yang diterima') ?? '', leftover: '0' } }),
  'deposit-billing': ({ today, mail }) => ({
    fields: { billingCode: billingCodeFor(mail), expiresOn: laterThan(today, 14) },
  }),
  'deposit-slip': ({ today, page, mail }) => ({
    fields: {
      outcome: 'deposited',
      ntpn: ntpnFor(mail),
      depositedOn: today,
      amount: page.facts.get('Harus disetor ke kas negara') ?? '',
    },
  }),
  'deposit-check': () => ({ fields: { outcome: 'confirmed' } }),
} satisfies Replies;

/** The day that many days later, `yyyy-mm-dd`. */
function laterThan(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A billing code and an NTPN of its own for each recipient: 15 digits, and 16 letters and digits. */
function billingCodeFor({ id }: Mail): string {
  return `82${BigInt(`0x${hashOf(id)}`) % 10n ** 13n}`.padEnd(15, '0');
}
function ntpnFor({ id }: Mail): string {
  return hashOf(id).slice(0, 16).toUpperCase();
}
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
/** Whether the fiscal year whose budget pays, the one of the decree, has passed: then no paper can be issued any more. */
function isYearOver({ page, today }: Situation): boolean {
  return today.slice(0, 4) > (page.facts.get('SK')?.slice(-4) ?? today);
}

function issuedInTime(name: string, situation: Situation) {
  return isYearOver(situation)
    ? { outcome: 'refused', reason: 'Tahun anggaran sudah lewat.' }
    : { outcome: 'issued', ...paper(name)(situation) };
}

/** Every paper that the page has to be tested is accepted. */
function acceptingAll({ answer }: Page): Record<string, string> {
  const papers = (answer?.fields ?? []).filter(({ name }) => name.startsWith('paper-'));
  return Object.fromEntries(papers.map(({ name }) => [name, 'accepted']));
}

/** Most of the members: all but every tenth. */
function attendance(page: Page): string[] {
  const choices = page.answer?.fields.find(({ name }) => name === 'present')?.choices ?? [];
  return choices.filter((_, index) => index % 10 !== 9);
}

/** The leader sends the corrected packet by the upload of the page. */
export function correctedBy(proposal: Uint8Array | string): () => Reply {
  const bytes = Buffer.from(proposal);
  return () => ({
    files: [{ upload: 'proposal', name: 'proposal.json', type: 'application/json', bytes }],
  });
}

/** A reply that is never given. */
export function silence() {
  return undefined;
}

/** The members with the lowest numbers confirm, and those without an e-mail address; the others leave it at that. */
export function confirmedBy(needed: number) {
  return ({ person }: Situation): Reply => {
    const number = Number(/\.(\d+)@/.exec(person)?.[1]);
    return number <= needed || person.startsWith('+') ? { fields: { outcome: 'confirmed' } } : undefined;
  };
}

/** What all agree on, with no more members confirming than the programme wants. */
export function repliesUnder({ verification, payment }: RulePack): Replies {
  return {
    ...agreeableReplies,
    membership: confirmedBy(verification.membership.quorum),
    receipt: confirmedBy(payment.receipt.quorum),
  };
}
