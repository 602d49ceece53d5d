/** What the link to a payment run opens: the run with its files, a part of its payments, and who holds the link. */

import { barToRelease, type PaymentRun, releaseIdOf } from '#domain/money/payment-run.ts';
import { isLocked, type PersonCodes } from '#domain/people/codes.ts';
import type { Person } from '#domain/people/person.ts';
import { hashLinkSecret } from '#functions/store/links.ts';
import type { RunFile, RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { isSecret, paths } from '#functions/web/link.ts';

export interface OpenedRun {
  /** Where its page lies below the public URL; its form posts there too. */
  path: string;
  /** When it was opened: business time, ISO 8601. */
  now: string;
  run: PaymentRun;
  files: RunFile[];
  person: Person | undefined;
  /** The name of who decided about it. */
  decidedBy: string | undefined;
  codes: PersonCodes | undefined;
  /** Why the holder may not decide, although the run waits. */
  barred: 'not-asked' | 'four-eyes' | 'code-locked' | undefined;
}

/** The maximum of payments on one page. */
const paymentsOnPage = 200;

/** Reads only. @returns undefined for a secret that opens no run, `too-old` for one that did */
export async function openRun(
  store: Pick<Store, 'codes' | 'links' | 'people' | 'runs'>,
  secret: string,
  now: string,
): Promise<OpenedRun | 'too-old' | undefined> {
  if (!isSecret(secret)) return undefined;
  const link = await store.links.find(hashLinkSecret(secret), now);
  if (link === 'too-old') return link;
  if (link?.to !== 'run') return undefined;
  const { runId, personId } = link;
  const [run, files, person, codes] = await Promise.all([
    store.runs.get(runId),
    store.runs.files(runId),
    store.people.get(personId),
    store.codes.get(personId),
  ]);
  if (run === undefined) return undefined;
  const decider =
    run.state === 'released' ? run.releasedBy : run.state === 'withdrawn' ? run.heldBy : undefined;
  return {
    ...{ path: paths.run(secret), now, run, files, person, codes },
    decidedBy: decider && ((await store.people.get(decider))?.name ?? decider),
    barred: barToRelease(person, run) ?? (isLocked(codes, releaseIdOf(runId)) ? 'code-locked' : undefined),
  };
}

/** A part of the run's payments, from where `after` left off. @param after as the page's own link has it */
export function paymentsOf(
  { runs }: Pick<Store, 'runs'>,
  { run }: OpenedRun,
  after?: string,
): Promise<{ payments: RunPayment[]; next: string | undefined }> {
  // A key of another partition, or of no item, only begins elsewhere: the query is this run's alone.
  return runs.paymentsAfter(run.id, after?.startsWith('ITEM#') === true ? after : undefined, paymentsOnPage);
}
