/**
 * What each person answers when all goes well, by the kind of question. Dates are the day of the message, so that
 * nothing lies in the future; whatever else a page needs, its own fields say.
 */
import type { AskKind } from '#domain/ask-kinds.ts';
import type { Mail } from './mailbox.ts';
import type { Page } from './page.ts';

/** What a person sees when deciding what to answer. */
export interface Situation {
  kind: AskKind;
  proposalId: string;
  /** The address that the message came to. */
  person: string;
  mail: Mail;
  page: Page;
  /** The day of the message in Jakarta, `yyyy-mm-dd`. */
  today: string;
}

/** The fields to send; `undefined` leaves the message unanswered. */
export type Reply = Readonly<Record<string, string | readonly string[]>> | undefined;

/** Decides what a person answers, at once or after doing something; nothing at all lets the question wait. */
export type Replies = { readonly [Kind in AskKind]?: (situation: Situation) => Reply | Promise<Reply> };

const paper = (name: string) => (situation: Situation) => ({
  number: `${name}-${situation.proposalId.slice(2)}/${situation.today.slice(0, 4)}`,
  date: situation.today,
});

const position = { latitude: '-7.4245', longitude: '109.2302' };

/** Everybody agrees, everything is in order. The group's own correction is not here: it needs the packet. */
export const agreeableReplies = {
  membership: () => ({ outcome: 'confirmed' }),
  'site-visit': ({ today }) => ({
    outcome: 'pass',
    visitedOn: today,
    ...position,
    note: 'Tempat dan orang sesuai.',
  }),
  approval: () => ({ outcome: 'approve' }),
  'tranche-documents': () => ({ progress: '60' }),
  spp: paper('SPP'),
  spm: (situation) => ({ outcome: 'issued', ...paper('SPM')(situation) }),
  sp2d: paper('SP2D'),
  'bank-inquiry': () => ({ outcome: 'wait' }),
  'training-session': ({ today, page }) => ({ heldOn: today, present: attendance(page) }),
  'mentor-visit': ({ today }) => ({ visitedOn: today, ...position, running: 'yes' }),
  outcome: () => ({ running: 'yes', workers: '20', turnover: '18.500.000', creditReady: 'yes' }),
  lpj: ({ page }) => ({ spent: received(page), returned: '0' }),
} satisfies Replies;

/** Most of the members: all but every tenth. */
function attendance(page: Page): string[] {
  const choices = page.answer?.fields.find(({ name }) => name === 'present')?.choices ?? [];
  return choices.filter((_, index) => index % 10 !== 9);
}

/** What the group has received, as the page shows it. */
function received(page: Page): string {
  return (
    page.answer?.fields.find(({ name }) => name === 'spent')?.value ||
    (/Rp[\d.]+/.exec(page.text)?.[0] ?? '0')
  );
}
