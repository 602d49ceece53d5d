/**
 * Memory and time limits of the functions, by what they do.
 *
 * Lambda gives CPU in proportion to memory: below 512 MiB the cold start of a bundle with the AWS SDK takes seconds.
 * Every limit is shorter than that of the state that waits for it (90 s, or 300 s for those of the payment run).
 */
import type { FunctionName } from '#functions/environments.ts';

/** Memory in MiB, time limit in seconds. */
export interface Size {
  readonly memory: number;
  readonly seconds: number;
}

const usual: Size = { memory: 512, seconds: 30 };
/** Reads whole packets or bank files. */
const large: Size = { memory: 1024, seconds: 240 };
/** Goes through a payment run a part at a time; `bench/README.md` says how much it takes. */
const run: Size = { memory: 512, seconds: 240 };
/** Goes through an answer of any size; nobody waits for it, and what it has applied stays applied. Lambda's longest. */
const answers: Size = { memory: 512, seconds: 900 };
/** A person waits in front of it; API Gateway waits at most 30 s. */
const page: Size = { memory: 1024, seconds: 20 };

const exceptions: Partial<Record<FunctionName, Size>> = {
  'verification/run-checks': large,
  'payment/gather-payments': run,
  'payment/write-instruction': run,
  'payment/send-run': run,
  'payment/withdraw-run': run,
  'payment/read-bank-answer': answers,
  'console/import-settings': large,
  // Draws up to nine PDFs.
  'payment/draft-papers': { memory: 1024, seconds: 60 },
  'public-works/draft-wage-papers': { memory: 1024, seconds: 60 },
  // Unpacks and judges a workbook, and marks hundreds of days.
  'public-works/check-muster-roll': { memory: 1024, seconds: 60 },
  'asks/resume-answered': large,
  'submission/start-proposal': { memory: 512, seconds: 60 },
  // Twenty members are written to one after the other.
  'asks/run-turn': { memory: 512, seconds: 80 },
  // A mail of up to 10 MiB is taken apart in memory.
  'asks/take-reply': { memory: 1024, seconds: 60 },
  'submission/create-packet': page,
  'asks/show-ask': page,
  'asks/submit-answer': page,
  'identity/show-sign-in': page,
  'identity/sign-in-out': page,
  'asks/show-my-asks': page,
  'asks/submit-answers': page,
  'console/show-status': page,
  'payment/show-run': page,
  'payment/decide-run': page,
  'asks/send-digests': large,
  'asks/delegate-ask': page,
  'identity/show-enrolment': page,
  'identity/enrol': page,
};

/** The size of a function. */
export function sizeOf(name: FunctionName): Size {
  return exceptions[name] ?? usual;
}
