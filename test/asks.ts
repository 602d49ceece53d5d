/** Asks named by the text of what they are about, as ids and the command line have it. */
import { readAbout } from '#domain/asks/about.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import type { About, AskKind } from '#domain/asks/ask-kinds.ts';

/** What `spm` `2-3` is about. @throws for a text that is none of the kind */
export function aboutOf<Kind extends AskKind>(kind: Kind, text: string): About<Kind> {
  const about = readAbout(kind, text);
  if (about === undefined) throw new Error(`no ${kind} is about ${text}`);
  return about;
}

/** The id of the ask of this kind that is about this. */
export function idOfAsk(proposalId: string, kind: AskKind, text: string, member?: number): string {
  return askIdOf(proposalId, kind, aboutOf(kind, text), member);
}
