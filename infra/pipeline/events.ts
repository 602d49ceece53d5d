/**
 * What starts a step by itself, by the rules of `functions/lambdas.ts`: new objects in the buckets, mails that do not arrive,
 * and executions, of every machine, that halt or are redriven. The rule's target names the step.
 */
import { Duration } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type LambdaName, lambdaNames, type StepName, stepsOf } from '#functions/lambdas.ts';
import { type MachineName, machineNames } from '#functions/machines.ts';
import type { RuleEvent } from '#functions/triggers.ts';
import type { State } from '../state/state-stack.ts';

export interface EventsProps {
  readonly state: State;
  /** The name of the configuration set that mail is sent with. */
  readonly configurationSet: string;
  readonly undelivered: IQueue;
  /** The unqualified ARN of a machine. */
  machineArn(name: MachineName): string;
  lambda(name: LambdaName): IFunction;
}

export class Events extends Construct {
  readonly #props: EventsProps;

  constructor(scope: Construct, id: string, props: EventsProps) {
    super(scope, id);
    this.#props = props;
    for (const name of lambdaNames) {
      for (const [step, trigger] of stepsOf(name)) {
        if (trigger.by !== 'rule') continue;
        const { description, event } = trigger;
        new Rule(this, trigger.id, { description, eventPattern: this.#pattern(event) }).addTarget(
          this.#target(step, props.lambda(name)),
        );
      }
    }
  }

  #pattern(event: RuleEvent): EventPattern {
    const { state, configurationSet, machineArn } = this.#props;
    switch (event.of) {
      case 'object':
        return {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: { bucket: { name: [state[event.bucket].bucketName] }, object: { key: event.key } },
        };
      case 'mail':
        return {
          source: ['aws.ses'],
          detailType: [...event.kinds],
          detail: { mail: { tags: { 'ses:configuration-set': [configurationSet] } } },
        };
      case 'execution':
        return {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: machineNames.map(machineArn), ...event.detail },
        };
    }
  }

  #target(step: StepName, lambda: IFunction): LambdaFunction {
    return new LambdaFunction(lambda, {
      event: RuleTargetInput.fromObject({
        step,
        time: EventField.time,
        detail: EventField.fromPath('$.detail'),
      }),
      deadLetterQueue: this.#props.undelivered,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
  }
}
