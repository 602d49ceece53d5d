/** A verifier visits the group and reports what there is. */
import * as z from 'zod';
import { problem } from '../../text/problem.ts';
import { dateField, noteAnswer, positionAnswer, reasonField } from '../form-values.ts';
import { choice, noteField, option, positionFields, reason, send, visitedOn } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const siteVisit = kindOfAsk({
  name: 'site-visit',
  subject: 'proposal',
  role: 'verifier',
  about: z.strictObject({ round: ordinal }),
  outcomes: ['pass', 'fail', 'expired'],
  duty: 'verify',
  documents: (pack) => pack.verification.siteVisit.evidence,
  withoutPapers: ['fail'],
  timing: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Kunjungan lapangan', en: 'Site visit' },
    question: {
      id: 'Kunjungi kelompok di lokasinya, periksa orang, tempat, dan rencananya, lalu laporkan hasilnya dengan foto dan posisi.',
      en: 'Visit the group at its place, look at the people, the place and the plan, then report the result with photos and position.',
    },
    fields: [
      choice({ id: 'Hasil', en: 'Result' }, [
        option('pass', 'Sesuai', 'As stated'),
        option('fail', 'Tidak sesuai', 'Not as stated'),
      ]),
      visitedOn,
      ...positionFields,
      reason(['fail']),
      { ...noteField, onlyFor: ['pass'] },
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('pass'), visitedOn: dateField(), ...positionAnswer, note: noteAnswer }),
    z.object({
      outcome: z.literal('fail'),
      visitedOn: dateField(),
      ...positionAnswer,
      reason: reasonField(),
    }),
  ]),
  problems({ latitude, longitude }, { positionNeeded }: { positionNeeded: boolean }) {
    const missing = positionNeeded && (latitude === undefined || longitude === undefined);
    return missing ? [problem('position-missing', 'latitude')] : [];
  },
});
