/**
 * All rule-packs, validated when this module is loaded: a broken pack fails at once and by name, not in the middle of
 * a proposal. A new programme or year is a new file and a line here.
 */
import { isInForce, type PackReference, type RulePack, rulePackSchema } from '#domain/programme.ts';
import padatKarya2020 from './padat-karya-2020.json' with { type: 'json' };
import tkm2020 from './tkm-2020.json' with { type: 'json' };
import tkm2020Treasury from './tkm-2020-treasury.json' with { type: 'json' };
import tkm2020TwoTranches from './tkm-2020-two-tranches.json' with { type: 'json' };
import tkm2022 from './tkm-2022.json' with { type: 'json' };

/** Each is parsed once in a process: to compile its schema before takes longer than to interpret it. */
const onceOnly = { jitless: true };

/** Every version of every pack. */
export const rulePacks: readonly RulePack[] = [
  tkm2020,
  padatKarya2020,
  tkm2020TwoTranches,
  tkm2020Treasury,
  tkm2022,
].map((pack) => rulePackSchema.parse(pack, onceOnly));

/** Thrown when a proposal is pinned to a pack that is not here: packs are never removed. */
export class UnknownRulePack extends Error {
  override readonly name = 'UnknownRulePack';
  constructor({ id, version }: PackReference) {
    super(`there is no rule-pack ${id} version ${version} under programmes/`);
  }
}

/** The pack that a proposal is pinned to. @throws {UnknownRulePack} */
export function rulePack(id: string, version: number): RulePack {
  const pack = rulePacks.find((one) => one.id === id && one.version === version);
  if (pack === undefined) throw new UnknownRulePack({ id, version });
  return pack;
}

/** The newest version of a pack that takes new proposals on the date (`yyyy-mm-dd`, Jakarta), if there is one. */
export function rulePackInForce(id: string, date: string): RulePack | undefined {
  return rulePacks
    .filter((pack) => pack.id === id && isInForce(pack, date))
    .reduce<RulePack | undefined>(
      (newest, pack) => (newest === undefined || pack.version > newest.version ? pack : newest),
      undefined,
    );
}

/** The ids of the packs that take new proposals on the date. */
export function programmesInForce(date: string): string[] {
  return [...new Set(rulePacks.filter((pack) => isInForce(pack, date)).map((pack) => pack.id))];
}
