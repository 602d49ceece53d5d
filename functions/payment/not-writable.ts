/** A payment was to go to the bank that its rail cannot carry. */
import type { Problem } from '#domain/text/problem.ts';

/** The message has ids, codes and places, and no names: it is logged. */
export class PaymentNotWritable extends Error {
  override readonly name = 'PaymentNotWritable';
  constructor(endToEndId: string, problems: readonly Problem[]) {
    const what = problems.map(({ code, where, facts }) => `${code} at ${where} ${JSON.stringify(facts)}`);
    super(
      `The bank cannot be instructed to pay ${endToEndId}: ${what.join('; ')}. Correct the rail in programmes/paying-offices.json, deploy, then redrive (docs/operations.md).`,
    );
  }
}
