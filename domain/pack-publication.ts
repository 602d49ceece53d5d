/**
 * A published version of a rule-pack never changes: its hash is kept (`programmes/published.json`) and compared.
 *
 * The hash is of what the version resolves to, defaults included. So a default may change only where each published
 * version that rested on the old value now says it itself, and the file of a version may be written differently as long
 * as it means the same. Not part of it are the paying office's account and rail and how it learns
 * of settlements, which are no rules; the notes on where figures come from; and kinds of asks that came later, which have the timing of their kind.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type AskKind, askKindSchema } from './asks/ask-kinds.ts';
import type { RulePack } from './programme.ts';
import { canonicalJson } from './proposal/audit.ts';

/** Versions that were published together, by `<id>/<version>`, and the kinds of asks that there were. */
export const publicationSchema = z.strictObject({
  asks: z.array(askKindSchema),
  packs: z.record(z.string().regex(/^[a-z0-9-]+\/[1-9][0-9]*$/), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type Publication = z.output<typeof publicationSchema>;

/** What a publication calls a version of a pack. */
export function packKey({ id, version }: Pick<RulePack, 'id' | 'version'>): string {
  return `${id}/${version}`;
}

/** The SHA-256 of the pack's rules, of these kinds of asks only, in lower-case hexadecimal. */
export function packHash(pack: RulePack, kinds: readonly AskKind[]): string {
  const { published: _published, illustrative: _illustrative, payment, ...rules } = pack;
  const {
    rail: _rail,
    debitAccount: _debitAccount,
    settledBy: _settledBy,
    bookedWithinWorkingDays: _bookedWithin,
    ...payments
  } = payment;
  const asks = Object.fromEntries(kinds.map((kind) => [kind, pack.asks[kind]]));
  return createHash('sha256')
    .update(canonicalJson({ ...rules, payment: payments, asks }))
    .digest('hex');
}

/** How the packs differ from what was published: `<id>/<version>`, each list in the order of the packs. */
export interface PublicationState {
  /** Not published yet. */
  unpublished: string[];
  /** Resolve to something else than what was published. */
  altered: string[];
  /** Published, but not here any more. */
  missing: string[];
}

/** Compares all packs with all publications. */
export function publicationState(
  packs: readonly RulePack[],
  publications: readonly Publication[],
): PublicationState {
  const published = new Map(
    publications.flatMap(({ asks, packs: hashes }) =>
      Object.entries(hashes).map(([key, hash]) => [key, { asks, hash }] as const),
    ),
  );
  const here = new Set(packs.map(packKey));
  return {
    unpublished: packs.map(packKey).filter((key) => !published.has(key)),
    altered: packs
      .filter((pack) => {
        const known = published.get(packKey(pack));
        return known !== undefined && packHash(pack, known.asks) !== known.hash;
      })
      .map(packKey),
    missing: [...published.keys()].filter((key) => !here.has(key)),
  };
}
