/** The mentor visits the group and reports how it is doing. */
import * as z from 'zod';
import { dateField, noteAnswer, positionAnswer, yesNoField } from '../form-values.ts';
import { noteField, positionFields, running, send, visitedOn } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const mentorVisit = kindOfAsk({
  name: 'mentor-visit',
  subject: 'proposal',
  role: 'mentor',
  /** The day of the visit by the plan, in days after the first payment. */
  about: z.strictObject({ day: ordinal }),
  outcomes: ['visited', 'expired'],
  documents: (pack) => pack.training.visitEvidence,
  timing: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  overdue: 'follow-up',
  followUp: ({ training }) =>
    training.visits.map(({ afterDays }) => ({ about: { day: afterDays }, afterDays })),
  form: {
    title: { id: 'Kunjungan pendamping', en: 'Visit by the mentor' },
    question: {
      id: 'Kunjungi kelompok dan laporkan keadaannya.',
      en: 'Visit the group and report how it is doing.',
    },
    outcome: 'visited',
    fields: [visitedOn, ...positionFields, running, noteField],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('visited'),
    visitedOn: dateField(),
    ...positionAnswer,
    running: yesNoField(),
    note: noteAnswer,
  }),
});
