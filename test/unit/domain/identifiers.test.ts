import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAskId } from '#domain/asks/ask-id.ts';
import { packetPrefixSchema, proposalIdOf, proposalIdSchema } from '#domain/identifiers.ts';
import { idOfAsk } from '#test/asks.ts';

describe('identifiers', () => {
  test('of proposals follow from the folder and are readable aloud', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/), (prefix) => {
        expect(packetPrefixSchema.safeParse(prefix).success).toBe(true);
        const id = proposalIdOf(prefix);
        expect(proposalIdSchema.safeParse(id).success).toBe(true);
        expect(proposalIdOf(prefix)).toBe(id);
      }),
    );
    expect(proposalIdOf('banyumas-7')).not.toBe(proposalIdOf('banyumas-8'));
  });

  test('of asks can be taken apart again', () => {
    const id = proposalIdOf('banyumas-7');
    expect(readAskId(idOfAsk(id, 'mentor-visit', '30'))).toEqual({
      subject: { of: 'proposal', id },
      kind: 'mentor-visit',
      about: { day: 30 },
    });
    expect(readAskId(idOfAsk(id, 'membership', '1', 3))).toEqual({
      subject: { of: 'proposal', id },
      kind: 'membership',
      about: { round: 1 },
      member: 3,
    });
    expect(readAskId('nonsense')).toBeUndefined();
  });
});
