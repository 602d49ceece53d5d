/**
 * The programmes and their rule-packs, each put together and validated when it is first asked for; a test does it for
 * all of them. How to add a programme or a version: `docs/recipes.md`.
 */
import {
  type PackDefaults,
  type PayingOffice,
  type Programme,
  packDefaultsSchema,
  payingOfficeSchema,
  programmeSchema,
  type RulesFile,
  resolvePack,
  rulesFileSchema,
} from '#domain/pack-resolution.ts';
import { isInForce, type PackReference, type RulePack } from '#domain/programme.ts';
import defaultsFile from './defaults.json' with { type: 'json' };
import officesFile from './paying-offices.json' with { type: 'json' };
import programmesFile from './programmes.json' with { type: 'json' };
import padatKarya2020v1 from './rules/padat-karya-2020.v1.json' with { type: 'json' };
import padatKarya2020v2 from './rules/padat-karya-2020.v2.json' with { type: 'json' };
import tkm2020v1 from './rules/tkm-2020.v1.json' with { type: 'json' };
import tkm2020v2 from './rules/tkm-2020.v2.json' with { type: 'json' };
import tkm2020TwoTranchesV1 from './rules/tkm-2020-two-tranches.v1.json' with { type: 'json' };
import tkm2020TwoTranchesV2 from './rules/tkm-2020-two-tranches.v2.json' with { type: 'json' };
import tkm2022v1 from './rules/tkm-2022.v1.json' with { type: 'json' };
import tkm2022v2 from './rules/tkm-2022.v2.json' with { type: 'json' };

/** Parsed once in a process: to compile a schema before takes longer than to interpret it. */
const onceOnly = { jitless: true };

/** Every version of all rules. Those that were published stay, whatever comes after them. */
const rulesFiles: readonly RulesFile[] = [
  tkm2020v1,
  tkm2020v2,
  padatKarya2020v1,
  padatKarya2020v2,
  tkm2020TwoTranchesV1,
  tkm2020TwoTranchesV2,
  tkm2022v1,
  tkm2022v2,
].map((file) => rulesFileSchema.parse(file, onceOnly));

const programmes: readonly Programme[] = programmesFile.map((one) => programmeSchema.parse(one, onceOnly));
const defaults: PackDefaults = packDefaultsSchema.parse(defaultsFile, onceOnly);

/** The offices that pay, with their accounts and rails. */
export const payingOffices: readonly PayingOffice[] = officesFile.map((one) =>
  payingOfficeSchema.parse(one, onceOnly),
);

/** Thrown when a proposal is pinned to a pack that is not here: published packs are never removed. */
export class UnknownRulePack extends Error {
  override readonly name = 'UnknownRulePack';
  constructor({ id, version }: { id: string; version?: number | undefined }) {
    super(
      `there is no rule-pack ${id}${version === undefined ? '' : ` version ${version}`} under programmes/`,
    );
  }
}

/** Thrown when a programme names a paying office that is not in `paying-offices.json`. */
export class UnknownPayingOffice extends Error {
  override readonly name = 'UnknownPayingOffice';
  constructor({ id, payingOffice }: Programme) {
    super(`the programme ${id} is paid by ${payingOffice}, which is not in programmes/paying-offices.json`);
  }
}

const resolved = new Map<string, RulePack>();

function packUnder(rules: RulesFile, programme: Programme): RulePack {
  const key = `${programme.id}/${rules.version}`;
  const known = resolved.get(key);
  if (known !== undefined) return known;
  const office = payingOffices.find(({ id }) => id === programme.payingOffice);
  if (office === undefined) throw new UnknownPayingOffice(programme);
  const pack = resolvePack(rules, { programme, office, defaults });
  resolved.set(key, pack);
  return pack;
}

/** All versions of the programme's pack, oldest first; none when there is no such programme. */
function versionsOf(programmeId: string): RulePack[] {
  return programmes
    .filter(({ id }) => id === programmeId)
    .flatMap((programme) =>
      rulesFiles.filter(({ id }) => id === programme.rules).map((rules) => packUnder(rules, programme)),
    )
    .sort((a, b) => a.version - b.version);
}

/** Every version of every pack, programme by programme, oldest first. */
export function everyRulePack(): RulePack[] {
  return programmes.flatMap(({ id }) => versionsOf(id));
}

/** One version of a programme's pack. @throws {UnknownRulePack} */
export function rulePack(id: string, version: number): RulePack {
  const pack = versionsOf(id).find((one) => one.version === version);
  if (pack === undefined) throw new UnknownRulePack({ id, version });
  return pack;
}

/** The newest version of a programme's pack. @throws {UnknownRulePack} */
export function newestRulePack(id: string): RulePack {
  const pack = versionsOf(id).at(-1);
  if (pack === undefined) throw new UnknownRulePack({ id });
  return pack;
}

/** The newest version of each programme's pack. */
export function newestRulePacks(): RulePack[] {
  return programmes.map(({ id }) => newestRulePack(id));
}

/** The newest version of a pack that takes new proposals on the date (`yyyy-mm-dd`, Jakarta), if there is one. */
export function rulePackInForce(id: string, date: string): RulePack | undefined {
  return versionsOf(id).findLast((pack) => isInForce(pack, date));
}

/** The packs that take new proposals on the date, one for each programme. */
export function rulePacksInForce(date: string): RulePack[] {
  return programmes.flatMap(({ id }) => rulePackInForce(id, date) ?? []);
}

/**
 * The pack that the proposal is pinned to. A packet that does not even name a programme has none yet; its correction is
 * asked for with the deadlines of the first programme.
 *
 * @throws {UnknownRulePack}
 */
export function packOf({ pack }: { pack?: PackReference | undefined }): RulePack {
  return pack === undefined ? newestRulePack(programmes[0]?.id ?? '') : rulePack(pack.id, pack.version);
}
