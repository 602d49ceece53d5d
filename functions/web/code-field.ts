/** The form of an ask with the field for a one-time code, where one of its outcomes needs a code. */

import { codedOutcomes } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { type AskForm, codeField, type FormField, offeredOutcomes } from '#domain/asks/forms.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';

const shown: Bilingual = {
  id: 'Kode yang kini tampil di aplikasi, misalnya 123 456.',
  en: 'The code that the app shows now, for example 123 456.',
};

const notEnrolled: Bilingual = {
  id: 'Anda belum terdaftar untuk kode. Kirim formulir ini: tautan pendaftaran dikirim ke surel Anda.',
  en: 'You are not enrolled for codes yet. Send this form: a link to enrol is sent to your e-mail address.',
};

const oneForAll: Bilingual = {
  id: 'Satu kode cukup untuk semua keputusan di halaman ini yang memerlukan kode (setuju, lepaskan pembayaran).',
  en: 'One code is enough for all decisions on this page that need one (to approve, to release a payment).',
};

/** The field for the one code of several answers. @param enrolled whether the reader has an authenticator */
export function sharedCodeField(enrolled: boolean): FormField {
  return {
    ...codeField(enrolled ? oneForAll : notEnrolled),
    required: false,
  };
}

/** @param enrolled whether the reader has an authenticator; who has none may send the form without a code */
export function withCodeField(form: AskForm, kind: AskKind, enrolled: boolean): AskForm {
  const coded = codedOutcomes(kind);
  if (coded.length === 0) return form;
  const all = offeredOutcomes(form).every((outcome) => coded.includes(outcome));
  const field = codeField(enrolled ? shown : notEnrolled, all ? undefined : coded);
  return { ...form, fields: [...form.fields, { ...field, required: enrolled || !all }] };
}
