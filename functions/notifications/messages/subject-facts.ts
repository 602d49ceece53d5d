/** What a message or a page says of what it is about: a proposal by its group, a payment run by its money. */
import type { SubjectKind } from '#domain/asks/subject.ts';
import { type Bilingual, both } from '#domain/text/bilingual.ts';

export type SubjectFacts =
  | { of: 'proposal'; id: string; groupName: string }
  | {
      of: 'payment-run';
      id: string;
      /** How many payments. */
      count: number;
      /** Formatted rupiah. */
      sum: string;
    };

/** A title with what it is about, as subjects of mails have it. */
export function titled({ id, en }: Bilingual, subject: SubjectFacts): Bilingual {
  const rest = subject.of === 'proposal' ? ` – ${subject.groupName} (${subject.id})` : ` (${subject.id})`;
  return { id: `${id}${rest}`, en: `${en}${rest}` };
}

/** What people call its number. */
export const subjectNumber: Readonly<Record<SubjectKind, Bilingual>> = {
  proposal: { id: 'Nomor proposal', en: 'Proposal number' },
  'payment-run': { id: 'Nomor kelompok bayar', en: 'Payment run' },
};

/** The rows by which a reader recognises it. */
export function subjectRows(subject: SubjectFacts): [Bilingual, Bilingual][] {
  const number: [Bilingual, Bilingual] = [subjectNumber[subject.of], both(subject.id)];
  switch (subject.of) {
    case 'proposal':
      return [[{ id: 'Kelompok', en: 'Group' }, both(subject.groupName)], number];
    case 'payment-run':
      return [
        number,
        [{ id: 'Banyaknya pembayaran', en: 'Payments' }, both(String(subject.count))],
        [{ id: 'Jumlah', en: 'Sum' }, both(subject.sum)],
      ];
  }
}
