/**
 * Everything that acts: Lambdas, machines, the HTTP API, rules, schedules, mail, and the watch over them.
 *
 * It keeps nothing; it can be deleted and deployed again over the same state.
 */
import { ArnFormat, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type LambdaName, lambdaNames, lambdaOf, stepsOf } from '#functions/lambdas.ts';
import type { MachineName } from '#functions/machines.ts';
import type { Bundles } from '../bundle.ts';
import type { Stage } from '../stage.ts';
import type { State } from '../state/state-stack.ts';
import { accessOf, type Resources } from './access.ts';
import { Alarms } from './alarms.ts';
import { BankConnector } from './bank-connector.ts';
import { JaringDashboard } from './dashboard.ts';
import { DeadLetters } from './dead-letters.ts';
import { Events } from './events.ts';
import { JaringHttpApi } from './http-api.ts';
import { functionNameOf, JaringLambda } from './jaring-lambda.ts';
import { Machines, machineArns } from './machines.ts';
import { Mail } from './mail.ts';
import { Schedules } from './schedules.ts';
import { environmentOf, type Settings } from './settings.ts';
import { Signals } from './signals.ts';

export interface PipelineProps extends StackProps {
  readonly stage: Stage;
  readonly state: State;
  readonly bundles: Bundles;
  /** The address that mail comes from; its domain must be verified in SES. */
  readonly mailSender: string;
  /** The address that replies to mails go to; undefined where none are received. */
  readonly repliesTo: string | undefined;
  /** The sender id of text messages, registered for Indonesia; undefined where none are sent. */
  readonly textSender: string | undefined;
  /** ARN of who may take the bank connector's role. */
  readonly bankConnectorPrincipal: string | undefined;
}

export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id, { ...props, terminationProtection: props.stage.protect });
    const { stage, state } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const mail = new Mail(this, 'Mail', {
      stage,
      state,
      sender: props.mailSender,
      repliesTo: props.repliesTo,
    });
    const http = new JaringHttpApi(this, 'Http', { stage });
    const proposalMachine = machineArns(this, stage, 'proposal');
    const textSenderArn =
      props.textSender === undefined
        ? undefined
        : this.formatArn({
            service: 'sms-voice',
            resource: 'sender-id',
            resourceName: `${props.textSender}/ID`,
          });

    const senderName = functionNameOf(stage, lambdaOf('asks/send-messages'));
    const machineArn = (name: MachineName): string => machineArns(this, stage, name).machineArn;
    const resources: Resources = {
      state,
      senderArn: this.formatArn({
        service: 'lambda',
        resource: 'function',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        resourceName: senderName,
      }),
      mailArns: mail.arns,
      textSenderArn,
      machineArn,
    };
    const settings: Settings = {
      TABLE_NAME: state.table.tableName,
      UPLOADS_BUCKET: state.uploads.bucketName,
      SETTINGS_BUCKET: state.settings.bucketName,
      BANK_BUCKET: state.bank.bucketName,
      INBOX_BUCKET: state.inbox.bucketName,
      SENDER_FUNCTION_NAME: senderName,
      MAIL_SENDER: props.mailSender,
      MAIL_REPLIES_TO: props.repliesTo ?? 'off',
      TEXT_SENDER: textSenderArn ?? 'off',
      LINK_BASE_URL: http.url,
      PERSONAL_DATA_SECRET_ARN: state.personalData.secretArn,
      CODE_SECRETS_ARN: state.codeSecrets.secretArn,
      PROPOSAL_STATE_MACHINE_ARN: proposalMachine.aliasArn,
      PAYMENT_STATE_MACHINE_ARN: machineArns(this, stage, 'payment').aliasArn,
      DEPOSIT_STATE_MACHINE_ARN: machineArns(this, stage, 'deposit').aliasArn,
    };
    const made = new Map<LambdaName, IFunction>(
      lambdaNames.map((name) => [name, this.#lambda(name, props, settings, resources, deadLetters)]),
    );
    const lambda = (name: LambdaName): IFunction => {
      const found = made.get(name);
      if (found === undefined) throw new RangeError(`There is no Lambda ${name}.`);
      return found;
    };

    const machines = new Machines(this, 'Machines', {
      stage,
      functionArn: (step) => lambda(lambdaOf(step)).functionArn,
    });
    http.addRoutes(lambda);
    new Events(this, 'Events', {
      state,
      configurationSet: mail.configurationSet,
      undelivered: deadLetters.undelivered,
      machineArn,
      lambda,
    });
    new Schedules(this, 'Schedules', {
      stage,
      paymentRun: machineArns(this, stage, 'payment-run'),
      undelivered: deadLetters.undelivered,
      lambda,
    });
    const connector = new BankConnector(this, 'BankConnector', {
      state,
      stage,
      principal: props.bankConnectorPrincipal,
    });
    const signals = new Signals({ stage, machines, deadLetters, api: http.api });
    const alarms = new Alarms(this, 'Alarms', { stage, key: state.key, signals });
    new JaringDashboard(this, 'Dashboard', { stage, signals, alarms });

    new CfnOutput(this, 'ApiUrl', { value: http.url });
    new CfnOutput(this, 'ProposalStateMachineArn', { value: proposalMachine.aliasArn });
    new CfnOutput(this, 'BankConnectorRoleArn', { value: connector.role.roleArn });
    for (const name of lambdaNames) {
      for (const [, trigger] of stepsOf(name)) {
        if (trigger.by === 'administrator')
          new CfnOutput(this, trigger.output, { value: lambda(name).functionName });
      }
    }
  }

  #lambda(
    name: LambdaName,
    { stage, bundles }: PipelineProps,
    settings: Settings,
    resources: Resources,
    deadLetters: DeadLetters,
  ): IFunction {
    const bundle = bundles.get(name);
    if (bundle === undefined) throw new RangeError(`There is no bundle of ${name}.`);
    return new JaringLambda(this, {
      name,
      stage,
      bundle,
      environment: environmentOf(name, settings),
      access: accessOf(name, resources),
      failedInvocations: deadLetters.failed,
    });
  }
}
