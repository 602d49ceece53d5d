/** Messages that ask a person for something: the first, the reminder, the escalation, and the cry for help. */

import { needsCode } from '#domain/asks/ask.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { type ReplyWord, replyWords } from '#domain/asks/kind.ts';
import { outcomeOfWord, wordsFor } from '#domain/asks/reply.ts';
import { type Bilingual, both, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import type { Block, Message } from '#functions/notifications/messages/message.ts';
import { statusBlocks } from '#functions/notifications/messages/status-block.ts';
import { type SubjectFacts, subjectRows, titled } from '#functions/notifications/messages/subject-facts.ts';

/** What every message about an ask says. */
export interface AskFacts {
  kind: AskKind;
  subject: SubjectFacts;
  /** The person addressed. */
  name: string;
  /** The personal link. */
  url: string;
  /** When the ask ends without an answer (ISO). */
  until: string;
  /** What is wrong with the proposal, when that is what the person is asked to correct. */
  problems?: readonly Bilingual[];
  /** The papers that are still to be handed in; absent where none are wanted. */
  missing?: readonly Bilingual[];
  /** What is to be deposited into kas negara (formatted rupiah), and by which code until when (ISO date). */
  deposit?: { amount: string; billingCode?: string; expiresOn?: string };
  /** Whether mail that answers this one is received, and the ask can be answered without papers. */
  byReply: boolean;
  /** The status page, for the group's leader. */
  statusUrl?: string;
}

function greeting(name: string): Bilingual {
  return { id: `Yth. ${name},`, en: `Dear ${name},` };
}

function subjectOf(lead: Bilingual, { kind, subject }: { kind: AskKind; subject: SubjectFacts }): Bilingual {
  const { title } = kindOf(kind).form;
  return titled({ id: `${lead.id}${title.id}`, en: `${lead.en}${title.en}` }, subject);
}

function askFactRows({ subject, until, deposit }: AskFacts): Block {
  const end = writtenMoment(until);
  return {
    facts: [
      ...subjectRows(subject),
      ...(deposit === undefined
        ? []
        : [
            [
              { id: 'Harus disetor ke kas negara', en: 'To deposit into kas negara' },
              both(deposit.amount),
            ] as const,
          ]),
      ...(deposit?.billingCode === undefined
        ? []
        : [[{ id: 'Kode billing', en: 'Billing code' }, both(deposit.billingCode)] as const]),
      ...(deposit?.expiresOn === undefined
        ? []
        : [
            [
              { id: 'Kode billing berlaku sampai', en: 'The billing code can be paid until' },
              writtenDate(deposit.expiresOn),
            ] as const,
          ]),
      [{ id: 'Batas waktu', en: 'Answer by' }, end],
    ],
  };
}

function problemList(problems: readonly Bilingual[] | undefined): Block[] {
  return problems === undefined || problems.length === 0
    ? []
    : [
        {
          id: `Yang harus diperbaiki (${problems.length}):`,
          en: `What has to be corrected (${problems.length}):`,
        },
        { list: problems },
      ];
}

/** Exactly what is still to be handed in. */
function missingList(missing: readonly Bilingual[] | undefined): Block[] {
  if (missing === undefined) return [];
  if (missing.length === 0)
    return [
      {
        id: 'Semua dokumen yang diminta sudah diunggah. Yang masih kurang hanya jawaban Anda pada halaman.',
        en: 'All papers that are asked for have been uploaded. Only your answer on the page is missing.',
      },
    ];
  return [
    {
      id: `Dokumen yang masih perlu diunggah (${missing.length}):`,
      en: `Papers that are still to be uploaded (${missing.length}):`,
    },
    { list: missing },
  ];
}

function openPage(url: string): Block {
  return {
    action: { id: 'Buka halaman untuk menjawab', en: 'Open the page to answer' },
    url,
  };
}

/** What a word of a reply says, as the form words it. */
function meaningOf(kind: AskKind, word: ReplyWord): Bilingual | undefined {
  const outcome = outcomeOfWord(kind, word);
  return kindOf(kind)
    .form.fields.find(({ name }) => name === 'outcome')
    ?.options?.find(({ value }) => value === outcome)?.label;
}

/**
 * How to answer by replying, or that a reply is no answer.
 *
 * What promises money needs a one-time code, which has no place in a mail, so its word is not offered.
 */
function replyBlocks({ kind, byReply }: Pick<AskFacts, 'kind' | 'byReply'>): Block[] {
  const offered = wordsFor(kind).filter((word) => !needsCode(kind, outcomeOfWord(kind, word) ?? ''));
  if (!byReply || offered.length === 0)
    return [
      {
        id: 'Membalas pesan ini tidak menjawab permintaan; jawablah pada halaman di atas.',
        en: 'Replying to this message does not answer the request; answer on the page above.',
      },
    ];
  const missing = wordsFor(kind).some((word) => !offered.includes(word));
  return [
    {
      id: `Anda juga dapat menjawab dengan membalas surel ini dari alamat surel yang sama. Mulailah dengan satu kata, lalu tulis alasan Anda:${missing ? ' (persetujuan memerlukan kode dan hanya dapat diberikan pada halaman)' : ''}`,
      en: `You can also answer by replying to this e-mail from the same address. Begin with one word, then give your reason:${missing ? ' (approval needs a code and can be given on the page only)' : ''}`,
    },
    {
      list: offered.map((word) => ({
        id: `${replyWords[word][0]} – ${meaningOf(kind, word)?.id ?? ''}`,
        en: `${replyWords[word][1]} – ${meaningOf(kind, word)?.en ?? ''}`,
      })),
    },
  ];
}

/** Asks a person for the first time. */
export function ask(facts: AskFacts): Message {
  return {
    subject: subjectOf(both(''), facts),
    blocks: [
      greeting(facts.name),
      kindOf(facts.kind).form.question,
      ...problemList(facts.problems),
      ...missingList(facts.missing),
      askFactRows(facts),
      openPage(facts.url),
      ...replyBlocks(facts),
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Asks the same person again. */
export function askReminder(facts: AskFacts): Message {
  return {
    subject: subjectOf({ id: 'Pengingat: ', en: 'Reminder: ' }, facts),
    blocks: [
      greeting(facts.name),
      {
        id: 'Kami belum menerima jawaban Anda. Tautan dalam pesan sebelumnya juga masih berlaku.',
        en: 'We have not received your answer yet. The link in the earlier message works as well.',
      },
      kindOf(facts.kind).form.question,
      ...problemList(facts.problems),
      ...missingList(facts.missing),
      askFactRows(facts),
      openPage(facts.url),
      ...replyBlocks(facts),
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Asks another person, because the person asked first did not answer in time. */
export function askEscalated(facts: AskFacts & { silent: string }): Message {
  return {
    subject: subjectOf({ id: 'Eskalasi: ', en: 'Escalation: ' }, facts),
    blocks: [
      greeting(facts.name),
      {
        id: `${facts.silent} belum menjawab permintaan ini pada waktunya, sehingga permintaan ini diteruskan kepada Anda.`,
        en: `${facts.silent} has not answered this request in time, so it comes to you.`,
      },
      kindOf(facts.kind).form.question,
      ...missingList(facts.missing),
      askFactRows(facts),
      openPage(facts.url),
      ...replyBlocks(facts),
    ],
  };
}

/** Asks the person to whom the person asked first has delegated it. */
export function askDelegated(facts: AskFacts & { delegator: string }): Message {
  return {
    subject: subjectOf({ id: 'Delegasi: ', en: 'Delegated: ' }, facts),
    blocks: [
      greeting(facts.name),
      {
        id: `${facts.delegator} mendelegasikan permintaan ini kepada Anda. Batas waktunya tidak berubah.`,
        en: `${facts.delegator} has handed this request on to you. Its deadline stays as it was.`,
      },
      kindOf(facts.kind).form.question,
      ...missingList(facts.missing),
      askFactRows(facts),
      openPage(facts.url),
    ],
  };
}

/** Why no one is eligible; the administrators are notified of it, because each has another remedy. */
export type WhyUnassigned = 'none-listed' | 'four-eyes' | 'all-away';

/** Why no one may act, in words; pages and mails say the same. */
export const whyUnassignedTexts: Record<WhyUnassigned, Bilingual> = {
  'none-listed': {
    id: 'Tidak ada orang dengan jabatan itu untuk wilayah ini dalam direktori petugas.',
    en: 'The directory lists no one with that role for this area.',
  },
  'four-eyes': {
    id: 'Semua orang dengan jabatan itu untuk wilayah ini sudah bertindak pada tahap lain dari proposal yang sama (prinsip empat mata).',
    en: 'Every holder of that role for this area has acted at another stage of the same proposal (four eyes).',
  },
  'all-away': {
    id: 'Semua orang dengan jabatan itu untuk wilayah ini yang boleh bertindak sedang tidak hadir, dan tidak ada pengganti yang dapat bertindak.',
    en: 'Every holder of that role for this area who may act is away, and no substitute can act.',
  },
};

/** Notifies the programme's admin that an ask has no one to go to, and why. */
export function noOneEligible(facts: {
  kind: AskKind;
  subject: SubjectFacts;
  role: string;
  /** The code of the group's village; empty while it is unknown, `*` for the whole country. */
  area: string;
  why: WhyUnassigned;
  until: string;
  /** The administrator's personal link, by which a person can be named. */
  url: string;
}): Message {
  return {
    subject: subjectOf({ id: 'Tidak ada petugas: ', en: 'No official to ask: ' }, facts),
    blocks: [
      {
        id: 'Permintaan ini tidak dapat dikirim kepada siapa pun.',
        en: 'There is no official to whom this request can go.',
      },
      whyUnassignedTexts[facts.why],
      {
        facts: [
          ...subjectRows(facts.subject),
          [{ id: 'Jabatan', en: 'Role' }, both(facts.role)],
          [{ id: 'Wilayah', en: 'Area' }, both(facts.area)],
          [{ id: 'Batas waktu', en: 'Answer by' }, writtenMoment(facts.until)],
        ],
      },
      {
        id: 'Tunjuk seorang pemegang jabatan melalui tautan di bawah, atau lengkapi direktori petugas. Permintaan dicoba lagi pada giliran berikutnya, dan berakhir tanpa jawaban pada batas waktunya.',
        en: 'Name a holder of the role by the link below, or complete the directory. The request is tried again at its next turn, and ends without an answer at its deadline.',
      },
      {
        action: { id: 'Buka halaman untuk menunjuk petugas', en: 'Open the page to name a person' },
        url: facts.url,
      },
    ],
  };
}

/** Notifies the programme's admin that no message reaches a person, and what becomes of what they were asked for. */
export function noOneReached(facts: {
  subject: SubjectFacts;
  /** Name, role or numbers, and masked addresses. */
  who: Bilingual;
  ask?: { kind: AskKind; until: string; inTheirPlace: boolean };
}): Message {
  const { ask: asked } = facts;
  return {
    subject: titled(
      {
        id: `Tidak terjangkau: ${asked === undefined ? 'pesan' : kindOf(asked.kind).form.title.id}`,
        en: `Not reached: ${asked === undefined ? 'a message' : kindOf(asked.kind).form.title.en}`,
      },
      facts.subject,
    ),
    blocks: [
      {
        id: `Pesan kami tidak sampai kepada ${facts.who.id}: surelnya ditolak atau dikeluhkan, dan tidak ada nomor ponsel yang dapat dikirimi SMS.`,
        en: `Our messages do not reach ${facts.who.en}: the e-mail was refused or complained about, and there is no mobile number for a text message.`,
      },
      ...(asked === undefined
        ? []
        : [
            asked.inTheirPlace
              ? {
                  id: 'Permintaan ini juga dikirim kepada Anda: hubungi kelompok, dan jawablah atas namanya bila perlu.',
                  en: 'The request comes to you as well: speak with the group, and answer in its place if need be.',
                }
              : {
                  id: 'Perbaiki surel atau nomor ponselnya, atau tunjuk orang lain. Permintaan dikirim ulang pada giliran berikutnya, dan berakhir tanpa jawaban pada batas waktunya.',
                  en: 'Correct the e-mail address or the mobile number, or name another person. The request is sent again at its next turn, and ends without an answer at its deadline.',
                },
            { facts: [[{ id: 'Batas waktu', en: 'Answer by' }, writtenMoment(asked.until)] as const] },
          ]),
    ],
  };
}
