/** The bank that "jaring up" runs next to its cloud, for a play that waits for its answers. */
import { setTimeout } from 'node:timers/promises';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Bank } from '#players/play.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError } from '../errors.ts';

/** The bank next to the cloud does not answer. */
class BankSilent extends CommandError {
  override readonly name = 'BankSilent';
  constructor(keys: readonly string[]) {
    super(
      `The bank next to the cloud has not answered ${keys.join(', ')}. Was the cloud started by "jaring up"?`,
    );
  }
}

/** How often it is looked for an answer, and for how long: milliseconds of real time. */
const interval = 50;
const patience = 120_000;

/** Each tick waits until every instruction in the bank's folder has an answer, and names those that were answered in it. */
export function awaitedBank({ s3, outputs }: Pick<Connection, 's3' | 'outputs'>): Bank<string> {
  const answered = new Set<string>();
  const list = async (prefix: string) => {
    const keys: string[] = [];
    const pages = paginateListObjectsV2({ client: s3 }, { Bucket: outputs.BankBucketName, Prefix: prefix });
    for await (const { Contents = [] } of pages)
      for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
    return keys;
  };
  let begun = false;
  return {
    tick: async () => {
      const instructions = (await list('outbox/')).filter((key) => !answered.has(key));
      if (instructions.length === 0) return [];
      const unanswered = async () => {
        const answers = await list('inbox/');
        return instructions.filter((key) => !answers.some((answer) => answer.startsWith(answerTo(key))));
      };
      const waiting = await unanswered();
      const end = performance.now() + patience;
      for (let left = waiting; left.length > 0; left = await unanswered()) {
        if (performance.now() > end) throw new BankSilent(left);
        await setTimeout(interval);
      }
      // What was answered before this play began is no news.
      const news = begun ? instructions : waiting;
      begun = true;
      for (const key of instructions) answered.add(key);
      return news;
    },
  };
}

/** What the keys of answers to an instruction begin with. */
function answerTo(key: string): string {
  return key.replace(/^outbox\//, 'inbox/').replace(/\.(txt|xml)$/, '.answer.');
}
