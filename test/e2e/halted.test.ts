/** A proposal whose execution failed, or was stopped by hand, continues where it was when it is redriven. */

import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionArn } from '#cli/commands/history.ts';
import { aboutText } from '#domain/asks/about.ts';
import { sendForm } from '#players/page.ts';
import { type Situation, silence } from '#players/replies.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

function arnOf(id: string) {
  return executionArn(world.connection.outputs.ProposalStateMachineArn, id);
}
async function redrive(id: string) {
  await world.connection.stepFunctions.send(new RedriveExecutionCommand({ executionArn: arnOf(id) }));
  await world.settle();
}
function adminMails(id: string) {
  return world
    .mailsTo('maya.sitompul@kemnaker.example', 'Proses terhenti')
    .then((mails) => mails.filter(({ subject }) => subject.includes(id)));
}

function isPaid(id: string) {
  return async () => (await world.proposal(id)).stage === 'follow-up';
}

test('whose payment could not be resolved: it waits for the same payment again, and is paid once', async () => {
  const id = await world.submit(tkmGroup(1), { 'bank-inquiry': silence });
  await world.playToEnd([id], { tick: async () => [] });
  const halted = await world.proposal(id);
  expect(halted).toMatchObject({ stage: 'payment', halted: { error: expect.any(String) } });
  const [mail, ...more] = await adminMails(id);
  expect(more).toEqual([]);
  expect(mail?.text).toMatch(/tahap payment[\s\S]*redrive/);

  await redrive(id);
  expect((await world.proposal(id)).halted).toBeUndefined();
  expect(await world.playUntil(isPaid(id))).toBe(true);
  expect(await world.proposal(id)).toMatchObject({
    redrives: 1,
    tranches: [{ status: 'settled', attempts: 1 }],
  });
  const actions = await world.actionsOf(id);
  for (const once of ['proposal.halted', 'proposal.redriven', 'payment.ready', 'tranche.settled'])
    expect([once, actions.filter((action) => action === once)]).toEqual([once, [once]]);
});

test('that was stopped by hand while an official was asked: the answer of meanwhile counts', async () => {
  let asked: Situation | undefined;
  let willing = false;
  const id = await world.submit(tkmGroup(2), {
    approval: (situation) => {
      asked ??= situation;
      return willing ? { fields: { outcome: 'approve', account: 'yes' } } : undefined;
    },
  });
  await world.answerAll();
  await world.connection.control.advance({ seconds: 3600 });
  await world.connection.stepFunctions.send(new StopExecutionCommand({ executionArn: arnOf(id) }));
  await world.settle();
  expect(await world.proposal(id)).toMatchObject({ stage: 'approval', halted: { error: 'ABORTED' } });
  const { person, page } = asked ?? expect.fail('no one was asked');
  await sendForm(page, { outcome: 'approve', account: 'yes', code: await world.codeOf(person) });
  const answers = async () =>
    (await world.actionsOf(id)).filter((action) => action === 'ask.answered').length;
  const answeredMeanwhile = await answers();
  const openApprovals = async () =>
    (await world.connection.store.asks.openBySubject(id)).flatMap(({ kind, about }) =>
      kind === 'approval' ? [aboutText(kind, about)] : [],
    );

  await redrive(id);
  expect(await world.proposal(id)).toMatchObject({ stage: 'approval', redrives: 1 });
  // The first signatory's answer counts: the next one has been asked.
  expect(await answers()).toBe(answeredMeanwhile);
  expect(await openApprovals()).toEqual(['1-1']);
  willing = true;
  expect(await world.playUntil(isPaid(id))).toBe(true);
  expect((await world.connection.store.audit.verify({ proposalId: id })).sound).toBe(true);
});
