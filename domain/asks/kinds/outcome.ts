/** The mentor reports what the group has reached. */
import * as z from 'zod';
import { noteAnswer, rupiahField, wholeField, yesNoField } from '../form-values.ts';
import { noteField, running, send } from '../forms.ts';
import { kindOfAsk } from '../kind.ts';

export const outcome = kindOfAsk({
  name: 'outcome',
  subject: 'proposal',
  role: 'mentor',
  about: z.strictObject({}),
  outcomes: ['recorded', 'expired'],
  timing: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  overdue: 'follow-up',
  followUp: ({ training }) => [{ about: {}, afterDays: training.outcome.afterDays }],
  form: {
    title: { id: 'Hasil usaha kelompok', en: "The group's outcome" },
    question: {
      id: 'Laporkan hasil yang dicapai kelompok sampai hari ini.',
      en: 'Report what the group has reached up to today.',
    },
    outcome: 'recorded',
    fields: [
      running,
      {
        name: 'workers',
        type: 'whole',
        label: { id: 'Jumlah orang yang bekerja', en: 'People at work' },
        required: true,
        min: 0,
        max: 9999,
      },
      {
        name: 'turnover',
        type: 'rupiah',
        label: { id: 'Omzet sebulan (Rp)', en: 'Turnover of a month (Rp)' },
        required: true,
      },
      {
        name: 'creditReady',
        type: 'yes-no',
        label: { id: 'Siap mendapat kredit usaha?', en: 'Ready for a business loan?' },
        required: true,
      },
      noteField,
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('recorded'),
    running: yesNoField(),
    workers: wholeField(0, 9999),
    /** Turnover of a month, in rupiah. */
    turnover: rupiahField(),
    creditReady: yesNoField(),
    note: noteAnswer,
  }),
});
