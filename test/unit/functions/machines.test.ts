/** Every execution that can fail is reported to someone. */
import { describe, expect, it } from 'vitest';
import { machineNames, machineOf, ownerOf } from '#functions/machines.ts';

const id = 'P-0123456789';

describe('an execution', () => {
  it.each(machineNames)('of %s has its machine in its ARN', (name) => {
    for (const suffix of ['', ':live', ':7'])
      expect(
        machineOf(`arn:aws:states:ap-southeast-3:000000000000:stateMachine:jaring-dev-${name}${suffix}`),
      ).toBe(name);
  });

  it('of a machine that is not ours is refused by its name', () => {
    expect(() => machineOf('arn:aws:states:ap-southeast-3:0:stateMachine:jaring-dev-other')).toThrow(/other/);
  });

  it.each([
    ['proposal', id, true],
    ['verification', `${id}-verification-1`, false],
    ['approval', `${id}-approval-1`, false],
    ['payment', `${id}-payment-1`, false],
    ['payment', `${id}-payment-1-redrive-1`, false],
    ['payment', `${id}-payment-1-returned-1`, true],
    ['payment', `${id}-payment-2-returned-12`, true],
    ['training', `${id}-training`, false],
    ['muster-roll', `${id}-muster-roll`, false],
    ['objection', `${id}-objection`, false],
    ['deposit', `${id}-deposit-1-2`, true],
  ] as const)(
    'of %s called %s belongs to its proposal, and is seen by itself: %s',
    (machine, name, alone) => {
      expect(ownerOf(machine, name)).toEqual({ proposalId: id, alone });
    },
  );

  it('of a payment run belongs to no proposal', () => {
    expect(ownerOf('payment-run', '5f0c-schedule')).toEqual({ alone: true });
  });

  it('that was started by hand under another name belongs to none that is known', () => {
    expect(ownerOf('payment', 'try-1')).toBeUndefined();
  });
});
