/** The alarms that the operators must act on, and the topic that notifies them. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type MachineName, machineNames } from '#functions/machines.ts';
import type { Stage } from '../stage.ts';
import type { Signals } from './signals.ts';

/** One thing to be alarmed about: more than `over` in five minutes. */
interface Worry {
  readonly id: string;
  readonly what: string;
  readonly metric: IMetric;
  readonly over: number;
}

/** What rings when an execution of the machine failed, was aborted or ran out of time. */
const failures: Readonly<Record<MachineName, Pick<Worry, 'id' | 'what'>>> = {
  proposal: {
    id: 'ProposalHalted',
    what: 'A proposal failed, was aborted or ran out of time; its record says where',
  },
  'payment-run': { id: 'PaymentRunFailed', what: 'A payment run failed; redrive its execution' },
  deposit: { id: 'DepositFailed', what: 'A deposit into kas negara failed; redrive its execution' },
  payment: {
    id: 'PaymentFailed',
    what: 'A payment failed; redrive its execution where it took money up that came back, or else its proposal',
  },
  verification: { id: 'VerificationFailed', what: 'A verification failed; redrive its proposal' },
  approval: { id: 'ApprovalFailed', what: 'An approval failed; redrive its proposal' },
  training: { id: 'TrainingFailed', what: 'A training failed; redrive its proposal' },
  'muster-roll': { id: 'MusterRollFailed', what: 'A muster roll failed; redrive its proposal' },
  objection: { id: 'ObjectionFailed', what: 'An objection failed; redrive its proposal' },
};

export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly key: IKey; readonly signals: Signals },
  ) {
    super(scope, id);
    const { signals, stage } = props;
    const topic = new Topic(this, 'Topic', {
      displayName: `Jaring ${stage.name}: alarms`,
      masterKey: props.key,
      enforceSSL: true,
    });
    const worries: readonly Worry[] = [
      // A child that fails fails its proposal too, and then both ring: none is left out because something should wait for it.
      ...machineNames.map((name) => ({ ...failures[name], metric: signals.unfinished(name), over: 0 })),
      {
        id: 'Undelivered',
        what: 'An event could not be delivered; send it again from the queue',
        metric: signals.undelivered,
        over: 0,
      },
      {
        id: 'FailedInvocation',
        what: 'A function failed on an event three times; the event is in the queue',
        metric: signals.failedInvocations,
        over: 0,
      },
      {
        id: 'ApiErrors',
        what: 'Pages or packets are answered by errors',
        metric: signals.apiErrors,
        over: 5,
      },
      {
        id: 'MailRefused',
        what: 'More than one mail in twenty bounces; SES reviews senders from there on',
        metric: signals.bounceRate,
        over: 0.05,
      },
    ];
    this.all = worries.map((worry) => {
      const alarm = new Alarm(this, worry.id, {
        alarmName: `jaring-${stage.name}-${worry.id}`,
        alarmDescription: worry.what,
        metric: worry.metric,
        threshold: worry.over,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(topic));
      return alarm;
    });
  }
}
