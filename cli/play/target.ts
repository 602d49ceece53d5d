/** Where a play is to stop, and what is left unanswered in it: as given on the command line. */

import { type AskKind, askKinds } from '#domain/asks/ask-kinds.ts';
import type { RulePack } from '#domain/programme.ts';
import { type Stage, stages } from '#domain/proposal/proposal.ts';
import { UnknownName } from '../errors.ts';
import { foreseenAbout, isCounted, means } from './about.ts';

/** A kind of ask, and what it is to be about, if that askKinds. */
export interface Wanted {
  kind: AskKind;
  about?: string;
}

/** Where a proposal is to stand: in a stage, before an ask, or either where the two have one name. */
export interface Target {
  /** As it was given. */
  text: string;
  stage?: Stage;
  ask?: Wanted;
}

/** @throws {UnknownName} */
export function readTarget(text: string): Target {
  const [name, about] = split(text);
  const stage = about === undefined ? stages.find((one) => one === name) : undefined;
  const kind = askKinds.find((one) => one === name);
  if (kind === undefined && stages.some((one) => one === name) && about !== undefined)
    throw new UnknownName(`"${about}" of the stage`, name, [`${name} as a whole`]);
  if (stage === undefined && kind === undefined)
    throw new UnknownName('stage or kind of ask', name, [...stages, ...askKinds]);
  return {
    text,
    ...(stage !== undefined && { stage }),
    ...(kind !== undefined && { ask: { kind, ...(about !== undefined && { about }) } }),
  };
}

/** A kind of ask that is left unanswered. @throws {UnknownName} */
export function readWanted(text: string): Wanted {
  const [name, about] = split(text);
  const kind = askKinds.find((one) => one === name);
  if (kind === undefined) throw new UnknownName('kind of ask', name, askKinds);
  return { kind, ...(about !== undefined && { about }) };
}

function split(text: string): [name: string, about: string | undefined] {
  const at = text.indexOf(':');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Whether an ask is what was meant. */
export function isWanted(
  { kind, about }: Wanted,
  ask: { kind: AskKind; about: string; tranche?: number | undefined },
): boolean {
  return ask.kind === kind && (about === undefined || means(about, ask));
}

/** Whether asks of that kind can be about that, under the pack; they can where the pack does not say. */
export function isForeseen({ kind, about }: Wanted, pack: RulePack): boolean {
  if (about === undefined) return true;
  const names = foreseenAbout(kind, pack);
  return names === undefined || names.some((name) => means(about, { about: name }) || means(name, { about }));
}

/**
 * Refuses what an ask can be about under none of the packs, and is about nowhere so far.
 * @param known what asks of that kind are about in the record
 * @throws {UnknownName}
 */
export function checkAbout(
  wanted: Wanted,
  packs: readonly RulePack[],
  known: readonly { about: string; tranche?: number | undefined }[],
): void {
  const { kind, about } = wanted;
  if (about === undefined || known.some((one) => means(about, one))) return;
  const names = [...new Set(packs.flatMap((pack) => foreseenAbout(kind, pack) ?? []))].sort(inOrder);
  if (
    names.length === 0
      ? isCounted(about)
      : packs.some((pack) => isForeseen(wanted, pack) && foreseenAbout(kind, pack) !== undefined)
  )
    return;
  throw new UnknownName(`${kind} about`, about, names.length > 0 ? names : ['1', '2', '…']);
}

/** By the numbers in them. */
function inOrder(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
