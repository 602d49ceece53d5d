import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askOpened } from '#domain/asks/ask-events.ts';
import { memberAskIdOf } from '#domain/asks/ask-id.ts';
import { ImpossibleAnswer, outcomeOf, standingsAfter } from '#domain/asks/group-standing.ts';
import { type AuditEvent, chain, genesisHash } from '#domain/proposal/audit.ts';
import { event, type ProposalEvent } from '#domain/proposal/events.ts';

const proposalId = 'P-0000000001';
const groupId = `${proposalId}.membership.1`;
const at = '2020-10-05T02:00:00.000Z';
const end = '2020-10-09T02:00:00.000Z';
const asked = { askId: groupId, kind: 'membership', about: '1' } as const;
const opened = askOpened(
  { id: groupId, kind: 'membership', about: { round: 1 }, role: 'members' },
  { assignee: 'members' },
  at,
);

function answer(member: number, outcome: string): ProposalEvent {
  const facts = { ...asked, askId: memberAskIdOf(groupId, member), outcome, documents: 0 };
  return event(at, 'ask.answered', facts, { kind: 'member', number: member });
}

function recorded(...drafts: ProposalEvent[]): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const draft of drafts)
    events.push(chain(events.at(-1)?.hash ?? genesisHash(proposalId), events.length + 1, draft));
  return events;
}

function standingOf(...drafts: ProposalEvent[]) {
  return standingsAfter(new Map(), recorded(...drafts)).get(groupId);
}

describe('the standing of a group’s ask', () => {
  it('says who confirmed and who denied, in whatever order and commits they answered', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ member: fc.integer({ min: 1, max: 40 }), denies: fc.boolean() }), {
          selector: ({ member }) => member,
        }),
        fc.nat({ max: 40 }),
        (answers, cut) => {
          const events = recorded(
            opened,
            ...answers.map(({ member, denies }) => answer(member, denies ? 'denied' : 'confirmed')),
          );
          const once = standingsAfter(new Map(), events);
          const twice = standingsAfter(standingsAfter(new Map(), events.slice(0, cut)), events.slice(cut));
          expect(twice).toEqual(once);
          const standing = once.get(groupId);
          for (let member = 1; member <= 40; member++) {
            const answer = answers.find((each) => each.member === member);
            const outcome = answer && (answer.denies ? 'denied' : 'confirmed');
            expect(standing && outcomeOf(standing, member)).toBe(outcome);
          }
          expect(standing).toMatchObject({ since: 1, status: 'open' });
        },
      ),
    );
  });

  it('counts no member twice, no one who was not asked, and nothing else than a yes or a no', () => {
    expect(() => standingOf(opened, answer(3, 'confirmed'), answer(3, 'denied'))).toThrow(ImpossibleAnswer);
    expect(() => standingOf(answer(3, 'confirmed'))).toThrow(ImpossibleAnswer);
    expect(() => standingOf(opened, answer(3, 'quorum'))).toThrow(ImpossibleAnswer);
  });

  it('is answered by the group’s answer, and takes late ones until the proposal ends', () => {
    const clear = event(at, 'ask.answered', { ...asked, outcome: 'quorum', documents: 0 });
    expect(standingOf(opened, answer(1, 'confirmed'), clear, answer(2, 'denied'))).toEqual({
      ...{ since: 1, status: 'answered', confirmed: [1], denied: [2] },
    });
    const rejected = event(end, 'proposal.rejected', { at: 'verification', reason: 'membership-denied' });
    expect(standingOf(opened, clear, rejected)).toMatchObject({ status: 'answered', over: end });
  });

  it('expires with the group’s ask; asks to one person have none', () => {
    expect(standingOf(opened, event(at, 'ask.expired', { ...asked, role: 'members' }))).toMatchObject({
      status: 'expired',
    });
    const other = askOpened(
      { id: groupId, kind: 'membership', about: { round: 1 }, role: 'members' },
      { assignee: 'vera' },
      at,
    );
    expect(standingOf(other)).toBeUndefined();
  });
});
