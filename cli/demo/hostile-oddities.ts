/** What a hostile bank did, in words, and what the system is to have made of it: looked up in the record, never assumed. */

import type { BankFile } from '#domain/money/received-file.ts';
import type { BankItem } from '#domain/money/worklist-item.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import type { Oddity, OddityKind } from '#players/bank/hostile-letters.ts';

/** What the record holds of a run, by what it is looked up by. */
export interface Evidence {
  /** By the number of the letter; several where a number was sent as several objects. */
  files: ReadonlyMap<number, BankFile | undefined>;
  /** Keys of files about which the administrators were notified by mail. */
  alarmed: ReadonlySet<string>;
  /** What happened to a payment, oldest first, by its EndToEndId; with the asks about it. */
  events: ReadonlyMap<string, readonly AuditEvent[]>;
  /** Everything that ever was on the worklist. */
  items: readonly BankItem[];
}

/** What became of an oddity. */
export interface Outcome {
  kind: OddityKind;
  did: string;
  /** Where it stands in the record. */
  recorded: string;
  asItShould: boolean;
}

/** What is to be found of a story: events of its payment, and items of the worklist by how they ended. */
interface Expected {
  did: string;
  events: readonly string[];
  items?: readonly (NonNullable<BankItem['closed']>['how'] | 'open')[];
  /** Whether a line may have waited on the worklist, because the file that names its reference was held back. */
  mayWait?: true;
}

function refusal(code: string): Expected {
  return {
    did: `refuses a payment with ${code}`,
    events: [`payment.rejected ${code}`],
  };
}

const files: Partial<Record<OddityKind, string>> = {
  'cuts-a-file': 'cuts a file off; the whole one comes later',
  'lies-about-the-sum': 'states another sum; the right file comes later',
  'lies-about-the-count': 'states another count, or leaves an entry out; the right file comes later',
  'uses-another-currency': 'reports dollars; the right file comes later',
  'reports-another-account': 'reports on an account that is not ours; the right file comes later',
  'writes-utf-16': 'writes UTF-16; the right file comes later',
  'mixes-line-ends': 'mixes line ends in MT940',
  'sends-a-file-again': 'sends a file three times, once under another name',
  'repeats-all-in-a-statement': 'repeats everything in a statement',
  'mixes-in-lines-of-others':
    'mixes interest, tax, a fee and the payment of another into its lines, under a heading',
  'sends-an-external-entity': 'sends XML with an external entity',
  'sends-prose': 'sends an error page instead of an answer',
};

const stories: Partial<Record<OddityKind, Expected>> = {
  'refuses-AC01': refusal('AC01'),
  'refuses-AC04': refusal('AC04'),
  'refuses-AC06': refusal('AC06'),
  'refuses-BE04': refusal('BE04'),
  'refuses-RR04': refusal('RR04'),
  'refuses-a-copy': {
    did: 'refuses a copy of a payment that it has taken, and pays that',
    events: ['payment.settled'],
  },
  'accepts-then-settles': {
    did: 'accepts twice and settles a day later',
    events: ['payment.accepted', 'payment.settled'],
  },
  'settles-after-the-time-out': {
    did: 'answers only after the time-out, when the treasury was asked already',
    events: ['ask.opened bank-inquiry', 'payment.settled'],
  },
  'settles-then-accepts': {
    did: 'settles, and says afterwards that it has accepted',
    events: ['payment.settled'],
  },
  'returns-before-it-settles': {
    did: 'returns a payment before it says that it had settled',
    events: ['payment.returned AC04'],
  },
  'returns-days-later': {
    did: 'returns a payment six days after it settled',
    events: ['payment.settled', 'payment.returned AC04'],
  },
  'refuses-what-it-had-settled': {
    did: 'refuses what it had said to be settled three days before',
    events: ['payment.done', 'payment.rejected AC06'],
    items: ['assigned'],
  },
  'pays-twice': {
    did: 'pays twice under one id, by two references',
    events: ['payment.settled', 'payment.suspense'],
    items: ['assigned', 'open'],
  },
  'books-twice-without-reference': {
    did: 'books a payment twice in one statement, without a reference',
    events: ['payment.settled', 'payment.suspense'],
    items: ['open'],
  },
  'books-again-the-day-after': {
    did: 'books a payment in the statements of two days, without a reference',
    events: ['payment.settled', 'payment.suspense'],
    items: ['assigned', 'open'],
  },
  'pays-twice-and-takes-one-back': {
    did: 'pays twice under one id, and one of both comes back',
    events: ['payment.settled', 'payment.suspense', 'payment.suspense-ended'],
    items: ['assigned', 'matched'],
  },
  'names-by-reference-alone': {
    did: 'settles what it accepted, by its reference alone',
    events: ['payment.accepted', 'payment.settled'],
    mayWait: true,
  },
  'names-its-reference-too-late': {
    did: 'settles by a reference that it names only later',
    events: ['payment.accepted', 'payment.settled'],
    items: ['matched'],
  },
  'names-nothing-that-is-known': {
    did: 'settles without an id, by a reference that is not known',
    events: ['payment.settled'],
    items: ['assigned'],
  },
  'changes-the-case-of-the-id': {
    did: 'settles with the id in small letters',
    events: ['payment.settled'],
    items: ['assigned'],
  },
  'states-another-amount': {
    did: 'books Rp2,500 more than was ordered, takes that back, and books it right',
    events: ['payment.suspense', 'payment.suspense-ended', 'payment.settled'],
    items: ['matched'],
  },
  'settles-what-it-refused': {
    did: 'settles what it refused before',
    events: ['payment.rejected AC01'],
    items: ['dismissed'],
  },
  'says-both-in-one-file': {
    did: 'says in one file that a payment settled and that it was refused',
    events: ['payment.settled'],
    items: ['dismissed', 'dismissed'],
  },
  'refuses-a-group-and-settles-in-it': {
    did: 'refuses a whole message and settles one payment of it',
    events: ['payment.settled'],
  },
  'settles-a-group-and-refuses-in-it': {
    did: 'settles a whole message and refuses one payment of it',
    events: ['payment.rejected AM04'],
  },
  'tells-it-by-three-channels': {
    did: 'tells one transfer by a report, a notification and a statement, each by its own reference and day',
    events: ['payment.done', 'payment.settled'],
  },
  'changes-its-reference': {
    did: 'tells one transfer in two statements by two references',
    events: ['payment.settled'],
    items: ['dismissed'],
  },
  'takes-its-fee-with-the-payment': {
    did: 'books a payment with its fee, and repeats what was instructed',
    events: ['payment.settled'],
  },
  'takes-the-debit-back': {
    did: 'takes the debit of a payment back (RD)',
    events: ['payment.settled', 'payment.returned NARR'],
  },
  'takes-its-return-back': {
    did: 'returns a payment, and takes the return back soon after (RvslInd)',
    events: ['payment.settled', 'payment.returned AC04', 'payment.suspense', 'payment.settled'],
    items: ['assigned'],
  },
  'returns-a-part': {
    did: 'returns a quarter of a payment',
    events: ['payment.settled', 'payment.suspense', 'payment.suspense-ended'],
    items: ['assigned'],
  },
  'returns-less-its-fee': {
    did: 'returns a payment less its fee',
    events: ['payment.settled', 'payment.suspense', 'payment.returned CHRG'],
    items: ['assigned'],
  },
  'books-what-it-refused': {
    did: 'refuses a payment, and books it soon after',
    events: ['payment.rejected AC01', 'payment.suspense', 'payment.settled'],
    items: ['assigned'],
  },
  'refuses-in-its-own-words': refusal('Z91'),
};

/** What the system made of the oddity. */
export function outcomeOf(oddity: Oddity, evidence: Evidence): Outcome {
  const { kind } = oddity;
  const expected = stories[kind];
  const found = expected === undefined ? ofFiles(oddity, evidence) : ofStory(oddity, expected, evidence);
  return { kind, did: expected?.did ?? files[kind] ?? kind, ...found };
}

function ofFiles({ kind, letters, refused }: Oddity, { files: all, alarmed }: Evidence) {
  const found = letters.map((number) => all.get(number));
  const recorded = found
    .map((file) =>
      file === undefined
        ? 'no record'
        : file.outcome === 'refused'
          ? `${file.key} quarantined: ${[...new Set(file.problems.map(({ code }) => code))].join(', ')}${alarmed.has(file.key) ? '; mailed' : ''}`
          : `${file.key} read, moved ${file.moved}`,
    )
    .join('; ');
  const right = found.every(
    (file) =>
      file?.outcome === (refused ? 'refused' : 'read') &&
      (!refused || (file.moved === 0 && file.problems.length > 0 && alarmed.has(file.key))) &&
      (kind !== 'sends-a-file-again' || file.moved === 0),
  );
  return { recorded, asItShould: found.length > 0 && right };
}

function ofStory({ kind, letters, endToEndIds }: Oddity, expected: Expected, evidence: Evidence) {
  const [id = ''] = endToEndIds;
  const events = (evidence.events.get(id) ?? []).map((event) => ({
    name: [event.action, event.facts.reason ?? event.facts.kind].filter(Boolean).join(' '),
    seq: event.seq,
  }));
  // That the bank was asked why it had not booked yet depends on its days, and is no part of a story.
  const items = evidence.items.filter(
    ({ candidates, closed, why }) => why !== 'late' && (candidates.includes(id) || closed?.endToEndId === id),
  );
  const ends = items.map(({ closed }) => closed?.how ?? 'open');
  const counted = ends.filter((end) => !(expected.mayWait && end === 'matched'));
  const named = events.filter(({ name }) => expected.events.includes(name));
  const recorded = [
    ...named.map(({ name, seq }) => `event ${seq} ${name}`),
    ...items.map(({ id: item }, index) => `item ${item} ${ends[index]}`),
  ].join('; ');
  // In their order, whatever happened between them.
  let from = 0;
  const inOrder = expected.events.every((wanted) => {
    const index = events.findIndex(({ name }, at) => at >= from && name === wanted);
    from = index + 1;
    return index >= 0;
  });
  const alone =
    !kind.includes('-group-') || letters.every((number) => (evidence.files.get(number)?.moved ?? 0) <= 1);
  return {
    recorded: `${id}: ${recorded}`,
    asItShould: inOrder && alone && [...(expected.items ?? [])].sort().join() === counted.sort().join(),
  };
}
