/** The id of an ask follows from what it is about, so that the same question always has the same id. */
import { aboutText, readAbout } from './about.ts';
import { type AboutGiven, type AskKind, askKindSchema, kindOf } from './ask-kinds.ts';
import type { AnyAbout } from './kind.ts';
import { type Subject, subjectOf } from './subject.ts';

/** `<subject>.<kind>.<about>`, or `<subject>.<kind>` where there is one for its subject; of one member's part: `….m03`. */
export function askIdOf<Kind extends AskKind>(
  subjectId: string,
  kind: Kind,
  about: AboutGiven<Kind>,
  member?: number,
): string {
  const text = aboutText(kind, about);
  const id = `${subjectId}.${kind}${text === '' ? '' : `.${text}`}`;
  return member === undefined ? id : memberAskIdOf(id, member);
}

/** The id of one member's part in a group ask. */
export function memberAskIdOf(groupAskId: string, member: number): string {
  return `${groupAskId}.m${String(member).padStart(2, '0')}`;
}

/** The id of the group ask that a member's part belongs to; undefined for an ask that is no part. */
export function groupAskIdOf(askId: string): string | undefined {
  return /^(.+)\.m\d{2,}$/.exec(askId)?.[1];
}

/** What an ask's id says. */
export interface AskIdParts {
  subject: Subject;
  kind: AskKind;
  about: AnyAbout;
  member?: number;
}

/** The parts of an ask's id, or nothing if the text is not one. */
export function readAskId(askId: string): AskIdParts | undefined {
  const match = /^([^.]+)\.([a-z0-9-]+?)(?:\.([a-z0-9-]+?))?(?:\.m(\d{2,}))?$/.exec(askId);
  const [, subjectId = '', name, text = '', member] = match ?? [];
  const subject = subjectOf(subjectId);
  const kind = askKindSchema.safeParse(name).data;
  if (subject === undefined || kind === undefined || kindOf(kind).subject !== subject.of) return undefined;
  const about = readAbout(kind, text);
  return about && { subject, kind, about, ...(member !== undefined && { member: Number(member) }) };
}
