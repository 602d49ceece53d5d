/**
 * What starts a function by itself: new objects in the buckets, mails that do not arrive, and executions of proposals that
 * halt or are redriven.
 */
import { Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
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
      /** The name of the configuration set that mail is sent with. */
      readonly configurationSet: string;
      /** The unqualified ARN of the machine `proposal`. */
      readonly proposalMachineArn: string;
      readonly undelivered: IQueue;
      function(name: FunctionName): IFunction;
    },
  ) {
    super(scope, id);
    this.#undelivered = props.undelivered;
    const { uploads, settings, bank, inbox } = props.state;

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
    ).addTarget(this.#target(props.function('console/import-settings')));
    this.#onObject('BankAnswered', bank, Match.prefix('inbox/'), 'An answer of the bank').addTarget(
      this.#target(props.function('payment/read-bank-answer')),
    );

    this.#onObject('ReplyReceived', inbox, Match.prefix('replies/'), 'A reply by mail').addTarget(
      this.#target(props.function('asks/take-reply')),
    );
    new Rule(this, 'MailFailed', {
      description: 'A mail bounced, or its reader complained',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [props.configurationSet] } } },
      },
    }).addTarget(this.#target(props.function('asks/note-delivery')));

    // The machine catches no failure, so that a redrive goes on from the step that failed (ADR 0014).
    const onProposal = (id: string, description: string, detail: Record<string, unknown>): Rule =>
      new Rule(this, id, {
        description,
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [props.proposalMachineArn], ...detail },
        },
      });
    onProposal('ProposalHalted', 'A proposal failed, was aborted by hand or ran out of time', {
      status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
    }).addTarget(this.#target(props.function('closing/record-failure')));
    onProposal('ProposalRedriven', 'A halted proposal goes on', {
      status: ['RUNNING'],
      redriveCount: Match.greaterThan(0),
    }).addTarget(this.#target(props.function('closing/record-redrive')));
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

  #target(target: IFunction): LambdaFunction {
    return new LambdaFunction(target, {
      deadLetterQueue: this.#undelivered,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
  }
}
