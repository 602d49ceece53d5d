/**
 * The keys of the asks that a tranche is paid by. A tranche is asked about once on the straight way; when papers go back to
 * the group, or an SPP or SPM is cancelled, the next round asks anew.
 *
 * `1` is the first round of tranche 1, `1-2` its second; `1-a2` asks for the papers that name the account of attempt 2, or
 * for its own SP2D where the treasury moves the money.
 */

/** The key of a round's ask. @param tranche and @param round count from 1 */
export function roundKey(tranche: number, round: number): string {
  return round === 1 ? String(tranche) : `${tranche}-${round}`;
}

/** The round that the key of a `tranche-documents`, `spp`, `spm` or `sp2d` ask belongs to; undefined for papers of an attempt. */
export function roundOf(key: string): number | undefined {
  const [, round] = /^\d+(?:-(\d+))?$/.exec(key) ?? [];
  if (round !== undefined) return Number(round);
  return /^\d+$/.test(key) ? 1 : undefined;
}

/** The key of an ask about one attempt: papers that name its account, or its own SP2D. */
export function attemptKey(tranche: number, attempt: number): string {
  return `${tranche}-a${attempt}`;
}

/** The attempt whose account the papers of a `tranche-documents` ask are to name; undefined for those of a round. */
export function attemptOf(key: string): number | undefined {
  const [, attempt] = /^\d+-a(\d+)$/.exec(key) ?? [];
  return attempt === undefined ? undefined : Number(attempt);
}
