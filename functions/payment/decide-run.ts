/**
 * POST of the link to a payment run: a treasurer releases it to the bank, or holds it.
 *
 * A treasurer's decision about a payment run: recorded first, in one transaction with its event, then the waiting
 * execution is resumed. The first decision stands. If the execution cannot be resumed, its reminder or the cut-off finds the
 * decision.
 */

import type { SFNClient } from '@aws-sdk/client-sfn';
import { readByForm, readForm } from '#domain/asks/answers.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import {
  codedReleaseOutcomes,
  decideRun,
  type PaymentRun,
  type ReleaseAnswer,
  releaseAnswerSchema,
  releaseForm,
  releaseIdOf,
} from '#domain/money/payment-run.ts';
import type { Person } from '#domain/people/person.ts';
import { type BankEvent, event } from '#domain/proposal/events.ts';
import type { Problem } from '#domain/text/problem.ts';
import { codeFor } from '#functions/asks/require-code.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import type { CodeDeps } from '#functions/identity/codes.ts';
import type { InviteDeps } from '#functions/identity/enrolment.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { releaseOutcomeOf } from '#functions/payment/ask-release.ts';
import { type OpenedRun, openRun, paymentsOf } from '#functions/payment/opened-run.ts';
import { runPage } from '#functions/payment/run-page.ts';
import { changeRun } from '#functions/payment/update-run.ts';
import { secretsManager, stepFunctions } from '#functions/runtime/clients.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import type { RunFile } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { lastSegment } from '#functions/web/link.ts';
import { failurePage, oldLinkPage, pageHeaders, tooLargePage, unknownLinkPage } from '#functions/web/page.ts';

export interface DecideDeps extends CodeDeps, InviteDeps {
  store: CodeDeps['store'] & InviteDeps['store'] & Pick<Store, 'runs'>;
  stepFunctions: SFNClient;
}

/** The longest form, in bytes: a reason of 2,000 characters, percent-encoded. */
const maxFormBytes = 32_768;

/** GET: the run as it stands. Reads only. */
export function showRun(
  store: Pick<Store, 'codes' | 'links' | 'people' | 'runs'>,
  { secret, after, now }: { secret: string; after?: string; now: string },
): Promise<HttpAnswer> {
  return withRun(store, { secret, now }, async (opened) =>
    runPage(opened, await paymentsOf(store, opened, after)),
  );
}

/** POST: the decision. */
export function takeDecision(
  deps: DecideDeps,
  { secret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> {
  return withRun(deps.store, { secret, now }, async (opened) => {
    if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
    const again = async (now_: OpenedRun, attempt?: { values: FormFields; problems: readonly Problem[] }) =>
      runPage(now_, await paymentsOf(deps.store, opened), attempt);
    const { run, person, codes, barred } = opened;
    if (run.state !== 'gathered' || now >= run.cutOffAt || barred !== undefined || person === undefined)
      return again(opened);
    const values = readForm(body);
    const { answer, problems } = readByForm(releaseForm, releaseAnswerSchema, values);
    const coded = typeof values.outcome === 'string' && codedReleaseOutcomes.includes(values.outcome);
    const id = releaseIdOf(run.id);
    const code = coded
      ? await codeFor(
          deps,
          { id, occasion: `${id}#decide`, person, codes },
          { values, take: answer !== undefined, now },
        )
      : 'taken';
    if (code === 'locked') return again({ ...opened, barred: 'code-locked' });
    const all = [...problems, ...(code === 'taken' ? [] : code)];
    if (answer === undefined || all.length > 0) return again(opened, { values, problems: all });
    await decide(deps, { runId: run.id, answer, person, files: opened.files, now });
    // Whatever was recorded, by this decision or by a faster one, the page shows it.
    return { statusCode: 303, headers: { ...pageHeaders([]), location: lastSegment(opened.path) }, body: '' };
  });
}

async function withRun(
  store: Pick<Store, 'codes' | 'links' | 'people' | 'runs'>,
  { secret, now }: { secret: string; now: string },
  show: (opened: OpenedRun) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const opened = await openRun(store, secret, now);
  if (opened === undefined) return unknownLinkPage();
  return opened === 'too-old' ? oldLinkPage() : show(opened);
}

export interface Decision {
  runId: string;
  answer: ReleaseAnswer;
  person: Person;
  files: readonly RunFile[];
  now: string;
}

/** Records the decision, if it is the first and may be taken, and resumes the execution. @returns the run as it is now */
export async function decide(
  { store, stepFunctions, logger }: Pick<DecideDeps, 'store' | 'stepFunctions' | 'logger'>,
  decision: Decision,
): Promise<PaymentRun> {
  const { runId, now } = decision;
  const { before, run } = await changeRun<PaymentRun>(store, runId, now, (present) => {
    const decided = decideRun(present, decision);
    return decided.status === 'decided'
      ? { run: decided.run, events: [decisionEvent(decided.run, decision)] }
      : { run: present, events: [] };
  });
  const outcome = releaseOutcomeOf(run, now);
  const token = before.state === 'gathered' ? before.taskToken : undefined;
  if (outcome === undefined || token === undefined) return run;
  try {
    await resume(stepFunctions, token, { outcome });
  } catch (error) {
    logger.warn('The decision is recorded; its run could not be resumed yet.', {
      askId: releaseIdOf(runId),
      error: asError(error),
    });
  }
  return run;
}

/** What was decided over which bytes: the hash of each file stands in the event under the file's name. */
function decisionEvent(run: PaymentRun, { person, files, now }: Decision): BankEvent {
  const actor = { kind: 'person', id: person.id } as const;
  const { id: runId, count, sum } = run;
  const hashes = Object.fromEntries(files.map(({ rail, sha256 }) => [rail, sha256]));
  return run.state === 'released'
    ? event(now, 'run.released', { runId, count, sum, code: true, ...hashes }, actor)
    : event(now, 'run.withdrawn', { runId, count, sum, why: 'held', ...hashes }, actor);
}

export const handler = httpHandler(
  'payment/decide-run',
  ({ pathParameters, body, now }, { env, store, logger }) =>
    takeDecision(
      {
        store,
        stepFunctions: stepFunctions(),
        ...messengerOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
        codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
        logger,
      },
      { secret: pathParameters.secret ?? '', body, now },
    ),
  failurePage(),
);
