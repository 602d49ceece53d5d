/** Answers that were given, found among a subject's asks and read as their kind reads them. */
import type * as z from 'zod';
import { aboutText } from './about.ts';
import type { AnsweredAsk, Ask } from './ask.ts';
import type { AboutGiven, Answer, AskKind } from './ask-kinds.ts';

/** A kind as its record gives it: its name, and the schema of its answers. */
export interface Asked<Kind extends AskKind> {
  readonly name: Kind;
  readonly answer: z.ZodType<Answer<Kind>>;
}

/** An answer as its kind reads it, with who gave it and when. */
export interface AnswerAs<Kind extends AskKind>
  extends Pick<AnsweredAsk, 'answeredBy' | 'answeredAt' | 'evidence'> {
  answer: Answer<Kind>;
}

/** The asks of a kind that were answered. */
export function answeredOf(asks: readonly Ask[], { name }: { readonly name: AskKind }): AnsweredAsk[] {
  return asks.filter((ask): ask is AnsweredAsk => ask.status === 'answered' && ask.kind === name);
}

/** The answered ask of a kind that is about this; undefined while there is none. */
export function answeredAsk<Kind extends AskKind>(
  asks: readonly Ask[],
  kind: { readonly name: Kind },
  about: AboutGiven<Kind>,
): AnsweredAsk | undefined {
  const text = aboutText(kind.name, about);
  return answeredOf(asks, kind).find(
    (ask) => ask.parent === undefined && aboutText(ask.kind, ask.about) === text,
  );
}

/** The answer to the ask of a kind that is about this; undefined while there is none. */
export function answeredAs<Kind extends AskKind>(
  asks: readonly Ask[],
  kind: Asked<Kind>,
  about: AboutGiven<Kind>,
): AnswerAs<Kind> | undefined {
  return answerAs(answeredAsk(asks, kind, about), kind);
}

/** An answered ask's answer, as its kind reads it. */
export function answerAs<Kind extends AskKind>(
  ask: AnsweredAsk | undefined,
  { answer }: Asked<Kind>,
): AnswerAs<Kind> | undefined {
  if (ask === undefined) return undefined;
  const { answeredBy, answeredAt, evidence } = ask;
  return { answer: answer.parse(ask.answer), answeredBy, answeredAt, evidence };
}

/** The reason that stands in an answer. */
export function reasonIn({ answer }: Pick<AnsweredAsk, 'answer'>): string | undefined {
  return typeof answer.reason === 'string' ? answer.reason : undefined;
}
