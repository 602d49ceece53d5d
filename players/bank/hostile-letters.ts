/**
 * What a bank that misbehaves writes, and when: a story for each payment and a mishap for each file, dealt by a seed. The same
 * seed and the same instructions give the same files to the byte. It knows no bucket and no clock.
 *
 * Each story and each mishap is dealt once before it deals only what is sound, so a few payments meet all of them. It pays
 * every payment that it does not refuse, and keeps account of what truly happened: `paidTo`, `isOwed`, `askOnTelephone`.
 */

import { type Random, seededRandom } from '#samples/random.ts';
import {
  type AnswerFormat,
  type BankAdvice,
  type BankLetter,
  extensions,
  type StrangersLine,
  writeLetter,
} from './bank-answers.ts';
import type { BankDeed } from './fake-bank.ts';
import type { BankInstruction, BankOrder } from './instructions.ts';

/** Reasons of ISO 20022 that banks here give: no such account, closed, blocked, doubled, another holder, forbidden by law. */
const refusals = ['AC01', 'AC04', 'AC06', 'BE04', 'RR04'] as const;

const stories = [
  ...refusals.map((code) => `refuses-${code}` as const),
  'refuses-a-copy',
  'accepts-then-settles',
  'settles-after-the-time-out',
  'settles-then-accepts',
  'returns-before-it-settles',
  'returns-days-later',
  'refuses-what-it-had-settled',
  'pays-twice',
  'pays-twice-and-takes-one-back',
  'books-twice-without-reference',
  'books-again-the-day-after',
  'names-by-reference-alone',
  'names-its-reference-too-late',
  'names-nothing-that-is-known',
  'changes-the-case-of-the-id',
  'states-another-amount',
  'settles-what-it-refused',
  'says-both-in-one-file',
  'refuses-a-group-and-settles-in-it',
  'settles-a-group-and-refuses-in-it',
  'tells-it-by-three-channels',
  'changes-its-reference',
  'takes-its-fee-with-the-payment',
  'takes-the-debit-back',
  'takes-its-return-back',
  'returns-a-part',
  'returns-less-its-fee',
  'books-what-it-refused',
  'refuses-in-its-own-words',
] as const;
type Story = (typeof stories)[number];

const mishaps = [
  'cuts-a-file',
  'lies-about-the-sum',
  'lies-about-the-count',
  'uses-another-currency',
  'reports-another-account',
  'writes-utf-16',
  'mixes-line-ends',
  'sends-a-file-again',
  'repeats-all-in-a-statement',
  'mixes-in-lines-of-others',
  'sends-an-external-entity',
  'sends-prose',
] as const;
type Mishap = (typeof mishaps)[number];

export type OddityKind = Story | Mishap;
/** All that it does sooner or later. @public */
export const oddityKinds: readonly OddityKind[] = [...stories, ...mishaps];

/** Something odd that the bank did. */
export interface Oddity {
  kind: OddityKind;
  /** The files in which it did so, by their numbers. */
  letters: number[];
  /** The payments that it is about. */
  endToEndIds: string[];
  /** Whether the files with these numbers are to be refused whole. */
  refused: boolean;
}

/** A file on its way. */
export interface Letter {
  number: number;
  /** When it is sent: ISO 8601. */
  at: string;
  name: string;
  bytes: Uint8Array;
  /** What it says of payments, by their right ids. */
  deeds: BankDeed[];
}

/** One advice and when, in hours after the instruction, and in which format it is sent. */
interface Notice {
  after: number;
  format: AnswerFormat;
  advice: BankAdvice;
  /** In a file of its own, whose group says this. */
  group?: string;
  /** In a file with what else has the same text here. */
  apart?: string;
  /** What the bank takes back on the telephone. */
  mistaken?: true;
}

/** What the bank says of an item when it is asked: which payment it is; or that it was a mistake, or nothing of ours. */
export type TelephoneAnswer =
  /** `lessFee`: what came back lacks its fee, and is all that comes. */
  { mistaken: false; endToEndId: string; lessFee?: true } | { mistaken: true };

const hour = 3_600_000;
function later(at: string, hours: number) {
  return new Date(Date.parse(at) + hours * hour).toISOString();
}
/** The day in Jakarta, which knows no summer time. */
function dayOf(at: string) {
  return later(at, 7).slice(0, 10);
}
/** Refusals and returns that one account holder has to bear: a tranche is corrected twice at most. */
const troublesEach = 2;

const troublesome: ReadonlySet<Story> = new Set<Story>([
  ...refusals.map((code) => `refuses-${code}` as const),
  'returns-before-it-settles',
  'returns-days-later',
  'refuses-what-it-had-settled',
  'settles-what-it-refused',
  'settles-a-group-and-refuses-in-it',
  'takes-the-debit-back',
  'takes-its-return-back',
  'returns-less-its-fee',
  'books-what-it-refused',
  'refuses-in-its-own-words',
]);

/** What a statement of all that was booked would have to report otherwise than the advice itself did. */
const notRepeated: ReadonlySet<Story | undefined> = new Set<Story>([
  'tells-it-by-three-channels',
  'changes-its-reference',
  'takes-the-debit-back',
  'takes-its-return-back',
  'returns-a-part',
  'returns-less-its-fee',
  'books-what-it-refused',
]);

/** Their files keep their order among one another, so that the story unfolds as intended. */
const inOrder: ReadonlySet<Story | undefined> = new Set<Story>([
  'settles-then-accepts',
  'returns-before-it-settles',
  'names-its-reference-too-late',
  'settles-what-it-refused',
  'states-another-amount',
  'changes-its-reference',
  'takes-the-debit-back',
  'takes-its-return-back',
  'returns-a-part',
  'returns-less-its-fee',
  'books-what-it-refused',
]);
/** These make a file come some hours later. */
const delaying: ReadonlySet<Mishap> = new Set<Mishap>([
  'cuts-a-file',
  'lies-about-the-sum',
  'lies-about-the-count',
  'uses-another-currency',
  'reports-another-account',
  'writes-utf-16',
]);

export class HostileLetters {
  readonly oddities: Oddity[] = [];
  readonly #random: Random;
  readonly #stories: Story[];
  readonly #mishaps: Mishap[];
  readonly #troubles = new Map<string, number>();
  readonly #orders = new Map<string, BankOrder>();
  /** Money that left and did not come back, by payment. */
  readonly #out = new Map<string, number>();
  readonly #references = new Map<string, string>();
  readonly #mistakes = new Set<string>();
  /** References of what came back less a fee. */
  readonly #lessFee = new Set<string>();
  #letters: Letter[] = [];
  /** Sound advices that named their payment, for statements that repeat them. */
  readonly #sent: { at: string; debitAccount: string; advice: BankAdvice }[] = [];
  #count = 0;
  #transfers = 0;
  /** Begins its references, so that banks of different seeds have different ones. */
  readonly #branch: string;

  constructor(seed: string) {
    this.#random = seededRandom(`hostile bank ${seed}`);
    this.#branch = `HB${String(this.#random.below(1e8)).padStart(8, '0')}`;
    // What makes another payment necessary comes sooner than the rest, so that there is one after it.
    const all = this.#shuffled(stories);
    const [hard = [], mild = []] = [true, false].map((is) =>
      all.filter((story) => troublesome.has(story) === is),
    );
    this.#stories = all.flatMap((_, index) => [
      ...hard.slice(2 * index, 2 * index + 2),
      ...mild.slice(index, index + 1),
    ]);
    this.#mishaps = this.#shuffled(mishaps);
  }

  /** When the next file is due: ISO 8601. */
  get next(): string | undefined {
    return this.#letters.map(({ at }) => at).sort()[0];
  }

  /** What it has not done yet. */
  get left(): OddityKind[] {
    return [...this.#stories, ...this.#mishaps];
  }

  /** The files that are due by now, in order; each is handed out once. */
  due(now: string): Letter[] {
    const ready = this.#letters.filter(({ at }) => at <= now);
    this.#letters = this.#letters.filter(({ at }) => at > now);
    return ready.sort((one, other) =>
      one.at === other.at ? one.number - other.number : one.at < other.at ? -1 : 1,
    );
  }

  /** How often the payment's money is out, as the bank's own books have it: 1 is as it should be. */
  timesOut(endToEndId: string): number {
    return this.#out.get(endToEndId) ?? 0;
  }

  /** Asked on the telephone what a line means. */
  askOnTelephone(line: {
    outcome: string;
    endToEndId?: string | undefined;
    bankReference?: string | undefined;
    /** Whether it is asked why it has not booked what it has taken. */
    isLate?: boolean;
  }): TelephoneAnswer | undefined {
    const { outcome, endToEndId = '', bankReference = '' } = line;
    // What it is going to book it books; the rest it never did.
    if (line.isLate) return this.timesOut(endToEndId) === 0 ? { mistaken: true } : undefined;
    // A line without id and reference is a fee, interest, or another's.
    if (endToEndId === '' && bankReference === '') return { mistaken: true };
    if (this.#mistakes.has(`${outcome}/${endToEndId}/${bankReference}`)) return { mistaken: true };
    const meant = this.#references.get(bankReference) ?? endToEndId.toUpperCase();
    if (!this.#orders.has(meant)) return undefined;
    const lessFee = this.#lessFee.has(bankReference) && { lessFee: true as const };
    return { mistaken: false, endToEndId: meant, ...lessFee };
  }

  /** Takes an instruction; what it makes of it becomes due later. */
  receive(instruction: BankInstruction, now: string): void {
    const { orders, debitAccount, original } = instruction;
    const groups = new Map<string, { notice: Notice; oddities: Oddity[]; advices: BankAdvice[] }>();
    for (const order of orders) {
      this.#orders.set(order.endToEndId, order);
      const story = this.#deal(order);
      const oddity = story && this.#note(story, [order.endToEndId]);
      for (const notice of this.#noticesOf(story, order, now)) {
        const { after, format, group, apart, advice } = notice;
        const key = [after, format, group, apart, group === undefined ? '' : order.endToEndId].join('/');
        const known = groups.get(key) ?? { notice, oddities: [], advices: [] };
        groups.set(key, known);
        known.advices.push(advice);
        if (oddity !== undefined) known.oddities.push(oddity);
        if (notice.mistaken) this.#mistake(advice);
        else if (
          advice.endToEndId === order.endToEndId &&
          advice.amount === order.amount &&
          !story?.includes('twice') &&
          !notRepeated.has(story) &&
          // A statement repeats what was booked, and not what was only said.
          (format === 'camt.053' || format === 'camt.054' || format === 'mt940') &&
          advice.reference !== undefined
        )
          this.#sent.push({ at: later(now, after), debitAccount, advice });
      }
    }
    for (const { notice, oddities, advices } of groups.values()) {
      const { after, format, group } = notice;
      const at = later(now, after);
      const letter: BankLetter = {
        id: `HB${String(this.#count + 1).padStart(6, '0')}`,
        ...{ day: dayOf(at), debitAccount, original, advices, partial: advices.length < orders.length },
        ...(group !== undefined && { groupStatus: group }),
      };
      const inTime = oddities.some(({ kind }) => inOrder.has(kind as Story));
      const numbers = this.#send(format, letter, at, inTime);
      for (const oddity of oddities) oddity.letters.push(...numbers);
    }
  }

  #note(kind: OddityKind, endToEndIds: string[], refused = false): Oddity {
    const oddity: Oddity = { kind, letters: [], endToEndIds, refused };
    this.oddities.push(oddity);
    return oddity;
  }

  #mistake({ status, endToEndId = '', reference = '' }: BankAdvice): void {
    const outcome = status === 'RJCT' ? 'REJECTED' : 'SETTLED';
    this.#mistakes.add(`${outcome}/${endToEndId}/${reference}`);
  }

  #shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.#random.below(left.length), 1));
  }

  /** The next story that this account holder can bear; none where all have been used. */
  #deal({ holder }: BankOrder): Story | undefined {
    const troubles = this.#troubles.get(holder) ?? 0;
    const index = this.#stories.findIndex((story) => troubles < troublesEach || !troublesome.has(story));
    const [story] = index < 0 ? [] : this.#stories.splice(index, 1);
    if (story !== undefined && troublesome.has(story)) this.#troubles.set(holder, troubles + 1);
    return story;
  }

  /** A reference of at most 16 characters, which MT940 holds. */
  #reference({ endToEndId }: BankOrder): string {
    const reference = `${this.#branch}${String(++this.#transfers).padStart(6, '0')}`;
    this.#references.set(reference, endToEndId);
    return reference;
  }

  /** What is said of one payment; and what truly happens to its money. */
  #noticesOf(story: Story | undefined, order: BankOrder, now: string): Notice[] {
    const { endToEndId, amount } = order;
    const reference = this.#reference(order);
    const say = (
      after: number,
      format: AnswerFormat,
      status: BankAdvice['status'],
      change: Partial<BankAdvice> = {},
      more: Partial<Notice> = {},
    ): Notice => ({
      ...{ after, format },
      advice: { endToEndId, amount, status, reference, day: dayOf(later(now, after)), ...change },
      ...more,
    });
    const times = (out: number) => void this.#out.set(endToEndId, out);
    const booked = () => this.#random.pick<AnswerFormat>(['camt.053', 'camt.054', 'mt940']);
    const refusing = () => this.#random.pick<AnswerFormat>(['pain.002', 'csv']);
    times(1);
    switch (story) {
      case undefined:
        return [say(2, booked(), 'ACSC')];
      case 'accepts-then-settles':
        return [say(1, 'pain.002', 'ACTC'), say(3, 'pain.002', 'ACSP'), say(27, booked(), 'ACSC')];
      case 'settles-after-the-time-out':
        return [say(150, booked(), 'ACSC')];
      case 'settles-then-accepts':
        return [say(2, booked(), 'ACSC'), say(4, 'pain.002', 'ACCP'), say(5, 'pain.002', 'PDNG')];
      case 'returns-before-it-settles':
        times(0);
        return [
          say(2, 'camt.054', 'RETURNED', { reference: this.#reference(order), reason: 'AC04' }),
          say(5, booked(), 'ACSC'),
        ];
      case 'returns-days-later':
        times(0);
        return [
          say(2, booked(), 'ACSC'),
          say(150, booked(), 'RETURNED', { reference: this.#reference(order), reason: 'AC04' }),
        ];
      case 'refuses-what-it-had-settled':
        // Said, and never booked.
        times(0);
        return [say(2, 'pain.002', 'ACSC'), say(80, 'pain.002', 'RJCT', { reason: 'AC06' })];
      case 'refuses-a-copy':
        // Its connector sent the file twice: the second is refused, the first is paid.
        return [
          say(3, 'pain.002', 'RJCT', { reference: undefined, reason: 'AM05' }),
          say(5, booked(), 'ACSC'),
        ];
      case 'pays-twice':
        times(2);
        return [say(2, 'mt940', 'ACSC'), say(26, 'mt940', 'ACSC', { reference: this.#reference(order) })];
      case 'pays-twice-and-takes-one-back':
        return [
          say(2, 'camt.054', 'ACSC'),
          say(26, 'camt.054', 'ACSC', { reference: this.#reference(order) }),
          say(98, booked(), 'RETURNED', { reference: this.#reference(order), reason: 'AM05' }),
        ];
      case 'books-twice-without-reference': {
        times(2);
        const { reference: _, ...advice } = say(2, 'mt940', 'ACSC').advice;
        return [1, 2].map(() => ({ after: 2, format: 'mt940', advice, apart: endToEndId }));
      }
      case 'books-again-the-day-after': {
        times(2);
        const nameless = { reference: undefined };
        return [say(2, 'mt940', 'ACSC', nameless), say(26, 'mt940', 'ACSC', nameless)];
      }
      case 'names-by-reference-alone':
        return [say(1, 'pain.002', 'ACSP'), say(4, 'mt940', 'ACSC', { endToEndId: undefined })];
      case 'names-its-reference-too-late':
        return [say(2, 'camt.054', 'ACSC', { endToEndId: undefined }), say(20, 'pain.002', 'ACSP')];
      case 'names-nothing-that-is-known':
        return [say(2, 'camt.053', 'ACSC', { endToEndId: undefined })];
      case 'changes-the-case-of-the-id':
        return [say(2, 'camt.054', 'ACSC', { endToEndId: endToEndId.toLowerCase() })];
      case 'states-another-amount':
        // It takes too much, takes that back, and then does right.
        return [
          say(2, 'camt.054', 'ACSC', { amount: amount + 2500 }),
          say(5, 'camt.054', 'RETURNED', {
            amount: amount + 2500,
            reference: this.#reference(order),
            reason: 'AM09',
          }),
          say(8, 'camt.054', 'ACSC', { reference: this.#reference(order) }),
        ];
      case 'settles-what-it-refused':
        times(0);
        return [
          say(2, 'pain.002', 'RJCT', { reason: 'AC01' }),
          say(6, 'csv', 'ACSC', {}, { apart: endToEndId, mistaken: true }),
        ];
      case 'says-both-in-one-file':
        return [
          say(2, 'csv', 'RJCT', { reason: 'BE04' }, { apart: endToEndId, mistaken: true }),
          say(2, 'csv', 'ACSC', { reference: this.#reference(order) }, { apart: endToEndId, mistaken: true }),
          say(30, 'camt.054', 'ACSC'),
        ];
      case 'tells-it-by-three-channels':
        return [
          say(1, 'pain.002', 'ACSC'),
          say(3, 'camt.054', 'ACSC', { reference: this.#reference(order) }),
          say(26, 'mt940', 'ACSC', { reference: this.#reference(order) }),
        ];
      case 'changes-its-reference':
        return [
          say(2, 'mt940', 'ACSC'),
          say(4, 'mt940', 'ACSC', { reference: this.#reference(order) }, { mistaken: true }),
        ];
      case 'takes-its-fee-with-the-payment':
        return [say(2, 'camt.054', 'ACSC', { amount: amount + fee, fee, instructed: amount })];
      case 'takes-the-debit-back':
        times(0);
        return [
          say(2, 'mt940', 'ACSC'),
          say(50, 'mt940', 'RETURNED', { reference: this.#reference(order), byReversal: true }),
        ];
      case 'takes-its-return-back':
        return [
          say(2, 'camt.054', 'ACSC'),
          say(50, 'camt.054', 'RETURNED', { reference: this.#reference(order), reason: 'AC04' }),
          say(50 + soon, 'camt.054', 'REVERSED', { reference: this.#reference(order) }),
        ];
      case 'returns-a-part':
        return [
          say(2, booked(), 'ACSC'),
          say(30, 'camt.054', 'RETURNED', {
            ...{ amount: Math.floor(amount / 4), reference: this.#reference(order), reason: 'AM09' },
          }),
        ];
      case 'returns-less-its-fee': {
        times(0);
        const back = this.#reference(order);
        this.#lessFee.add(back);
        return [
          say(2, booked(), 'ACSC'),
          say(50, 'camt.054', 'RETURNED', { amount: amount - fee, fee, reference: back, reason: 'AC04' }),
        ];
      }
      case 'books-what-it-refused':
        return [say(2, 'pain.002', 'RJCT', { reason: 'AC01' }), say(2 + soon, 'camt.053', 'ACSC')];
      case 'refuses-in-its-own-words':
        times(0);
        return [say(2, 'pain.002', 'RJCT', { ownReason: { code: 'Z91', text: 'REKENING PASIF' } })];
      case 'refuses-a-group-and-settles-in-it':
        return [say(3, 'pain.002', 'ACSC', {}, { group: 'RJCT' }), say(5, booked(), 'ACSC')];
      case 'settles-a-group-and-refuses-in-it':
        times(0);
        return [say(1, 'pain.002', 'RJCT', { reason: 'AM04' }, { group: 'ACSC' })];
      default:
        times(0);
        return [say(3, refusing(), 'RJCT', { reason: story.slice('refuses-'.length) })];
    }
  }

  /** Sends a letter, and whatever mishap befalls it. @returns the numbers of its files */
  #send(format: AnswerFormat, letter: BankLetter, at: string, inTime: boolean): number[] {
    const text = writeLetter(format, letter);
    const index = this.#mishaps.findIndex(
      (mishap) =>
        (mishap !== 'mixes-line-ends' || format === 'mt940') &&
        (mishap !== 'mixes-in-lines-of-others' || isStatement(format)) &&
        !(inTime && delaying.has(mishap)),
    );
    const [mishap] = index < 0 ? [] : this.#mishaps.splice(index, 1);
    const name = `${letter.id}.${extensions[format]}`;
    const ids = letter.advices.flatMap(({ endToEndId }) => endToEndId ?? []);
    const sound = (when = at, as = name) => this.#put(when, as, Buffer.from(text), letter.advices);
    /** A file that must be refused, and the right one some hours later. */
    const spoilt = (kind: Mishap, bytes: Uint8Array) => {
      this.#note(kind, ids, true).letters.push(this.#put(at, name, bytes));
      return [sound(later(at, 6))];
    };
    const changed = (kind: Mishap, change: (text: string) => string) =>
      spoilt(kind, Buffer.from(change(text)));
    switch (mishap) {
      case undefined:
        return [sound()];
      case 'cuts-a-file': {
        const bytes = Buffer.from(text);
        return spoilt(
          mishap,
          bytes.subarray(0, Math.floor((bytes.length * (40 + this.#random.below(50))) / 100)),
        );
      }
      case 'lies-about-the-sum':
        return changed(mishap, lie[format].sum);
      case 'lies-about-the-count':
        return changed(mishap, lie[format].count);
      case 'uses-another-currency':
        return changed(mishap, (sent) => sent.replaceAll('IDR', 'USD'));
      case 'reports-another-account':
        return spoilt(mishap, Buffer.from(writeLetter(format, { ...letter, debitAccount: '777000111222' })));
      case 'writes-utf-16':
        return spoilt(mishap, Buffer.from(`\u{feff}${text}`, 'utf16le'));
      case 'mixes-line-ends': {
        const ends = ['\r\n', '\n', '\r'];
        let line = 0;
        const mixed = text.replaceAll('\r\n', () => ends[line++ % ends.length] ?? '\n');
        const number = this.#put(at, name, Buffer.from(mixed), letter.advices);
        this.#note(mishap, ids).letters.push(number);
        return [number];
      }
      case 'mixes-in-lines-of-others': {
        const more = { ...letter, strangers: linesOfOthers(letter.day), heading: headingLines };
        const number = this.#put(at, name, Buffer.from(writeLetter(format, more)), letter.advices);
        this.#note(mishap, ids).letters.push(number);
        return [number];
      }
      case 'sends-a-file-again': {
        const number = sound();
        this.#note(mishap, ids).letters.push(sound(later(at, 1)), sound(later(at, 2), `again-${name}`));
        return [number];
      }
      case 'repeats-all-in-a-statement': {
        const number = sound();
        const when = later(at, 1);
        const advices = this.#sent.filter(
          (each) => each.debitAccount === letter.debitAccount && each.at <= when,
        );
        const { groupStatus: _, original: __, ...rest } = letter;
        const statement = { ...rest, id: `${letter.id}S`, advices: advices.map(({ advice }) => advice) };
        const repeated = this.#put(
          when,
          `${statement.id}.${extensions['camt.053']}`,
          Buffer.from(writeLetter('camt.053', statement)),
        );
        this.#note(
          mishap,
          advices.map(({ advice }) => advice.endToEndId ?? ''),
        ).letters.push(repeated);
        return [number];
      }
      case 'sends-an-external-entity':
        this.#note(mishap, [], true).letters.push(
          this.#put(at, `odd-${name}.xml`, Buffer.from(externalEntity)),
        );
        return [sound()];
      default:
        this.#note('sends-prose', [], true).letters.push(
          this.#put(at, `odd-${name}.txt`, Buffer.from(prose)),
        );
        return [sound()];
    }
  }

  #put(at: string, name: string, bytes: Uint8Array, advices: readonly BankAdvice[] = []): number {
    const number = ++this.#count;
    const deeds = advices.flatMap(({ endToEndId = '', amount, status }): BankDeed[] => {
      const account = this.#orders.get(endToEndId)?.account;
      const outcome = status === 'RJCT' ? 'REJECTED' : 'SETTLED';
      return account === undefined ? [] : [{ endToEndId, amount, account, outcome }];
    });
    this.#letters.push({ number, at, name, bytes, deeds });
    return number;
  }
}

function isStatement(format: AnswerFormat): boolean {
  return format === 'camt.053' || format === 'camt.054' || format === 'mt940';
}

/** A quarter of an hour: before another attempt can be on its way, or the money would be out twice. */
const soon = 0.25;

/** What this bank takes for a transfer that goes wrong or out of its network: whole rupiah. */
const fee = 6500;

/** Interest and its tax, which have sen, a fee for the account, and what another office paid. */
function linesOfOthers(day: string): StrangersLine[] {
  return [
    { side: 'credit', sen: 1_234_567, day, text: 'BUNGA REKENING GIRO' },
    { side: 'debit', sen: 246_913, day, text: 'PAJAK BUNGA' },
    { side: 'debit', sen: 1_000_000, day, text: 'BIAYA ADMINISTRASI' },
    { side: 'debit', sen: 4_000_000_000, day, text: 'PEMINDAHBUKUAN SATKER LAIN' },
  ];
}
const headingLines = ['BANK DAERAH - REKENING KORAN', 'DICETAK OLEH SISTEM, TANPA TANDA TANGAN'];

const externalEntity =
  '<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<Document>&x;</Document>\n';
const prose = '<html><body><h1>503 Service Unavailable</h1>Silakan coba lagi.</body></html>\n';

/** How each format lies: of pain.002, which may list a part, only what is less than it lists. */
const lie: Readonly<Record<AnswerFormat, Record<'sum' | 'count', (text: string) => string>>> = {
  'pain.002': {
    sum: (text) => text.replace(/<OrgnlCtrlSum>\d+/, '<OrgnlCtrlSum>1'),
    count: (text) => text.replace(/<OrgnlNbOfTxs>\d+/, '<OrgnlNbOfTxs>0'),
  },
  ...(Object.fromEntries(
    ['camt.053', 'camt.054'].map((format) => [
      format,
      {
        sum: (text: string) => text.replace(/(<TtlNtries>.*?<Sum>)/, '$11'),
        count: (text: string) => text.replace(/(<TtlNtries><NbOfNtries>)/, '$11'),
      },
    ]),
  ) as Record<'camt.053' | 'camt.054', Record<'sum' | 'count', (text: string) => string>>),
  // A statement of SWIFT counts nothing; an entry that is missing shows in its balance.
  mt940: {
    sum: (text) => text.replace(/(:62F:C\d{6}IDR)/, '$11'),
    count: (text) => text.replace(/:61:[\s\S]*?(?=:61:|:62F:)/, ''),
  },
  csv: {
    sum: (text) => text.replace(/(TOTAL;\d+;;;)/, '$11'),
    count: (text) => text.replace(/(TOTAL;)/, '$11'),
  },
};
