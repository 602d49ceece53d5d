/**
 * Random histories of a proposal's asks: people answer, delegate, go away, lose their offices and come back, turns remind
 * and escalate, administrators name, and anyone tries any form with any link. Whatever they do, separation of duties holds, and
 * nothing waits for ever.
 */

import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { expect, it } from 'vitest';
import { storedAbout } from '#domain/asks/about.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { dutyOf, type Involvement, mayAct } from '#domain/asks/separation.ts';
import { absenceOn, type Person } from '#domain/people/person.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { unassigned } from '#functions/asks/choose-person.ts';
import { aboutOf, idOfAsk } from '#test/asks.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
useTable(async (opened) => {
  stage = await openStage(opened);
});

/** One ask of each duty, and two steps of the ladder. */
const asks = [
  { kind: 'site-visit', key: '1', role: 'verifier' },
  { kind: 'membership-review', key: '1', role: 'verifier' },
  { kind: 'approval', key: '1-0', role: 'ppk' },
  { kind: 'approval', key: '1-1', role: 'kpa' },
  { kind: 'spm', key: '1', role: 'pp-spm' },
  { kind: 'bank-inquiry', key: '1-1-1', role: 'kppn' },
  { kind: 'appeal', key: '', role: 'pa' },
] as const satisfies readonly { kind: AskKind; key: string; role: DirectoryRole }[];

/** An answer to each that is complete, so that only who gives it decides. */
const answers: Partial<Record<AskKind, Record<string, string>>> = {
  'site-visit': {
    ...{ outcome: 'fail', visitedOn: '2020-08-03', reason: 'x' },
    ...{ latitude: '-7.42', longitude: '109.24' },
  },
  'membership-review': { outcome: 'upheld', reason: 'x' },
  approval: { outcome: 'reject', reason: 'x' },
  spm: { outcome: 'refused', reason: 'x' },
  'bank-inquiry': { outcome: 'wait' },
  appeal: { outcome: 'dismissed', reason: 'x' },
};

const names = ['ani', 'budi', 'citra', 'dewi'];
const offices = [...new Set(asks.map(({ role }) => role))];

/** Everyone may hold any offices, near and far, so that only separation of duties stands between them. */
function anyPerson(id: string): fc.Arbitrary<Person> {
  return fc.record({
    id: fc.constant(id),
    name: fc.constant(`Petugas ${id}`),
    roles: fc.array(
      fc.record({
        role: fc.constantFrom<DirectoryRole>(...offices),
        areas: fc.constantFrom(['33.02'], ['33.02'], ['33'], ['63']),
      }),
      { minLength: 2, maxLength: 5 },
    ),
    email: fc.constant(`${id}@dinas.example`),
    language: fc.constant('id' as const),
    superior: fc.constantFrom(...names),
  });
}

/** The administrator holds offices too, and is always there. */
const ada: Person = {
  id: 'ada',
  name: 'Petugas ada',
  roles: [
    { role: 'admin', areas: ['*'] },
    { role: 'ppk', areas: ['*'] },
  ],
  email: 'ada@dinas.example',
  language: 'id',
};

const which = fc.nat({ max: 1000 });
const anyDeed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('turn' as const), ask: fc.nat({ max: asks.length - 1 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), link: which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hand-on' as const), link: which, to: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('go' as const), who: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.constantFrom(...names) }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...names)
      .chain((id) => fc.record({ do: fc.constant('come' as const), as: anyPerson(id) })),
  },
);

let groups = 0;

/** A proposal with everyone's deeds played on it, watched at every step. */
async function history(cast: readonly Person[]) {
  const id = await stage.submitted(++groups);
  const turns = asks.map(() => 0);
  let minutes = 10;
  const present = await stage.store.people.all();
  const gone = present.filter((person) => ![...cast, ada].some((each) => each.id === person.id));
  await stage.direct({ put: [...cast, ada], remove: gone.map((person) => person.id) });

  const askOf = ({ kind, key }: { kind: AskKind; key: string }) =>
    stage.store.asks.find(id, idOfAsk(id, kind, key));
  const assignees = () =>
    Promise.all(
      asks.map(async (each) => {
        const ask = await askOf(each);
        return ask?.status === 'open' && ask.assignee.kind === 'person' ? ask.assignee.personId : undefined;
      }),
    );
  /** The person who has just been asked may act and is there. */
  const watched = async (deed: () => Promise<unknown>) => {
    const before = await assignees();
    await deed();
    const [after, people, { involvements }] = await Promise.all([
      assignees(),
      stage.store.people.all(),
      stage.store.proposals.get(id),
    ]);
    for (const [index, personId] of after.entries()) {
      const { kind, key } = asks[index] ?? asks[0];
      if (personId === undefined || personId === unassigned || personId === before[index]) continue;
      const person = people.find((each) => each.id === personId);
      expect(mayAct(personId, kind, aboutOf(kind, key), involvements)).toBe(true);
      expect(person && absenceOn(person, jakartaDate(at(minutes)))).toBeUndefined();
      expect(person?.roles.map(({ role }) => role)).toContain(asks[index]?.role);
    }
  };

  /** The next turn of an ask, unless it is over. @returns whether there was one */
  const turn = async (index: number): Promise<boolean> => {
    const { kind, key, role } = asks[index] ?? asks[0];
    const before = await askOf({ kind, key });
    if (before !== undefined && before.status !== 'open') return false;
    const mailed = stage.mails.length;
    const token = await stage.turn(id, kind, key, turns[index] ?? 0, role, at(minutes));
    turns[index] = (turns[index] ?? 0) + 1;
    const after = await askOf({ kind, key });
    if (after?.status !== 'open') {
      expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toHaveLength(1);
      return false;
    }
    const notices = stage.mails.slice(mailed).filter(({ to }) => to === ada.email);
    if (after.assignee.kind === 'person' && after.assignee.personId === unassigned)
      expect(notices.some(({ text }) => text.includes('tidak dapat dikirim kepada siapa pun'))).toBe(true);
    return true;
  };

  /** One of the links that were mailed, old or new, and the ask that it leads to. */
  const linkOf = async (number: number) => {
    const links = stage.linksOf(id);
    const secret = links[number % Math.max(1, links.length)] ?? '';
    const link = await stage.store.messages.link(secret, at(minutes));
    const ask =
      link !== 'too-old' && link?.to === 'ask' ? await stage.store.asks.get(id, link.askId) : undefined;
    return ask && { secret, ask };
  };

  const play = async (deed: typeof anyDeed extends fc.Arbitrary<infer Deed> ? Deed : never) => {
    minutes += 1;
    const people = await stage.store.people.all();
    switch (deed.do) {
      case 'turn':
        return watched(() => turn(deed.ask));
      case 'answer': {
        const found = await linkOf(deed.link);
        if (found === undefined) return;
        return watched(() => stage.post(found.secret, answers[found.ask.kind] ?? {}, at(minutes)));
      }
      case 'hand-on': {
        const found = await linkOf(deed.link);
        if (found === undefined) return;
        const offered = parse((await stage.delegate(found.secret, {}, at(minutes))).body)
          .querySelectorAll('[data-reassign] option')
          .map((option) => option.getAttribute('value') ?? '');
        // Mostly a person whom the page offers, and at times anyone, by a forged form.
        const choices = deed.to % 4 === 0 || offered.length < 2 ? [...names, 'ada'] : offered.slice(1);
        const fields = { delegateTo: choices[deed.to % choices.length] ?? '', delegateReason: 'x' };
        return watched(() => stage.delegate(found.secret, fields, at(minutes)));
      }
      case 'go': {
        const person = people.find((each) => each.id === deed.who);
        const absences = [{ from: '2020-08-01', to: '2020-12-31', substitute: 'dewi' }];
        if (person !== undefined) await stage.direct({ put: [{ ...person, absences }] }, at(minutes));
        return;
      }
      case 'leave':
        if (people.some((each) => each.id === deed.who))
          await stage.direct({ remove: [deed.who] }, at(minutes));
        return;
      case 'come':
        await stage.direct({ put: [deed.as] }, at(minutes));
    }
  };

  /** Lets time pass until every ask that was opened is over. */
  const playToEnd = async () => {
    for (const [index, each] of asks.entries()) {
      if ((await askOf(each)) === undefined) continue;
      for (let round = 0; await turn(index); round++) {
        minutes += 1;
        if (round > 30) throw new Error(`${each.kind} waits for ever`);
      }
    }
  };
  return { id, play, playToEnd };
}

function involvementOf(kind: AskKind, text: string, personId: string): Involvement {
  return { kind, about: storedAbout(aboutOf(kind, text)), personId };
}

/** What persons have done, by the record. */
async function involvementsIn(id: string): Promise<Involvement[]> {
  return (await stage.store.audit.list({ proposalId: id })).flatMap(({ action, actor, facts }) =>
    action === 'ask.answered' && actor.kind === 'person'
      ? [involvementOf(facts.kind as AskKind, String(facts.about), actor.id)]
      : [],
  );
}

it('keeps every duty and every step of the ladder in another hand, and ends every ask, whatever people do', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...names.map(anyPerson)),
      fc.array(anyDeed, { minLength: 25, maxLength: 40 }),
      async (cast, deeds) => {
        const { id, play, playToEnd } = await history(cast);
        for (const ask of asks.keys()) await play({ do: 'turn', ask });
        for (const deed of deeds) await play(deed);
        await playToEnd();
        const involvements = await involvementsIn(id);
        for (const action of await stage.actions(id)) seen.add(action);
        const { involvements: remembered } = await stage.store.proposals.get(id);
        expect(remembered).toEqual(expect.arrayContaining(involvements));
        for (const person of [...names, 'ada']) {
          const own = involvements.filter(({ personId }) => personId === person);
          const duties = new Set(own.map(({ kind }) => dutyOf(kind)));
          expect(duties.size).toBeLessThan(2);
          const steps = new Set(own.filter(({ kind }) => kind === 'approval').map(({ about }) => about.step));
          expect(steps.size).toBeLessThan(2);
        }
        for (const ask of await stage.store.asks.withParts(id)) {
          expect(ask.status).not.toBe('open');
          for (const { text, html } of stage.mails)
            if (ask.taskToken !== undefined) expect(`${text}${html}`).not.toContain(ask.taskToken);
        }
        expect(await stage.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });
      },
    ),
    { numRuns: 6 },
  );
  // The histories are about something: people did get to answer, and to delegate.
  for (const action of ['ask.answered', 'ask.delegated', 'ask.assigned']) expect(seen).toContain(action);
});
