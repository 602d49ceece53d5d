/** What runs by the clock: the payment run, the lists of the morning, and the sweep for answers that were not passed on. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bankDays } from '#programmes/calendar.ts';
import type { MachineArns } from '#workflows/parts.ts';
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
      readonly resumeAnswered: IFunction;
      readonly sendDigests: IFunction;
      readonly undelivered: IQueue;
    },
  ) {
    super(scope, id);
    const { stage, paymentRun, resumeAnswered, sendDigests, undelivered } = props;
    // Early enough before the bank's cut-off for somebody to look at it. Days on which the bank is closed are told from
    // others by the run itself: a cron expression does not know them.
    const [hour, minute] = bankDays.runAt.split(':').map(Number);
    this.#schedule(
      'PaymentRun',
      `jaring-${stage.name}-payment-run`,
      `cron(${minute} ${hour} ? * ${bankDays.open.size > 0 ? '*' : 'MON-FRI'} *)`,
      undelivered,
      {
        arn: paymentRun.aliasArn,
        action: 'states:StartExecution',
        resource: paymentRun.machineArn,
        input: '{}',
      },
    );
    // An answer resumes its execution at once, and the ask's next turn would find it too. What both missed, because
    // something was down just then, goes on before the working day begins or at noon.
    this.#schedule(
      'ResumeAnswered',
      `jaring-${stage.name}-resume-answered`,
      'cron(0 6,12 ? * * *)',
      undelivered,
      {
        arn: resumeAnswered.functionArn,
        action: 'lambda:InvokeFunction',
        resource: resumeAnswered.functionArn,
        input: '{"now":"<aws.scheduler.scheduled-time>"}',
      },
    );
    // Before the office opens. The function itself passes over public holidays.
    this.#schedule(
      'SendDigests',
      `jaring-${stage.name}-send-digests`,
      'cron(0 7 ? * MON-FRI *)',
      undelivered,
      {
        arn: sendDigests.functionArn,
        action: 'lambda:InvokeFunction',
        resource: sendDigests.functionArn,
        input: '{"now":"<aws.scheduler.scheduled-time>"}',
      },
    );
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
