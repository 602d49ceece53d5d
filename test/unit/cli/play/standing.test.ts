import { describe, expect, test } from 'vitest';
import type { Asked } from '#cli/play/asked.ts';
import { type Life, standingOf } from '#cli/play/standing.ts';
import { readTarget } from '#cli/play/target.ts';

/** Asks in the order in which they came; `!` marks the open ones, a minute lies between two. */
function askedIn(...texts: `${string}:${string}`[]): Asked[] {
  return texts.map((text, index): Asked => {
    const [kind, about = ''] = text.replace('!', '').split(':');
    const { ask } = readTarget(`${kind}:${about}`);
    const tranche = ['tranche-documents', 'spp', 'spm', 'sp2d', 'receipt'].includes(kind ?? '')
      ? Number.parseInt(about, 10)
      : undefined;
    return {
      ...{ ask: text, kind: ask?.kind ?? 'spm', about, tranche, person: 'leader', url: null },
      open: text.endsWith('!'),
      openedAt: new Date(index * 60_000).toISOString(),
      expiresAt: '2021-01-01T00:00:00.000Z',
    };
  });
}

function stand(until: string, life: Life, ...asked: `${string}:${string}`[]) {
  const { state, ...more } = standingOf(readTarget(until), life, askedIn(...asked));
  return 'why' in more ? `${state}: ${more.why}` : state;
}

const verification: Life = { stage: 'verification' };
const oneTranche: Life = { stage: 'payment', tranches: [{ number: 1, status: 'open' }] };
const twoTranches: Life = {
  stage: 'payment',
  tranches: [
    { number: 1, status: 'open' },
    { number: 2, status: 'planned' },
  ],
};

describe('where a proposal stands', () => {
  test('is the stage that was wanted, or before an open ask', () => {
    expect(stand('verification', verification, 'membership:1!')).toBe('reached');
    expect(stand('membership', verification, 'membership:1!')).toBe('reached');
    expect(stand('spm', verification, 'membership:1!')).toBe('on-its-way');
    expect(stand('spm', oneTranche, 'spp:1', 'spm:1!')).toBe('reached');
    expect(stand('spm:1', oneTranche, 'spp:1', 'spm:1', 'spp:1-2', 'spm:1-2!')).toBe('reached');
    expect(stand('deposit-slip', { stage: 'closed', result: 'complete' }, 'deposit-slip:1!')).toBe('reached');
  });

  test('is past a stage when it is in a later one', () => {
    expect(stand('received', verification)).toMatch(/^ended: is past received: it is in stage verification/);
    expect(stand('verification', oneTranche, 'spm:1!')).toBe(
      'ended: is past verification: it is in stage payment and waits for spm:1',
    );
    expect(stand('closed', oneTranche, 'spm:1!')).toBe('on-its-way');
  });

  test('is past an ask when what comes later in life waits', () => {
    expect(stand('correction', verification, 'membership:1!')).toMatch(/^ended: is past/);
    expect(stand('membership', verification, 'membership:1', 'site-visit:1!')).toMatch(/^ended: is past/);
    expect(stand('site-visit', oneTranche, 'site-visit:1', 'spp:1!')).toMatch(/^ended: is past/);
    expect(stand('spm', oneTranche, 'spp:1', 'spm:1', 'sp2d:1!')).toMatch(/^ended: is past/);
    expect(stand('approval:1-0', { stage: 'approval' }, 'approval:1-0', 'approval:1-1!')).toMatch(/^ended/);
  });

  test('is on its way to an ask that may come again', () => {
    // Returned: the next round comes to it once more.
    expect(stand('spm', oneTranche, 'spp:1', 'spm:1', 'spp:1-2!')).toBe('on-its-way');
    expect(stand('site-visit', verification, 'site-visit:1', 'approval:1-0', 'membership:2!')).toBe(
      'on-its-way',
    );
    // The other tranche has its own.
    expect(stand('spm', twoTranches, 'spp:1', 'spm:1', 'sp2d:1!')).toBe('on-its-way');
    expect(stand('spm:2', twoTranches, 'spp:1', 'spm:1!')).toBe('on-its-way');
    expect(stand('spm:1', twoTranches, 'spp:1', 'spm:1', 'sp2d:1!')).toMatch(/^ended: is past spm:1/);
  });

  test('counts the visits that are still to come', () => {
    const life: Life = {
      stage: 'follow-up',
      followUp: {
        items: [
          { kind: 'mentor-visit', about: { day: 30 } },
          { kind: 'mentor-visit', about: { day: 90 } },
        ],
      },
    };
    expect(stand('mentor-visit', life, 'mentor-visit:30')).toBe('on-its-way');
    expect(stand('mentor-visit:30', life, 'mentor-visit:30')).toMatch(/^ended: is past/);
    expect(stand('mentor-visit', life, 'mentor-visit:30', 'mentor-visit:90')).toMatch(/^ended/);
    expect(stand('muster-roll', life, 'mentor-visit:30')).toBe('on-its-way');
  });

  test('is an end: rejected, closed without it, or halted', () => {
    expect(stand('spm', { stage: 'rejected', reason: 'uncorrected' })).toBe(
      'ended: was rejected: uncorrected',
    );
    expect(stand('rejected', { stage: 'rejected', reason: 'uncorrected' })).toBe('reached');
    expect(stand('objection', { stage: 'rejected', reason: 'no-budget' }, 'objection:1!')).toBe('reached');
    expect(stand('spm', { stage: 'closed', result: 'complete' })).toBe('ended: is closed (complete)');
    expect(stand('rejected', { stage: 'closed', result: 'complete' })).toBe('ended: is closed (complete)');
    expect(stand('payment', { ...oneTranche, halted: { error: 'Boom' } }, 'spm:1!')).toMatch(
      /^ended: is halted: Boom/,
    );
  });

  test('is never where its programme has no place for it', () => {
    const pack = { id: 'tkm-2020', version: 1 };
    expect(stand('spm:2', { ...oneTranche, pack }, 'spp:1!')).toBe(
      'ended: never comes to spm:2: its programme, tkm-2020, has none. It is in stage payment and waits for spp:1',
    );
  });
});
