/** The mentor holds a session and notes which members were there. */
import * as z from 'zod';
import { problem } from '../../text/problem.ts';
import { dateField, memberListField, noteAnswer } from '../form-values.ts';
import { noteField, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const trainingSession = kindOfAsk({
  name: 'training-session',
  subject: 'proposal',
  role: 'mentor',
  about: z.strictObject({ session: ordinal }),
  outcomes: ['held', 'expired'],
  documents: (pack) => pack.training.sessionEvidence,
  timing: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  overdue: 'follow-up',
  followUp: ({ training }) =>
    training.sessions.map(({ afterDays }, index) => ({ about: { session: index + 1 }, afterDays })),
  form: {
    title: { id: 'Pelatihan kelompok', en: 'Training session' },
    question: {
      id: 'Adakan pelatihan, lalu catat tanggal dan anggota yang hadir.',
      en: 'Hold the training session, then record its date and the members who were there.',
    },
    outcome: 'held',
    fields: [
      {
        name: 'heldOn',
        type: 'date',
        label: { id: 'Tanggal pelatihan', en: 'Date of the session' },
        required: true,
      },
      {
        name: 'present',
        type: 'members',
        label: { id: 'Anggota yang hadir', en: 'Members present' },
        required: false,
      },
      noteField,
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('held'),
    heldOn: dateField(),
    /** The numbers of the members who were there. */
    present: memberListField(),
    note: noteAnswer,
  }),
  problems({ present }, { members }: { members: readonly number[] }) {
    return present
      .filter((number) => !members.includes(number))
      .map((number) => problem('attendance-unknown-member', 'present', { number }));
  },
});
