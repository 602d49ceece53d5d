/** Messages about one-time codes: how to enrol an authenticator, and that an ask is locked. */
import { wrongCodesThatLock } from '#domain/people/codes.ts';
import { type Bilingual, both, writtenMoment } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';

/** Invites a person to enrol their authenticator. */
export function codeEnrolment(facts: {
  name: string;
  /** The one-time link. */
  url: string;
  /** Until when it is good (ISO). */
  until: string;
}): Message {
  return {
    subject: {
      id: 'Pendaftaran kode sekali pakai Jaring',
      en: 'Enrolment for one-time codes of Jaring',
    },
    blocks: [
      { id: `Yth. ${facts.name},`, en: `Dear ${facts.name},` },
      {
        id: 'Keputusan yang menyangkut uang memerlukan kode 6 angka dari aplikasi autentikator di ponsel Anda. Siapkan aplikasi autentikator, lalu buka tautan di bawah ini untuk mendaftarkannya.',
        en: 'Decisions about money need a code of 6 digits from an authenticator app on your phone. Have such an app ready, then open the link below to enrol it.',
      },
      {
        facts: [[{ id: 'Tautan berlaku sampai', en: 'The link is good until' }, writtenMoment(facts.until)]],
      },
      {
        action: { id: 'Daftarkan aplikasi autentikator', en: 'Enrol the authenticator app' },
        url: facts.url,
      },
      {
        id: 'Siapa pun yang membuka halaman itu dapat membuat kode atas nama Anda. Bila Anda tidak pernah memegang tugas ini, beri tahu administrator program.',
        en: 'Anyone who opens that page can make codes in your name. If you never held this duty, tell the programme’s administrator.',
      },
    ],
  };
}

/** Notifies the administrators that wrong codes have locked an ask for a person. */
export function codeLocked(facts: {
  /** What was asked, as its form is called. */
  title: Bilingual;
  /** Whose it is: a group with its proposal, or a payment run. */
  of: string;
  askId: string;
  personId: string;
  /** The person's name. */
  name: string;
}): Message {
  const { title, of } = facts;
  return {
    subject: {
      id: `Terkunci karena kode salah: ${title.id} – ${of}`,
      en: `Locked by wrong codes: ${title.en} – ${of}`,
    },
    blocks: [
      {
        id: `${wrongCodesThatLock} kode salah berturut-turut diberikan atas nama ${facts.name} untuk permintaan ini. Permintaan ini terkunci bagi orang itu; permintaan lain tidak terpengaruh.`,
        en: `${wrongCodesThatLock} wrong codes in a row were given in the name of ${facts.name} for this request. It is locked for that person; other requests are not affected.`,
      },
      {
        facts: [
          [{ id: 'Permintaan', en: 'Request' }, both(facts.askId)],
          [{ id: 'Orang', en: 'Person' }, both(facts.personId)],
        ],
      },
      {
        id: `Tanyakan kepada ${facts.name}. Bila ia sendiri yang keliru, buka kuncinya: jaring code unlock ${facts.askId} ${facts.personId}. Bila bukan dia, atau ponselnya hilang, ganti rahasia kodenya: jaring code reset ${facts.personId}.`,
        en: `Ask ${facts.name}. If the mistakes were their own, unlock the request: jaring code unlock ${facts.askId} ${facts.personId}. If they were not, or the phone is lost, replace the secret of their codes: jaring code reset ${facts.personId}.`,
      },
    ],
  };
}
