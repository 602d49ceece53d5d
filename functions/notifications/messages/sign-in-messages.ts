/** Messages to people of the directory about all that waits for them: the sign-in link, the morning's list. */

import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { writtenMoment } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import { type SubjectFacts, titled } from '#functions/notifications/messages/subject-facts.ts';

/** Carries the link by which a person signs in, once. */
export function signInLink(facts: {
  name: string;
  url: string;
  /** How long the link can be used. */
  minutes: number;
}): Message {
  return {
    subject: { id: 'Tautan untuk masuk ke Jaring', en: 'Link to sign in to Jaring' },
    blocks: [
      { id: `Yth. ${facts.name},`, en: `Dear ${facts.name},` },
      {
        id: `Dengan tautan ini Anda masuk dan melihat semua permintaan yang menunggu Anda. Tautan berlaku ${facts.minutes} menit dan hanya sekali.`,
        en: `With this link you sign in and see everything that waits for you. It works for ${facts.minutes} minutes, and once.`,
      },
      { action: { id: 'Masuk', en: 'Sign in' }, url: facts.url },
      {
        id: 'Jika Anda tidak meminta tautan ini, abaikan pesan ini; tanpa tautan ini tidak ada yang dapat masuk atas nama Anda.',
        en: 'If you did not ask for this link, ignore this message; no one can sign in for you without it.',
      },
    ],
  };
}

/** One line of the morning's list. */
export interface DigestLine {
  kind: AskKind;
  subject: SubjectFacts;
  /** When the ask ends without an answer (ISO). */
  until: string;
}

/** The morning's list of all that waits for a person, soonest first. */
export function digest(facts: {
  name: string;
  /** All that waits; of many, only the first are listed. */
  asks: readonly DigestLine[];
  /** Where to sign in. */
  url: string;
}): Message {
  const listed = facts.asks.slice(0, longestDigest);
  const more = facts.asks.length - listed.length;
  return {
    subject: {
      id: `${facts.asks.length} permintaan menunggu Anda`,
      en: `${facts.asks.length} requests wait for you`,
    },
    blocks: [
      { id: `Yth. ${facts.name},`, en: `Dear ${facts.name},` },
      {
        id: `Pagi ini ${facts.asks.length} permintaan menunggu jawaban Anda, yang paling mendesak lebih dahulu:`,
        en: `This morning ${facts.asks.length} requests wait for your answer, the most urgent first:`,
      },
      {
        list: listed.map(({ kind, subject, until }) => {
          const { title } = kindOf(kind).form;
          const end = writtenMoment(until);
          const line = titled(title, subject);
          return { id: `${line.id}, sampai ${end.id}`, en: `${line.en}, until ${end.en}` };
        }),
      },
      ...(more > 0 ? [{ id: `dan ${more} lagi.`, en: `and ${more} more.` }] : []),
      {
        id: 'Masuk untuk melihat semuanya di satu halaman; beberapa dapat dijawab sekaligus. Tautan dalam pesan sebelumnya tetap berlaku.',
        en: 'Sign in to see them all on one page; several can be answered at once. The links of earlier messages still work.',
      },
      { action: { id: 'Masuk', en: 'Sign in' }, url: facts.url },
    ],
  };
}

/** The maximum of asks listed in one message. */
const longestDigest = 50;
