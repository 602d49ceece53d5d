/** What an ask is about, as one writes it on the command line behind its kind: `spm:2`, `mentor-visit:30`. */
import { aboutText } from '#domain/asks/about.ts';
import type { Ask } from '#domain/asks/ask.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import type { RulePack } from '#domain/programme.ts';
import { followUpPlan } from '#domain/training/training.ts';
import { agreeableReplies } from '#players/replies.ts';
import { calendarAt } from '#programmes/calendar.ts';

/** What the ask is about, as text; of an ask about another subject than a proposal, that subject first. */
export function aboutOf({ subject, kind, about }: Pick<Ask, 'subject' | 'kind' | 'about'>): string {
  const text = aboutText(kind, about);
  return subject.of === 'proposal' ? text : [subject.id, ...(text === '' ? [] : [text])].join('-');
}

/** The number of the tranche that the ask is about, if it is about one. */
export function trancheAbout({ about }: Pick<Ask, 'about'>): number | undefined {
  return about.tranche;
}

/** Whether the text means this: the whole of it, or its first parts (`2` means tranche 2, in whatever round). */
export function means(
  text: string,
  { about, tranche }: { about: string; tranche?: number | undefined },
): boolean {
  return about === text || about.startsWith(`${text}-`) || String(tranche) === text;
}

/** Whether asks of this kind are about a tranche, or about a payment run, which has tranches of many. */
export function isOfTranche(kind: AskKind): boolean {
  return kindOf(kind).subject === 'payment-run' || Object.hasOwn(kindOf(kind).about.shape, 'tranche');
}

/** What asks of this kind will be about under the pack; undefined where the pack does not say. */
export function foreseenAbout(kind: AskKind, pack: RulePack): string[] | undefined {
  if (kindOf(kind).subject !== 'proposal') return undefined;
  if (isOfTranche(kind)) return pack.tranches.map((_, index) => String(index + 1));
  // Which day does not matter: only what comes, not when.
  const planned = followUpPlan(pack, '2020-01-01', calendarAt('2020-01-01T00:00:00Z')).filter(
    (item) => item.kind === kind,
  );
  return planned.length === 0 ? undefined : planned.map(({ about }) => aboutText(kind, about));
}

/** Whether the text could say what an ask is about whose kind the packs do not count. */
export function isCounted(text: string): boolean {
  return /^\d+(-\d+)*$/.test(text);
}

/**
 * The kinds in the order of a proposal's life, as far as sample people answer them; of others it is not known.
 */
const inOrder: readonly string[] = Object.keys(agreeableReplies);

/** Whether one kind is asked later in life than another; false where that is not known of either. */
export function comesLater(one: AskKind, other: AskKind): boolean {
  const [place, before] = [inOrder.indexOf(one), inOrder.indexOf(other)];
  return before !== -1 && place > before;
}
