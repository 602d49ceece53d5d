/** What runs by the clock: the payment run, and the steps that `functions/lambdas.ts` gives a schedule. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type LambdaName, lambdaNames, stepsOf } from '#functions/lambdas.ts';
import { bankHours } from '#programmes/calendar.ts';
import type { MachineArns } from '#workflows/references.ts';
import type { Stage } from '../stage.ts';

interface Target {
  readonly arn: string;
  /** What the schedule's role must be allowed to do to it. */
  readonly action: string;
  /** The resource that IAM judges the action by. */
  readonly resource: string;
  /** JSON text; `<aws.scheduler.…>` is filled in by the Scheduler. */
  readonly input: string;
}

export class Schedules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly stage: Stage;
      readonly paymentRun: MachineArns;
      readonly undelivered: IQueue;
      lambda(name: LambdaName): IFunction;
    },
  ) {
    super(scope, id);
    const { stage, paymentRun, undelivered } = props;
    // Early enough before the bank's cut-off for a treasurer to look at it. Days on which the bank is closed are
    // recognised by the run itself: a cron expression does not know them.
    const [hour, minute] = bankHours.runAt.split(':').map(Number);
    this.#schedule(
      'PaymentRun',
      `jaring-${stage.name}-payment-run`,
      `cron(${minute} ${hour} ? * ${bankHours.open.length > 0 ? '*' : 'MON-FRI'} *)`,
      undelivered,
      {
        arn: paymentRun.aliasArn,
        action: 'states:StartExecution',
        resource: paymentRun.machineArn,
        input: '{}',
      },
    );
    for (const name of lambdaNames) {
      for (const [step, trigger] of stepsOf(name)) {
        if (trigger.by !== 'schedule') continue;
        const { functionArn } = props.lambda(name);
        this.#schedule(
          trigger.id,
          `jaring-${stage.name}-${trigger.name}`,
          `cron(${trigger.cron})`,
          undelivered,
          {
            arn: functionArn,
            action: 'lambda:InvokeFunction',
            resource: functionArn,
            input: JSON.stringify({ step, now: '<aws.scheduler.scheduled-time>' }),
          },
        );
      }
    }
  }

  #schedule(id: string, name: string, expression: string, undelivered: IQueue, target: Target): void {
    const role = new Role(this, `${id}Role`, {
      description: `What the schedule ${name} may do`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: [target.action], resources: [target.resource] }));
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] }),
    );
    new CfnSchedule(this, id, {
      name,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'Asia/Jakarta',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.arn,
        roleArn: role.roleArn,
        input: target.input,
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
        deadLetterConfig: { arn: undelivered.queueArn },
      },
    });
  }
}
