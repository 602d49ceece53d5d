import { describe, expect, it } from 'vitest';
import { AlreadyExists, Stale, StaleProposal, TooMuchContention } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';

const rounds = { what: 'Proposal PRP-1', rounds: 3, conflicts: [Stale] };

/** A writer who loses the first rounds. */
function losing(lost: number, conflict: () => Error = () => new StaleProposal('PRP-1')) {
  const seen: number[] = [];
  const attempt = async (round: number) => {
    seen.push(round);
    if (round < lost) throw conflict();
    return `won in round ${round}`;
  };
  return { seen, attempt };
}

describe('retryOnConflict', () => {
  it('returns what the first round returns where no other writer was faster', async () => {
    const { seen, attempt } = losing(0);
    expect(await retryOnConflict(rounds, attempt)).toBe('won in round 0');
    expect(seen).toEqual([0]);
  });

  it('tries again after a conflict, and after any that is a kind of it', async () => {
    const { seen, attempt } = losing(2);
    expect(await retryOnConflict(rounds, attempt)).toBe('won in round 2');
    expect(seen).toEqual([0, 1, 2]);
  });

  it('reports contention after the last round, and what the last round met', async () => {
    const { seen, attempt } = losing(3);
    const error = await retryOnConflict(rounds, attempt).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TooMuchContention);
    expect(error).toMatchObject({
      message: expect.stringContaining('Proposal PRP-1 could not be written in 3'),
    });
    expect(error).toMatchObject({ cause: { name: 'StaleProposal' } });
    expect(seen).toEqual([0, 1, 2]);
  });

  it('throws what is no conflict at once', async () => {
    const { seen, attempt } = losing(1, () => new AlreadyExists('Ask 1'));
    await expect(retryOnConflict(rounds, attempt)).rejects.toBeInstanceOf(AlreadyExists);
    expect(seen).toEqual([0]);
  });

  it('waits after each lost round', async () => {
    const waits: number[] = [];
    const between = async (round: number) => waits.push(round);
    await retryOnConflict({ ...rounds, between }, losing(2).attempt);
    expect(waits).toEqual([0, 1]);
  });
});
