/** What the command line shows of a running cloud, and that it shows no secrets. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteRunning } from '#cli/cloud/home.ts';
import { executionArn } from '#cli/commands/history.ts';
import { runProgram } from '#cli/program.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { silence } from '#players/replies.ts';
import { withWrongSum } from '#samples/packet.ts';
import { printedBy } from '../captured-output.ts';
import { contactOf, startWorld, tkmGroup, type World } from './world.ts';

let world: World;
let home: string;
let id: string;
const sound = tkmGroup(1);
const broken = withWrongSum(tkmGroup(2));

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'jaring-console-'));
  world = await startWorld();
  await noteRunning(home, world.endpoint);
  id = await world.submit(sound, { membership: silence });
  await world.submit(broken, { correction: silence });
  await world.settle();
});
afterAll(async () => {
  await world?.stop();
  await rm(home, { recursive: true, force: true });
});

/** What a command prints, after it succeeded. */
function jaring(...args: string[]) {
  return run(0, args);
}
/** What a command prints, after it failed. */
function failing(...args: string[]) {
  return run(1, args);
}

async function run(expected: number, args: readonly string[]): Promise<string> {
  let code: number | undefined;
  const printed = await printedBy(async () => {
    code = await runProgram([...args, '--home', home]);
  });
  expect(code, printed).toBe(expected);
  return printed;
}

describe('the console', () => {
  test('lists proposals with their stages, also as JSON', async () => {
    expect(await jaring('list')).toMatch(new RegExp(`${id}.*${sound.proposal.group.name}.*verification`));
    const listed = JSON.parse(await jaring('list', '--json')) as { id: string }[];
    expect(listed.map((each) => each.id)).toContain(id);
  });

  test('shows what is wrong with a packet', async () => {
    const shown = await jaring('show', proposalIdOf(broken.prefix));
    expect(shown).toContain('RAB line 1: total');
    expect(shown).toContain('Correction of the proposal');
  });

  test('shows the execution with the executions in it', async () => {
    const shown = await jaring('history', id);
    expect(shown).toMatch(new RegExp(`${id}-verification-1[\\s\\S]*Run the checks`));
  });

  test('lists mail, and answers it', async () => {
    expect(await jaring('mail', '--to', contactOf(broken))).toContain('Perbaikan proposal');
    const mails = JSON.parse(await jaring('mail', '--json', '--last', '100')) as {
      number: number;
      to: string[];
    }[];
    const mail = mails.find(({ to }) => to.includes(sound.proposal.members[1]?.email ?? ''));
    expect(await jaring('answer', String(mail?.number))).toMatch(/outcome .*confirmed, denied/);
    expect(await jaring('answer', String(mail?.number), '--set', 'outcome=confirmed')).toContain(
      'Jawaban sudah dicatat',
    );
  });

  test('enrols an authenticator, resets it, and says what is not locked', async () => {
    const invitations = async () => {
      const mails = JSON.parse(await jaring('mail', '--json', '--to', 'donny.kusuma', '--last', '100')) as {
        number: number;
        subject: string;
      }[];
      return mails
        .filter(({ subject }) => subject.startsWith('Pendaftaran'))
        .map(({ number }) => String(number));
    };
    const [invitation = ''] = await invitations();
    expect(await jaring('answer', invitation)).not.toContain('kunci ini');
    const shown = await jaring('answer', invitation, '--set', 'show=qr');
    const key = /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(shown)?.[0] ?? '';
    expect(await jaring('answer', invitation, '--key', key)).toContain('sudah terdaftar');
    expect(await jaring('code', 'reset', 'donny.kusuma')).toContain('a link to enrol again is on its way');
    // Another function sends it.
    await world.settle();
    expect(await invitations()).toHaveLength(2);
    expect(await failing('code', 'reset', 'siapa')).toContain('Person siapa is not in the table');
    expect(await failing('code', 'unlock', `${id}.spm.1`, 'donny.kusuma')).toContain('is not locked');
    expect(await failing('answer', invitation, '--key', '0000')).toContain('2 to 7');
  });

  test('moves time', async () => {
    expect(await jaring('advance', '2h')).toContain('2022-10-03 10:00');
  });

  test('reports no one before there is an award', async () => {
    expect(await jaring('report', '--as-of', '2022-10-03')).toContain('0 groups, 0 people');
  });

  test('lists no papers before a tranche opens', async () => {
    expect(await jaring('papers', id)).toContain('No papers yet');
  });

  test('shows the ledger, exports it and finds it sound', async () => {
    const shown = await jaring('ledger', '--programme', 'tkm-2020', '--province', '33');
    expect(shown).toMatch(/tkm-2020\/2022\/33 +appropriation +Rp0 +Rp[\d.]+/);
    expect(shown).not.toContain('tkm-2020/2022/32');
    expect(await jaring('ledger', 'verify')).toContain('debits equal credits');
    expect(await jaring('ledger', 'entries', id)).toContain('entry');
    const file = join(home, 'ledger.csv');
    expect(await jaring('ledger', 'export', file, '--province', '33')).toContain('entries written');
    expect(await readFile(file, 'utf8')).toMatch(
      /^\uFEFFtime,programme,[\s\S]*,ceiling:0001,,,available,\d+,0\r\n/,
    );
    expect(await failing('ledger', 'export', join(home, 'ledger.pdf'))).toContain('.csv or .xlsx');
  });

  test('prints no task token and no NIK', async () => {
    const { stepFunctions, outputs } = world.connection;
    const arn = executionArn(outputs.ProposalStateMachineArn, `${id}-verification-1`).replace(
      '-proposal:',
      '-verification:',
    );
    const raw = JSON.stringify(
      await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn: arn })),
    );
    const tokens = [...raw.matchAll(/taskToken\\*":\s*\\*"([^"\\]{20,})/gi)].map(([, token]) => token);
    expect(tokens).not.toEqual([]);
    const printed = [
      await jaring('history', id, '--json'),
      await jaring('show', id, '--json'),
      await jaring('list', '--json'),
    ].join('');
    for (const token of tokens) expect(printed).not.toContain(token);
    for (const { nik } of sound.proposal.members) expect(printed).not.toContain(nik);
  });
});
