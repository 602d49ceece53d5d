/** What starts a function by itself: new objects in the buckets, and proposals that were stopped from outside. */
import { Duration } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '#functions/environments.ts';
import type { State } from '../state/state-stack.ts';

export class Events extends Construct {
  readonly #undelivered: IQueue;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly state: State;
      /** The unqualified ARN of the machine `proposal`. */
      readonly proposalMachineArn: string;
      readonly undelivered: IQueue;
      function(name: FunctionName): IFunction;
    },
  ) {
    super(scope, id);
    this.#undelivered = props.undelivered;
    const { uploads, settings, bank } = props.state;

    this.#onObject(
      'PacketUploaded',
      uploads,
      Match.suffix('/proposal.json'),
      'A packet, or its revision',
    ).addTarget(this.#target(props.function('submission/start-proposal')));
    this.#onObject(
      'AttachmentUploaded',
      uploads,
      Match.wildcard('*/attachments/*'),
      'An attachment',
    ).addTarget(this.#target(props.function('submission/note-attachment')));
    this.#onObject(
      'SettingsUploaded',
      settings,
      Match.anyOf('people.json', 'budgets.json'),
      'New settings',
    ).addTarget(this.#target(props.function('admin/import-settings')));
    this.#onObject('BankAnswered', bank, Match.prefix('inbox/'), 'An answer of the bank').addTarget(
      this.#target(props.function('payment/read-bank-answer')),
    );

    // A failure inside a proposal is recorded by the machine itself; nobody inside can record that it was stopped or
    // ran out of its year.
    new Rule(this, 'ProposalStopped', {
      description: 'A proposal was aborted by hand or ran out of time',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [props.proposalMachineArn], status: ['TIMED_OUT', 'ABORTED'] },
      },
    }).addTarget(
      this.#target(
        props.function('admin/record-failure'),
        RuleTargetInput.fromObject({
          proposalId: EventField.fromPath('$.detail.name'),
          error: EventField.fromPath('$.detail.status'),
          now: EventField.time,
        }),
      ),
    );
  }

  #onObject(id: string, bucket: { readonly bucketName: string }, key: string[], description: string): Rule {
    return new Rule(this, id, {
      description,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key } },
      },
    });
  }

  #target(target: IFunction, event?: RuleTargetInput): LambdaFunction {
    return new LambdaFunction(target, {
      deadLetterQueue: this.#undelivered,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
      ...(event === undefined ? {} : { event }),
    });
  }
}
