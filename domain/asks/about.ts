/**
 * What an ask is about, as text: in ids and addresses, on the command line, in the facts of events. Here, and nowhere
 * else, such a text is read.
 *
 * The numbers stand in the order of the kind's schema, joined by hyphens: tranche 2 in its third round is `2-3`. A number
 * with a default is left out while it is that (`2` is the first round), and one that is optional is written with its first
 * letter (`2-a3` is the third attempt). An ask that there is once for its subject has an empty text.
 */

import * as z from 'zod';
import { type About, type AskKind, kindOf } from './ask-kinds.ts';
import type { AnyAbout } from './kind.ts';

/** A number of `about`, as its schema says. */
interface Field {
  name: string;
  optional: boolean;
  /** The value that is left out. */
  assumed?: unknown;
}

function fieldsOf(kind: AskKind): Field[] {
  return Object.entries(kindOf(kind).about.shape).map(([name, schema]) => ({
    name,
    optional: schema instanceof z.ZodOptional,
    ...(schema instanceof z.ZodDefault && { assumed: schema.def.defaultValue }),
  }));
}

/** What the ask is about, as text. */
export function aboutText(kind: AskKind, about: AnyAbout): string {
  const fields = fieldsOf(kind);
  const numbers = fields.filter(({ optional }) => !optional);
  const shown = numbers.findLastIndex(({ name, assumed }) => (about[name] ?? assumed) !== assumed) + 1;
  const tagged = fields.filter(({ name, optional }) => optional && about[name] !== undefined);
  return [
    ...numbers.slice(0, shown).map(({ name }) => String(about[name])),
    ...tagged.map(({ name }) => `${name.slice(0, 1)}${about[name]}`),
  ].join('-');
}

/** As an ask is stored with it: without what is absent. */
export function storedAbout(about: AnyAbout): Record<string, number> {
  return Object.fromEntries(
    Object.entries(about).flatMap(([name, number]) => (number === undefined ? [] : [[name, number]])),
  );
}

/** Whether both are about the same. */
export function sameAbout(one: AnyAbout, other: AnyAbout): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/** The numbers that stand in a text, by name; undefined where it says something that the kind does not have. */
function numbersIn(kind: AskKind, text: string): Record<string, number> | undefined {
  const fields = fieldsOf(kind);
  const plain = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const found: Record<string, number> = {};
  for (const part of text === '' ? [] : text.split('-')) {
    const [, letter = '', digits] = /^([a-z]?)(0|[1-9]\d{0,8})$/.exec(part) ?? [];
    const name =
      letter === ''
        ? plain.shift()
        : fields.find((each) => each.optional && each.name.startsWith(letter))?.name;
    if (digits === undefined || name === undefined || name in found) return undefined;
    found[name] = Number(digits);
  }
  return found;
}

/** What the text says an ask of this kind is about; undefined for a text that does not fit this kind. */
export function readAbout<Kind extends AskKind>(kind: Kind, text: string): About<Kind> | undefined {
  const numbers = numbersIn(kind, text);
  const read = numbers === undefined ? undefined : kindOf(kind).about.safeParse(numbers);
  if (read?.success !== true || aboutText(kind, read.data as AnyAbout) !== text) return undefined;
  return read.data as About<Kind>;
}
