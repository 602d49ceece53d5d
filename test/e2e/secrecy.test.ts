/**
 * What machines that open links can do, which is nothing; and where the secrets are, which is nowhere but where they
 * must be: a task token in Step Functions and in the table, a link's secret in the one message that carries it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
} from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientSettings } from '#cli/cloud/connection.ts';
import { noteRunning } from '#cli/cloud/home.ts';
import { runProgram } from '#cli/program.ts';
import { canonicalJson } from '#domain/proposal/audit.ts';
import { lambdaNames } from '#functions/lambdas.ts';
import { newLinkSecret } from '#functions/store/links.ts';
import { withUnpacked } from '#functions/store/packed.ts';
import { silence } from '#players/replies.ts';
import { withWrongSum } from '#samples/packet.ts';
import { printedBy } from '../captured-output.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;
let api: string;
let table: DynamoDBClient;
let waiting: string;
/** The cookie of an officer who has signed in. */
let cookie: string;

function secretsIn(text: string) {
  return [...text.matchAll(/https?:\/\/[^\s"<]+\/(?:a|s|masuk|kode)\/([A-Za-z0-9_-]{43})/g)].map(
    ([link, secret = '']) => ({
      link,
      secret,
    }),
  );
}

beforeAll(async () => {
  world = await startWorld();
  api = world.connection.outputs.ApiUrl.replace(/\/$/, '');
  table = new DynamoDBClient(clientSettings(world.endpoint));
  // One waits for its approver, one for its verifier, one for its members, one for its leader.
  waiting = await world.submit(tkmGroup(701), { approval: silence });
  await world.submit(tkmGroup(702), { 'site-visit': silence });
  await world.submit(tkmGroup(703), { membership: silence });
  await world.submit(withWrongSum(tkmGroup(704)), { correction: silence });
  await world.answerAll();
  const [mail] = (await world.mails()).filter(({ subject }) => subject.startsWith('Persetujuan bantuan'));
  const email = mail?.to[0] ?? '';
  const ask = () => fetch(`${api}/masuk`, { method: 'POST', body: new URLSearchParams({ email }) });
  await ask();
  const [signIn] = await world.mailsTo(email, 'Tautan untuk masuk');
  const [link] = secretsIn(signIn?.text ?? '');
  const entered = await fetch(link?.link ?? '', { method: 'POST', redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  // Another sign-in link, which has not been used.
  await world.connection.control.advance({ seconds: 300 });
  await ask();
});
afterAll(async () => {
  table?.destroy();
  await world?.stop();
});

/** Every item of the table, as text, in one order. */
async function everything(): Promise<string> {
  const items: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: table },
    { TableName: world.connection.outputs.TableName, ConsistentRead: true },
  ))
    for (const item of Items) {
      const { unpacked } = withUnpacked(unmarshall(item));
      items.push(canonicalJson(item) + JSON.stringify(unpacked ?? null));
    }
  return items.sort().join('\n');
}

/** An address of each kind: one of every sort of message, and the pages that need no link or a session. */
async function addresses(): Promise<string[]> {
  const bySort = new Map<string, string[]>();
  for (const { subject, text } of await world.mails()) {
    const links = secretsIn(text ?? '').map(({ link }) => link);
    const sort = subject.replace(/ – .*/, '');
    bySort.set(sort, [...new Set([...(bySort.get(sort) ?? []), ...links])]);
  }
  // The first and the last: one that was used and one that was not, where there are both.
  const links = [...bySort.values()]
    .flatMap((all) => [all[0] ?? '', all.at(-1) ?? ''])
    .filter((link) => link !== '');
  const asks = await world.connection.store.asks.openBySubject(waiting);
  return [
    ...new Set(links),
    ...links.filter((link) => link.includes('/a/')).map((link) => `${link}/delegasi`),
    ...['a', 's', 'masuk', 'kode', 'x'].map((place) => `${api}/${place}/${newLinkSecret()}`),
    ...['masuk', 'tugas', 'tugas?halaman=2', 'keluar', ...asks.map(({ id }) => `tugas/${id}`)].map(
      (place) => `${api}/${place}`,
    ),
  ];
}

describe('whatever opens links in messages', () => {
  test('changes nothing by any method but POST, however often and in whatever order', async () => {
    const places = await addresses();
    expect(places.length).toBeGreaterThan(15);
    for (const place of ['/a/', '/s/', '/masuk/', '/kode/', '/tugas/'])
      expect(places.join()).toContain(place);
    const before = await everything();
    const mails = (await world.mails()).length;
    const visits = fc.record({
      place: fc.constantFrom(...places),
      method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
      signedIn: fc.boolean(),
    });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.array(visits, { minLength: 10, maxLength: 20 }), async (sequence) => {
        await Promise.all(
          sequence.map(async ({ place, method, signedIn }) => {
            const answer = await fetch(place, {
              method,
              redirect: 'manual',
              headers: signedIn ? { cookie } : {},
            });
            statuses.add(answer.status);
            await answer.arrayBuffer();
          }),
        );
      }),
      { numRuns: 8 },
    );
    for (const place of places) await (await fetch(place, { headers: { cookie } })).arrayBuffer();
    await world.settle();
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(200);
    expect(await everything()).toBe(before);
    expect((await world.mails()).length).toBe(mails);
  });

  test('decides nothing by POST without what only a person can supply', async () => {
    const places = (await addresses()).filter((place) => !/\/masuk\/|\/kode\/|\/keluar/.test(place));
    const before = await everything();
    for (const place of places) {
      const answer = await fetch(place, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(),
        headers: { cookie },
      });
      expect(answer.status, place).toBeLessThan(500);
      await answer.arrayBuffer();
    }
    await world.settle();
    expect(await everything()).toBe(before);
  });
});

/** Every task token that Step Functions gave out. */
async function taskTokens(): Promise<string[]> {
  const client = world.connection.stepFunctions;
  const tokens = new Set<string>();
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
    for (const { stateMachineArn } of stateMachines)
      for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
        for (const { executionArn } of executions)
          for await (const { events = [] } of paginateGetExecutionHistory(
            { client },
            { executionArn, includeExecutionData: true },
          ))
            for (const [, token = ''] of JSON.stringify(events).matchAll(
              /task_?token\\*":\s*\\*"([^"\\]{20,})/gi,
            ))
              tokens.add(token);
  return [...tokens];
}

async function logs(): Promise<string> {
  const all = lambdaNames.map(async (name) =>
    (await fetch(`${world.endpoint}/_local/logs/jaring-dev-${name}`)).text(),
  );
  return (await Promise.all(all)).join('\n');
}

describe('after a proposal has gone as far as its money', () => {
  let id: string;
  let home: string;
  let tokens: string[];
  let secrets: string[];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'jaring-secrecy-'));
    await noteRunning(home, world.endpoint);
    id = await world.submit(tkmGroup(705));
    expect(await world.playUntil(async () => (await world.proposal(id)).stage === 'follow-up')).toBe(true);
    tokens = await taskTokens();
    secrets = (await world.mails()).flatMap(({ text }) => secretsIn(text ?? '')).map(({ secret }) => secret);
    expect(tokens.length).toBeGreaterThan(15);
    expect(secrets.length).toBeGreaterThan(30);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const without = (text: string, kept: readonly string[]) => kept.filter((secret) => text.includes(secret));

  test('no task token is in a message, on a page, in what the API answers, or in a log', async () => {
    const mails = await world.mails();
    const pages = await Promise.all(
      [...new Set(mails.flatMap(({ text }) => secretsIn(text ?? '').map(({ link }) => link)))].map(
        async (link) => {
          const answer = await fetch(link, { headers: { cookie } });
          return `${JSON.stringify([...answer.headers])}${await answer.text()}`;
        },
      ),
    );
    const own = await Promise.all(
      ['tugas', 'masuk'].map(async (place) =>
        (await fetch(`${api}/${place}`, { headers: { cookie } })).text(),
      ),
    );
    const logged = await logs();
    expect(logged).toContain(id);
    expect(without([JSON.stringify(mails), ...pages, ...own, logged].join('\n'), tokens)).toEqual([]);
  });

  test('nor does the command line print one, or the hash of a link', async () => {
    const printed = await printedBy(async () => {
      for (const command of [
        ['show', id],
        ['history', id],
        ['list'],
        ['mail', '--last', '1000'],
        ['mail', '1'],
      ])
        for (const form of [[], ['--json']]) await runProgram([...command, ...form, '--home', home]);
    });
    expect(printed).toContain('What happened');
    expect(without(printed, tokens)).toEqual([]);
    expect(printed).not.toMatch(/"proof"|taskToken":\s*"[^•]/);
  });

  test('the table holds a token in the ask or the payment that waits, and of a link only the hash', async () => {
    const items = (await everything()).split('\n');
    expect(without(items.join('\n'), secrets)).toEqual([]);
    for (const item of items.filter((text) => without(text, tokens).length > 0))
      expect(item).toMatch(/"sk":\{"S":"(ASK|PAYMENT|WAITER)/);
  });

  test('no secret of a link or of a session is in a log', async () => {
    expect(without(await logs(), [...secrets, cookie.split('=')[1] ?? cookie])).toEqual([]);
  });
});
