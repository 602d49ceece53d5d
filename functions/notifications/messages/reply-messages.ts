/** Messages that answer a mail to the address for replies. */

import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { type ReplyWord, replyWords } from '#domain/asks/kind.ts';
import { type Bilingual, both, writtenMoment } from '#domain/text/bilingual.ts';
import type { Block, Message } from '#functions/notifications/messages/message.ts';
import { type SubjectFacts, titled } from '#functions/notifications/messages/subject-facts.ts';

/** Why a reply is not taken as an answer. */
export type ReplyRefusal =
  /** It answers no message that asks for something. */
  | 'no-thread'
  /** SPF, DKIM and DMARC do not all pass. */
  | 'not-proven'
  /** Another person was asked, or is asked by now. */
  | 'not-asked'
  /** The ask has its answer, or its time is up. */
  | 'closed'
  /** The ask wants more than a decision and a reason. */
  | 'page-only'
  /** The decision moves money. */
  | 'needs-code'
  /** It begins with none of the words. */
  | 'no-word'
  /** It is larger than a reply may be. */
  | 'too-large'
  /** The form would not take it either. */
  | 'problems';

const reasons: Record<ReplyRefusal, Bilingual> = {
  'no-thread': {
    id: 'Surel Anda bukan balasan atas permintaan yang kami kenal. Untuk menjawab, buka tautan dalam pesan yang Anda terima dari kami, atau balas pesan itu langsung.',
    en: 'Your e-mail does not reply to a request that we know. To answer, open the link in the message you got from us, or reply to that very message.',
  },
  'not-proven': {
    id: 'Kami tidak dapat memastikan bahwa surel ini benar-benar berasal dari alamat Anda (SPF, DKIM dan DMARC harus lolos). Jawablah lewat tautan dalam pesan yang Anda terima dari kami.',
    en: 'We cannot be sure that this e-mail really comes from your address (SPF, DKIM and DMARC must all pass). Please answer by the link in the message you got from us.',
  },
  'not-asked': {
    id: 'Permintaan ini tidak ditujukan kepada alamat surel ini, atau sudah dialihkan kepada orang lain. Tidak ada yang berubah.',
    en: 'This request is not addressed to this e-mail address, or it has passed to another person. Nothing has changed.',
  },
  closed: {
    id: 'Permintaan ini sudah dijawab atau batas waktunya sudah lewat. Tautan dalam pesan sebelumnya menunjukkan apa yang tercatat.',
    en: 'This request has been answered or its time is up. The link in the earlier message shows what is recorded.',
  },
  'page-only': {
    id: 'Permintaan ini memerlukan isian atau dokumen yang tidak dapat diberikan lewat surel. Jawablah pada halamannya.',
    en: 'This request needs details or documents that cannot be given by e-mail. Please answer on its page.',
  },
  'needs-code': {
    id: 'Keputusan ini menyangkut uang dan memerlukan kode sekali pakai Anda, sehingga tidak dapat diberikan lewat surel. Berikan pada halamannya.',
    en: 'This decision is about money and needs your one-time code, so it cannot be given by e-mail. Please give it on the page.',
  },
  'no-word': {
    id: 'Balasan Anda tidak dimulai dengan kata yang kami kenal, sehingga tidak ada yang dicatat.',
    en: 'Your reply does not begin with a word that we know, so nothing was recorded.',
  },
  'too-large': {
    id: 'Surel Anda terlalu besar (lebih dari 10 MB) dan tidak dibaca. Balas tanpa lampiran; dokumen diunggah pada halamannya.',
    en: 'Your e-mail is too large (over 10 MB) and was not read. Reply without attachments; documents are uploaded on the page.',
  },
  problems: {
    id: 'Balasan Anda belum dapat dicatat karena hal berikut:',
    en: 'Your reply cannot be recorded yet, for these reasons:',
  },
};

interface About {
  subject: SubjectFacts;
  kind: AskKind;
}

function subjectOf(lead: Bilingual, about: About | undefined): Bilingual {
  return about === undefined
    ? lead
    : titled(
        {
          id: `${lead.id}: ${kindOf(about.kind).form.title.id}`,
          en: `${lead.en}: ${kindOf(about.kind).form.title.en}`,
        },
        about.subject,
      );
}

function wordList(words: readonly ReplyWord[]): Block[] {
  return words.length === 0
    ? []
    : [
        {
          id: 'Kata yang dapat dipakai di awal balasan, diikuti alasan Anda:',
          en: 'Words that a reply may begin with, followed by your reason:',
        },
        { list: words.map((word) => both(`${replyWords[word][0]} / ${replyWords[word][1]}`)) },
      ];
}

/** Notifies a person that their mail was not taken as an answer, why, and what to do. */
export function replyNotTaken(facts: {
  /** Absent where the mail is not known to be about an ask of this person's. */
  about?: About;
  reason: ReplyRefusal;
  problems?: readonly Bilingual[];
  /** The words that would be taken. */
  words?: readonly ReplyWord[];
  /** A personal link to the ask. */
  url?: string;
}): Message {
  return {
    subject: subjectOf({ id: 'Balasan belum dicatat', en: 'Reply not recorded' }, facts.about),
    blocks: [
      reasons[facts.reason],
      ...(facts.problems === undefined ? [] : [{ list: facts.problems }]),
      ...wordList(facts.words ?? []),
      ...(facts.url === undefined
        ? []
        : [{ action: { id: 'Buka halaman untuk menjawab', en: 'Open the page to answer' }, url: facts.url }]),
    ],
  };
}

/** Confirms that a reply was recorded as the answer. */
export function replyTaken(
  facts: About & {
    /** The answer as the form words it. */
    answer: Bilingual;
    /** When it was recorded (ISO). */
    at: string;
  },
): Message {
  return {
    subject: subjectOf({ id: 'Jawaban tercatat', en: 'Answer recorded' }, facts),
    blocks: [
      {
        id: 'Balasan Anda telah dicatat sebagai jawaban atas permintaan ini.',
        en: 'Your reply has been recorded as the answer to this request.',
      },
      {
        facts: [
          [{ id: 'Jawaban', en: 'Answer' }, facts.answer],
          [{ id: 'Waktu', en: 'Time' }, writtenMoment(facts.at)],
        ],
      },
      {
        id: 'Jika Anda tidak mengirim balasan ini, segera hubungi administrator program.',
        en: 'If you did not send this reply, tell the programme’s administrator at once.',
      },
    ],
  };
}
