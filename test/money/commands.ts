/** What may happen to the money, drawn at random; and the worlds in which it begins. */
import * as fc from 'fast-check';
import { type AnswerFormat, answerFormats, type BankAdvice, canReport } from '#players/bank/bank-answers.ts';
import { happen } from './happening.ts';
import type { Kill } from './interleaving.ts';
import { attemptsOf, mayBeLess, membersOf, ntpnOf, type Payment } from './model.ts';
import * as steps from './steps.ts';
import { rails, type World } from './world.ts';

/** Something that may be done in a world; nothing where there is nothing of that kind to do. */
interface Deed {
  name: string;
  /** @param alone whether nothing else is done at the same time */
  plan: (world: World, alone: boolean) => steps.Step | undefined;
}

function groupsIn({ model }: World) {
  return Object.keys(model.groups);
}
function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % items.length];
}
function paymentsIn({ model }: World) {
  return Object.values(model.payments);
}

/** The next step of a run as the workflow would take it. */
function nextOfRun(world: World, id: string): steps.Step {
  const { model } = world;
  const unwritten = rails.find(
    (rail) =>
      membersOf(model, id, rail).length > 0 &&
      !Object.keys(model.files).some((key) => key.startsWith(`prepared/${id}.${rail}`)),
  );
  const state = model.runs[id]?.state;
  if (state === 'withdrawn') return steps.withdrawing(world, id);
  if (unwritten !== undefined) return steps.writing(world, id, unwritten);
  return state === 'released' ? steps.sending(world, id) : steps.deciding(world, id, true);
}

/** The next step of a group as the workflows would take it. @param refused whether the bank refuses what it has */
function nextStep(world: World, id: string, refused: boolean): steps.Step | undefined {
  const { model } = world;
  const group = model.groups[id];
  if (group === undefined || group.stage === 'rejected' || group.stage === 'closed') return undefined;
  if (group.stage === 'approval') return steps.awarding(world, id);
  const index = group.tranches.findIndex(({ status }) => status !== 'settled' && status !== 'unpaid');
  const tranche = group.tranches[index];
  if (group.stage === 'payment' && group.tranches[0]?.status === 'settled')
    return steps.followingUp(world, id);
  if (tranche === undefined)
    return group.stage === 'follow-up' ? steps.closing(world, id) : steps.rejecting(world, id);
  const number = index + 1;
  if (tranche.status === 'planned') return steps.opening(world, id, number);
  for (const paper of ['spp', 'spm'] as const)
    if (!tranche.papers.includes(paper)) return steps.issuing(world, id, number, paper);
  if (tranche.status === 'open') return steps.reserving(world, id, number);
  if (!tranche.papers.includes('sp2d')) return steps.issuing(world, id, number, 'sp2d');
  const last = attemptsOf(model, id, number).at(-1);
  if (last === undefined) return steps.instructing(world, id, number, 1);
  switch (last.state) {
    case 'ready':
      return steps.gathering(world, `run ${Object.keys(model.runs).length}`, false, true);
    case 'gathered':
      return nextOfRun(world, last.run);
    case 'settled':
      return steps.settling(world, id, number);
    case 'lapsed':
      return steps.leavingUnpaid(world, id, number);
    case 'rejected':
    case 'returned':
    case 'superseded':
      return tranche.ordered[last.attempt] === undefined
        ? steps.movingToAccount(world, id, number, last.attempt)
        : steps.instructing(world, id, number, last.attempt + 1);
  }
  const advice: BankAdvice = {
    ...{
      endToEndId: last.id,
      amount: last.amount,
      day: '2020-08-04',
      reference: `R${last.id.slice(2, 6)}${last.attempt}`,
    },
    status: refused ? 'RJCT' : 'ACSC',
  };
  const letter: steps.Letter = {
    format: refused ? 'csv' : 'mt940',
    advices: [advice],
    run: last.run,
    rail: group.rail,
    whole: 'not given',
  };
  return steps.receiving(world, letter, 0);
}

function deed(name: string, plan: Deed['plan']): Deed {
  return { name, plan };
}

const which = fc.nat(5);
const group = fc.nat(3);
const tranche = fc.constantFrom(1, 1, 1, 2);

/** The bank's advice of some payment, true or not. */
const anyAdvice = fc
  .record({
    payment: which,
    named: fc.constantFrom('yes', 'yes', 'yes', 'no', 'in small letters', 'as a stranger'),
    status: fc.constantFrom<BankAdvice['status'][]>(
      ...([
        'ACSC',
        'ACSC',
        'ACSC',
        'RJCT',
        'RETURNED',
        'RETURNED',
        'REVERSED',
        'CREDIT',
        'ACTC',
        'ACCP',
        'ACSP',
        'ACWC',
        'PDNG',
      ] as const),
    ),
    reference: fc.constantFrom('own', 'own', 'none', 'second', 'shared'),
    amount: fc.constantFrom(
      'right',
      'right',
      'right',
      'right',
      'right',
      'right',
      'wrong',
      'a part',
      'with a fee',
    ),
    byReversal: fc.constantFrom(false, false, true),
    instructed: fc.constantFrom(false, false, true),
    reason: fc.constantFrom(undefined, undefined, 'AM05'),
    day: fc.constantFrom('2020-08-04', '2020-08-04', '2020-08-05'),
  })
  .map((advice) => (world: World): BankAdvice | undefined => {
    const found = pick(paymentsIn(world), advice.payment);
    if (found === undefined) return undefined;
    const ids = {
      ...{ yes: found.id, no: undefined, 'in small letters': found.id.toLowerCase() },
      'as a stranger': 'P-STRANGER00-01-01',
    };
    const own = `R${found.id.slice(2, 6)}${found.tranche}${found.attempt}`;
    const references = { own, none: undefined, second: `${own}X`, shared: 'SHARED' };
    const reference = references[advice.reference as keyof typeof references];
    const endToEndId = ids[advice.named as keyof typeof ids];
    const amounts = {
      ...{ right: found.amount, wrong: found.amount + 1, 'a part': 10_000_000 },
      // On top of what leaves; kept from what comes back.
      'with a fee':
        found.amount + (advice.status === 'RETURNED' || advice.status === 'CREDIT' ? -6500 : 6500),
    };
    return {
      ...{ status: advice.status, day: advice.day, amount: amounts[advice.amount as keyof typeof amounts] },
      ...(advice.amount === 'with a fee' && { fee: 6500 }),
      ...(advice.byReversal && advice.status === 'RETURNED' && { byReversal: true as const }),
      // What was instructed is never what was booked.
      ...(advice.instructed && { instructed: found.amount }),
      ...(advice.reason !== undefined && { reason: advice.reason }),
      ...(reference !== undefined && { reference }),
      ...(endToEndId !== undefined && { endToEndId }),
    };
  });

const anyLetter = fc
  .record({
    format: fc.constantFrom<(AnswerFormat | 'bulk-text')[]>(...answerFormats, 'pain.002', 'bulk-text'),
    advices: fc.array(anyAdvice, { minLength: 1, maxLength: 3 }),
    doubled: fc.constantFrom(false, false, false, true),
    run: fc.nat(2),
    whole: fc.constantFrom('not given', 'given', 'given', 'a lie') as fc.Arbitrary<steps.Letter['whole']>,
    late: fc.constantFrom(0, 0, 30),
  })
  .map(({ advices, doubled, ...letter }) =>
    deed('letter', (world) => {
      const run = pick(Object.keys(world.model.runs), letter.run);
      // A line may stand there twice: each has moved the balance.
      const letters = [...advices.slice(0, doubled ? 1 : 0), ...advices].flatMap(
        (adviceIn) => adviceIn(world) ?? [],
      );
      if (run === undefined || letters.length === 0) return undefined;
      // In the file of the first payment's rail, so that what is said of the whole is of others too.
      const rail =
        rails.find((each) => membersOf(world.model, run, each).includes(letters[0]?.endToEndId ?? '')) ??
        rails[0];
      return steps.receiving(world, { ...letter, advices: letters, run, rail: rail ?? '' }, letter.late);
    }),
  );

/** What the workflows do not ask for at this moment: it must do no harm. */
const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: anyLetter },
  {
    weight: 6,
    arbitrary: fc.tuple(group, fc.nat(5)).map(([at, luck]) =>
      deed('next', (world, alone) => {
        const step = nextStep(world, pick(groupsIn(world), at) ?? '', luck === 0);
        return alone || step?.name.startsWith('gather') !== true ? step : undefined;
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: group.map((at) =>
      deed('award', (world) => steps.awarding(world, pick(groupsIn(world), at) ?? '')),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(0, 40_000_000, 79_999_999, 80_000_000, 120_000_000, 160_000_000)
      .map((ceiling) => deed('ceiling', (world) => steps.settingCeiling(world, ceiling))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(group, tranche, fc.constantFrom(1, 1, 2, 3))
      .map(([at, number, attempt]) =>
        deed('instruct', (world) =>
          steps.instructing(world, pick(groupsIn(world), at) ?? '', number, attempt),
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(3), fc.nat(9))
      .map(([name, luck]) =>
        deed('gather', (world, alone) => steps.gathering(world, `run ${name}`, luck === 0, alone)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .nat(3)
      .map((name) =>
        deed('gather in the year after', (_, alone) =>
          alone ? steps.gatheringNextYear(`run ${name}`) : undefined,
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(3), fc.constantFrom<AnswerFormat[]>('mt940', 'camt.053'), fc.boolean())
      .map(([at, format, isRight]) =>
        deed('credit with the number of a receipt', (world) => {
          const [run] = Object.keys(world.model.runs);
          const all = Object.entries(world.model.groups).flatMap(([id, { deposits }]) =>
            deposits.map(({ amount }, index) => ({ reference: ntpnOf(id, index + 1), amount })),
          );
          const found = pick(all, at);
          if (found === undefined || run === undefined) return undefined;
          const { reference, amount } = found;
          const advice: BankAdvice = {
            ...{ status: 'CREDIT', reference, day: '2020-08-04', amount: isRight ? amount : 500_000 },
          };
          return steps.receiving(world, { format, advices: [advice], run, rail: '', whole: 'not given' }, 0);
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(2), fc.nat(1)).map(([at, rail]) =>
      deed('write', (world) => {
        const run = pick(Object.keys(world.model.runs), at);
        return run === undefined ? undefined : steps.writing(world, run, rails[rail] ?? '');
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.nat(3), fc.constantFrom('next', 'next', 'hold', 'send', 'withdraw'))
      .map(([at, what]) =>
        deed(`${what} of a run`, (world) => {
          const run = pick(Object.keys(world.model.runs), at);
          if (run === undefined || world.model.runs[run]?.state === 'being gathered') return undefined;
          if (what === 'next') return nextOfRun(world, run);
          if (what === 'hold') return steps.deciding(world, run, false);
          return what === 'send' ? steps.sending(world, run) : steps.withdrawing(world, run);
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(group, tranche, fc.constantFrom(1, 12_000_000, 28_000_001, 40_000_000), fc.nat(2))
      .map(([at, number, amount, decision]) =>
        deed('recall', (world) => {
          const id = pick(groupsIn(world), at) ?? '';
          return steps.recalling(world, id, number, amount, `K-${decision}`);
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(3), fc.nat(6)).map(([at, what]) =>
      deed('of a deposit', (world, alone) => {
        const all = groupsIn(world).flatMap((id) =>
          (world.model.groups[id]?.deposits ?? []).map((deposit, index) => ({
            ...{ id, number: index + 1 },
            ...deposit,
          })),
        );
        const found = pick(all, at);
        if (found === undefined) return undefined;
        const { id, number, state, confirmed } = found;
        if (what === 0) return steps.cancellingDeposit(world, id, number);
        if (what === 1 || (state === 'handed-in' && confirmed))
          return steps.settlingDeposit(world, id, number);
        const paper = steps.papersOfDeposit[state === 'owed' ? 0 : state === 'billed' ? 1 : 2];
        // What is asked of people is called off by an end, which is of no interest here.
        return alone && paper !== undefined ? steps.proving(world, id, number, paper) : undefined;
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(group, tranche)
      .map(([at, number]) =>
        deed('settle', (world) => steps.settling(world, pick(groupsIn(world), at) ?? '', number)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(group, tranche).map(([at, number]) =>
      deed('leave unpaid', (world) => {
        const id = pick(groupsIn(world), at) ?? '';
        // A later tranche opens when the one before has settled, and that one then has a way of its own.
        const later = world.model.groups[id]?.tranches[number];
        return later !== undefined && later.status !== 'planned' && later.status !== 'unpaid'
          ? undefined
          : steps.leavingUnpaid(world, id, number);
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.constantFrom('settled', 'rejected', 'wait')).map(([at, outcome]) =>
      deed('inquire', (world) => {
        const payment = pick(paymentsIn(world), at);
        return payment === undefined || payment.state === 'ready' || payment.state === 'gathered'
          ? undefined
          : steps.inquiring(world, payment, outcome as 'settled');
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map((at) =>
      deed('correct', (world) => {
        const payment = pick(paymentsIn(world), at);
        return payment && steps.movingToAccount(world, payment.group, payment.tranche, payment.attempt);
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(which, which, fc.constantFrom('assign', 'dismiss', 'rightly', 'less a fee'))
      .map(([at, other, how]) =>
        deed('resolve', (world, alone) => {
          const item = pick(Object.keys(world.model.items), at);
          if (item === undefined) return undefined;
          const [candidate] = world.model.items[item]?.candidates ?? [];
          const payment = pick(paymentsIn(world), other)?.id;
          const to = how === 'dismiss' ? '' : how === 'assign' ? payment : (candidate ?? payment);
          const less = alone && how === 'less a fee' && mayBeLess(world.model, item, to ?? '');
          return steps.resolving(world, item, to ?? '', { alone, less });
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: group.map((at) =>
      deed('reject', (world) => {
        const id = pick(groupsIn(world), at) ?? '';
        const paid = world.model.groups[id]?.tranches.some(({ status }) => status === 'settled');
        return paid ? undefined : steps.rejecting(world, id);
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: group.map((at) =>
      deed('close', (world) => steps.closing(world, pick(groupsIn(world), at) ?? '')),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .nat(30)
      .map((at) => deed('again', (world) => world.history.at(-1 - (at % (world.history.length || 1))))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(anyAdvice, fc.nat(steps.brokenFiles.length - 1)).map(([adviceIn, at]) =>
      deed('broken', (world) => {
        const letters = adviceIn(world);
        return letters && canReport('csv', letters) ? steps.receivingBroken(world, [letters], at) : undefined;
      }),
    ),
  },
);

const anyKill: fc.Arbitrary<Kill | undefined> = fc.option(
  fc.record({ call: fc.nat(12), after: fc.boolean() }),
  {
    nil: undefined,
    freq: 4,
  },
);

export type Command = fc.AsyncCommand<World, World>;

/** Deeds at once, their calls in any order, each perhaps killed and done again. */
class AtOnce implements Command {
  readonly #deeds: readonly { deed: Deed; kill: Kill | undefined }[];
  readonly #choices: readonly number[];

  constructor(deeds: readonly { deed: Deed; kill: Kill | undefined }[], choices: readonly number[]) {
    this.#deeds = deeds;
    this.#choices = choices;
  }

  check(): boolean {
    return true;
  }

  async run(_: World, world: World): Promise<void> {
    const alone = this.#deeds.length === 1;
    const taken = this.#deeds.flatMap(({ deed: { plan }, kill }) => {
      const step = plan(world, alone);
      return step === undefined ? [] : [{ step, kill }];
    });
    if (taken.length > 0) await happen(world, taken, this.#choices);
  }

  toString(): string {
    return this.#deeds
      .map(({ deed: { name }, kill }) => (kill === undefined ? name : `${name}, killed`))
      .join(' | ');
  }
}

/** A group continues by a number of steps, as the workflows would. */
class GoOn implements Command {
  readonly #group: number;
  readonly #count: number;
  readonly #refused: boolean;

  constructor(at: number, count: number, refused: boolean) {
    this.#group = at;
    this.#count = count;
    this.#refused = refused;
  }

  check(): boolean {
    return true;
  }

  async run(_: World, world: World): Promise<void> {
    await goOn(world, this.#group, this.#count, this.#refused);
  }

  toString(): string {
    return `group ${this.#group} goes on by ${this.#count} steps${this.#refused ? ', refused' : ''}`;
  }
}

async function goOn(world: World, at: number, count: number, refused = false): Promise<void> {
  for (let step = 0; step < count; step++) {
    const next = nextStep(world, pick(groupsIn(world), at) ?? '', refused);
    if (next === undefined) return;
    await happen(world, [{ step: next }], []);
  }
}

const withKill = fc.record({ deed: anyDeed, kill: anyKill });

function awardOf(at: number) {
  return deed('award', (world) => steps.awarding(world, pick(groupsIn(world), at) ?? ''));
}
function gatherOf(name: number) {
  return deed('gather', (world, alone) => steps.gathering(world, `run ${name}`, false, alone));
}
function nextOf(at: number) {
  return deed('next', (world) => {
    const step = nextStep(world, pick(groupsIn(world), at) ?? '', false);
    return step?.name.startsWith('gather') ? undefined : step;
  });
}

/** The bank sends a payment back. */
function returnOf(payment: Payment, world: World) {
  const advice: BankAdvice = {
    ...{ endToEndId: payment.id, amount: payment.amount, status: 'RETURNED', day: '2020-08-05' },
    reference: `B${payment.id.slice(2, 6)}${payment.attempt}`,
  };
  const { rail = '' } = world.model.groups[payment.group] ?? {};
  return steps.receiving(
    world,
    { format: 'camt.053', advices: [advice], run: payment.run, rail, whole: 'not given' },
    0,
  );
}

/** Those that want the same: money that settles and comes back, the last of the budget, a payment that has just become ready, the end of a run. */
const rivals: fc.Arbitrary<Deed[]> = fc.oneof(
  fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2, maxLength: 3 }).map((groups) => groups.map(awardOf)),
  which.map((at) => {
    const ofPayment = (name: string, plan: (world: World, payment: Payment) => steps.Step) =>
      deed(name, (world) => {
        const settled = paymentsIn(world).filter(({ state }) => state === 'settled' || state === 'returned');
        const payment = pick(settled, at);
        return payment && plan(world, payment);
      });
    return [
      ofPayment('return', (world, payment) => returnOf(payment, world)),
      ofPayment('settle', (world, { group: id, tranche: number }) => steps.settling(world, id, number)),
    ];
  }),
  fc
    .tuple(fc.nat(3), fc.nat(1), group)
    .map(([name, other, at]) => [gatherOf(name), gatherOf(name + other), nextOf(at)]),
  fc.nat(3).map((at) => {
    const ofRun = (name: string, plan: (world: World, run: string) => steps.Step) =>
      deed(name, (world) => {
        const run = pick(Object.keys(world.model.runs), at);
        return run === undefined || world.model.runs[run]?.state === 'being gathered'
          ? undefined
          : plan(world, run);
      });
    return [ofRun('next of a run', nextOfRun), ofRun('withdraw', steps.withdrawing), nextOf(at)];
  }),
);
const choices = fc.array(fc.nat(2), { minLength: 4, maxLength: 12 });

export const anyCommand: fc.Arbitrary<Command>[] = [
  fc.record({ deed: anyDeed, kill: anyKill }).map((one) => new AtOnce([one], [])),
  fc
    .tuple(fc.array(withKill, { minLength: 2, maxLength: 3 }), choices)
    .map(([deeds, order]) => new AtOnce(deeds, order)),
  fc.tuple(rivals, anyKill, choices).map(
    ([deeds, kill, order]) =>
      new AtOnce(
        deeds.map((each, at) => ({ deed: each, kill: at === 0 ? kill : undefined })),
        order,
      ),
  ),
  fc
    .tuple(group, fc.integer({ min: 1, max: 4 }), fc.boolean())
    .map(([at, count, refused]) => new GoOn(at, count, refused)),
];

/** Steps from before the award until the payment is ready, and from then until the bank has its file. */
const untilReady = 7;
const untilSent = untilReady + 4;

/**
 * Worlds in which a history may begin: before any award; two groups at the bank and two that wait for budget; all four between
 * SPM and the bank; all four ready; all four in one run at the bank; one of each fate; one closed and one in its second
 * tranche; one that owes a part of what it was paid.
 */
export async function beginnings(first: World): Promise<World[]> {
  const waiting = first.copy();
  for (const at of [0, 1]) await goOn(waiting, at, untilSent);
  for (const at of [2, 3]) await goOn(waiting, at, 1);
  const rich = first.copy();
  await happen(rich, [{ step: steps.settingCeiling(rich, 160_000_000) }], []);
  const ordered = rich.copy();
  for (const [at, count] of [7, 5, 6, 6].entries()) await goOn(ordered, at, count);
  const ready = rich.copy();
  for (const at of [0, 1, 2, 3]) await goOn(ready, at, untilReady);
  const sent = ready.copy();
  // Two files: one more than where there is one rail.
  await goOn(sent, 0, 5);
  const fates = sent.copy();
  await goOn(fates, 0, 2);
  await goOn(fates, 1, 1, true);
  await goOn(fates, 2, 4);
  const later = fates.copy();
  await goOn(later, 0, 2);
  await goOn(later, 2, untilSent - 2);
  const owing = fates.copy();
  const [, , third = ''] = groupsIn(owing);
  await happen(owing, [{ step: steps.recalling(owing, third, 1, 12_000_000, 'K-9') }], []);
  for (const paper of steps.papersOfDeposit)
    await happen(owing, [{ step: steps.proving(owing, third, 1, paper) }], []);
  return [first, waiting, ordered, ready, sent, fates, later, owing];
}
