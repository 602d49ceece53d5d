/**
 * Whether what a person wrote is an answer to their ask: the form's fields, then the rules, with the papers handed in
 * and what is known of the proposal. Every way to answer (the form, the page of one's own asks, a reply by mail)
 * judges here and records with `record-answer.ts`. Reads only.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { answerProblems, readAnswer } from '#domain/asks/answers.ts';
import { needsCode } from '#domain/asks/ask.ts';
import type { Answer } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import type { Problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { OpenedAsk } from '#functions/asks/ask-context.ts';
import { asKind, behaviourOf } from '#functions/asks/behaviour.ts';
import { inspectEvidence } from '#functions/asks/evidence.ts';
import { type RecordedFile, recordedFileProblems } from '#functions/asks/recorded-files.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import type { Store } from '#functions/store/store.ts';

export interface ValidateDeps {
  store: Pick<Store, 'calendar' | 'paperNumbers' | 'payments' | 'runs'>;
  s3: S3Client;
  uploadsBucket: string;
  bankBucket: string;
}

/** An answer that may be recorded, or everything that is wrong with it; and the papers that lie there either way. */
export type Validation =
  | { answer: Answer; problems: []; evidence: Evidence[] }
  | { answer?: undefined; problems: Problem[]; evidence: Evidence[] };

/**
 * @param values the form's fields by name, as `readForm` gives them; those that the form does not have are ignored
 * @param now business time, ISO 8601
 */
export async function validateAnswer(
  { store, s3, uploadsBucket, bankBucket }: ValidateDeps,
  {
    ask,
    asks,
    whole,
    values,
    now,
  }: Pick<OpenedAsk, 'ask' | 'asks'> & {
    /** All of its subject, for kinds that are judged by it. */
    whole: () => Promise<{ subject: AskSubject }>;
    values: FormFields;
    now: string;
  },
): Promise<Validation> {
  const { documents } = ask;
  const evidence = documents.length > 0 ? await inspectEvidence(s3, uploadsBucket, ask) : [];
  const behaviour = behaviourOf(ask.kind);
  const asked = async () => ({ ...(await whole()).subject, ask: asKind(ask), asks });
  const papers = behaviour.papersToReview?.(await asked());
  const { answer, problems } = readAnswer(ask.kind, values, papers);
  if (answer === undefined) return { problems, evidence };
  const common = { today: jakartaDate(now), documents, evidence };
  const broken = [
    ...answerProblems(ask.kind, answer, {
      ...common,
      ...behaviour.facts?.(await asked()),
    }),
    ...(behaviour.check === undefined
      ? []
      : await behaviour.check(store, await asked(), answer, now, { s3, bankBucket })),
    ...(needsCode(ask.kind, answer.outcome)
      ? await recordedFileProblems(s3, uploadsBucket, restsOn(behaviour, await asked()))
      : []),
  ];
  if (broken.length > 0) return { problems: broken, evidence };
  return { answer, problems: [], evidence: evidence.map(({ fault: _, ...file }) => file) };
}

/** The files that the decision rests on; of a payment run there are none in the uploads bucket. */
function restsOn(
  behaviour: ReturnType<typeof behaviourOf>,
  asked: Parameters<NonNullable<ReturnType<typeof behaviourOf>['papersToReview']>>[0],
): readonly RecordedFile[] {
  return asked.of === 'proposal' ? (behaviour.restsOn?.(asked) ?? []) : [];
}
