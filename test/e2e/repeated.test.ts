/** In virtual time the same packets, seed and answers give the same histories, byte for byte. */
import { expect, test } from 'vitest';
import { allExecutions } from '#bench/soak/histories.ts';
import { allItems } from '#bench/soak/invariants.ts';
import { livesFrom } from '#bench/soak/lives.ts';
import { repliesOf } from '#bench/soak/round.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { play } from '#players/play.ts';
import { People } from '#players/player.ts';
import { proposalText } from '#samples/packet.ts';
import { startTestCloud } from './world.ts';

/** One that is corrected and paid. The year of training after it is left out. */
const lives = livesFrom(3, 1);

/**
 * What the functions draw for themselves and what comes of it: links, and hashes of people. And the order of what several
 * of them write in one instant: mails, and events of one record.
 */
const drawn = new Set([
  ...['nikHash', 'nikEncrypted', 'hash', 'previousHash', 'serviceMessageId', 'seq'],
  // What is packed is compared as it was before.
  'packed',
  // Of links, and of one-time codes.
  ...['proof', 'secret'],
  // What the item of personal data, which is encrypted, is known by.
  'PEOPLE',
  // Of who sends a message.
  'claimId',
]);

function withoutDrawn(name: string, value: unknown) {
  if (drawn.has(name) || (name === 'members' && typeof value === 'string')) return '•';
  if (name === 'pk' || name === 'sk')
    return String(value).replace(/^(PERSON#|LINK#|AUDIT#|MAIL#)[0-9a-f-]+$/, '$1•');
  return value;
}

/** Their secrets are drawn, and so is the port behind which the pages are. */
function withoutLinks(text: string | null) {
  return text?.replaceAll(/http:\/\/[\w.:]+(\/[\w-]+)*/g, '•');
}

/** What a life leaves behind on a new cloud. */
async function liveOnce() {
  const cloud = await startTestCloud({ chance: { next: () => 0.25 } });
  try {
    const { endpoint, connection, bank } = cloud;
    const { control, store, stepFunctions } = connection;
    for (const { packet, refused } of lives) {
      if (refused !== undefined) bank.refuse(refused);
      const { attachments, prefix } = packet;
      await putPacket(connection, prefix, { proposal: proposalText(packet.proposal), attachments });
    }
    // One after the other, each when the answer before has had its effect.
    const people = new People({
      ...{ endpoint, replies: repliesOf(lives, () => control.idle()), atOnce: 1, lookAfterwards: false },
      inOrderOf: ({ subject, to }) => `${subject} ${to}`,
    });
    const ended = await play({
      ...{ clock: control, people, bank },
      finished: async () => {
        const found = await Promise.all(lives.map(({ id }) => store.proposals.get(id)));
        return found.every(({ stage }) => stage === 'follow-up' || stage === 'rejected');
      },
    });
    expect(ended).toBe(true);
    await control.idle();
    const executions = await allExecutions(stepFunctions);
    const mails = await control.mailbox();
    return {
      histories: Object.fromEntries(
        executions.map(({ name, events }) => [name, events.map((event) => JSON.stringify(event))]),
      ),
      mails: mails
        .map(({ at, to, subject, text }) => JSON.stringify([at, to, subject, withoutLinks(text)]))
        .sort(),
      items: (await allItems(connection)).map((item) => JSON.stringify(sorted(item), withoutDrawn)).sort(),
    };
  } finally {
    await cloud.stop();
  }
}

/** The same with the fields of every object in order: DynamoDB keeps none. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

test('the same life leaves the same histories, mails and table a second time', async () => {
  const once = await liveOnce();
  const again = await liveOnce();
  const events = Object.values(once.histories).flat();
  expect(events.filter((event) => event.includes('"ParallelStateStarted"')).length).toBeGreaterThan(0);
  expect(events.length).toBeGreaterThan(200);
  expect(again.histories).toEqual(once.histories);
  expect(again.mails).toEqual(once.mails);
  expect(again.items).toEqual(once.items);
});
