/**
 * The process that `step-functions-kill.test.ts` kills: it continues with what is under way, starts what is not yet
 * started, prints a line for every status event and ends when every execution has.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Activity } from '#local/activity.ts';
import type { Clock } from '#local/clock.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { StepFunctionsService } from '#local/step-functions/service.ts';
import { StepFunctionsStore } from '#local/step-functions/store.ts';

const stem = 'arn:aws:states:ap-southeast-3:123456789012:stateMachine';
/** The machines: a task parallel to a wait, then a nested execution. */
export const stateMachineArn = `${stem}:parent`;
export const childArn = `${stem}:child`;

const parent = {
  QueryLanguage: 'JSONata',
  StartAt: 'Note',
  States: {
    Note: { Type: 'Pass', Assign: { n: '{% $states.input.n %}' }, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Work',
          States: {
            Work: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Arguments: { FunctionName: 'echo', Payload: { n: '{% $n %}' } },
              Output: '{% $states.result.Payload %}',
              End: true,
            },
          },
        },
        { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 1, End: true } } },
      ],
      Next: 'Nest',
    },
    Nest: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: childArn, Input: { given: '{% $states.input %}' } },
      Output: '{% $states.result.Output.given %}',
      End: true,
    },
  },
};
const child = {
  QueryLanguage: 'JSONata',
  StartAt: 'Pause',
  States: { Pause: { Type: 'Wait', Seconds: 1, End: true } },
};

/** The machine's own clock, fifty times as fast, so that a second's wait is short. */
const hurry = 50;
const clock: Clock = {
  mode: 'flowing',
  now: () => Date.now() * hurry,
  at: (at, callback) => {
    const timer = setTimeout(callback, Math.max(0, at / hurry - Date.now()));
    return { cancel: () => clearTimeout(timer) };
  },
  nextTimer: () => undefined,
  advanceTo: async () => undefined,
};

async function main(file: string, executions: number): Promise<void> {
  const db = new DatabaseSync(file);
  let started = false;
  const endIfDone = (): void => {
    if (started && new StepFunctionsStore(db).running().length === 0) process.exit(0);
  };
  const service = new StepFunctionsService({
    db,
    clock,
    activity: new Activity(),
    account: '123456789012',
    region: 'ap-southeast-3',
    integrate: async (call) => {
      await delay(3);
      return { StatusCode: 200, Payload: Reflect.get(Object(call.arguments), 'Payload') };
    },
    authorizeAs: () => undefined,
    publish: (event) => {
      console.log(event.detail.status);
      setImmediate(endIfDone);
    },
  });
  const roleArn = 'arn:aws:iam::123456789012:role/states';
  service.define({
    stateMachines: [
      { arn: stateMachineArn, name: 'parent', definition: JSON.stringify(parent), roleArn },
      { arn: childArn, name: 'child', definition: JSON.stringify(child), roleArn },
    ],
  });
  service.resume();
  for (let n = 0; n < executions; n += 1) {
    try {
      await service.startExecution({ stateMachineArn, name: String(n), input: JSON.stringify({ n }) });
    } catch (error) {
      // An execution of an earlier life that has ended.
      if (!(error instanceof AwsError) || error.code !== 'ExecutionAlreadyExists') throw error;
    }
  }
  started = true;
  endIfDone();
}

const [, script, file, executions] = process.argv;
if (script?.endsWith('step-functions-killed.ts') && file !== undefined) await main(file, Number(executions));
