/** One page for two readers: how the programme goes, and how the machinery goes. */
import { AlarmStatusWidget, Dashboard, GraphWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { machineNames } from '#functions/machines.ts';
import type { Stage } from '../stage.ts';
import type { Alarms } from './alarms.ts';
import type { Signals } from './signals.ts';

export class JaringDashboard extends Dashboard {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly signals: Signals; readonly alarms: Alarms },
  ) {
    super(scope, id, { dashboardName: `jaring-${props.stage.name}` });
    const { signals, alarms } = props;
    const heading = (markdown: string) => new TextWidget({ markdown, width: 24, height: 1 });
    const stages = ['verification', 'approval', 'payment', 'training'] as const;

    this.addWidgets(heading('# Programme'));
    this.addWidgets(
      new GraphWidget({
        title: 'Proposals begun and ended',
        left: [signals.started('proposal'), signals.succeeded('proposal')],
        width: 8,
      }),
      new GraphWidget({ title: 'Stages begun', left: stages.map((name) => signals.started(name)), width: 8 }),
      new GraphWidget({
        title: 'Stages ended',
        left: stages.map((name) => signals.succeeded(name)),
        width: 8,
      }),
    );
    this.addWidgets(
      new GraphWidget({ title: 'Counted by the functions', left: [signals.counted()], width: 16 }),
      new GraphWidget({ title: 'Mail: bounce rate', left: [signals.bounceRate], width: 8 }),
    );

    this.addWidgets(heading('# Machinery'));
    this.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: 24, height: 3 }),
    );
    this.addWidgets(
      new GraphWidget({
        title: 'Executions that did not end as they should',
        left: machineNames.map((name) => signals.unfinished(name)),
        width: 8,
      }),
      new GraphWidget({
        title: 'Functions: errors and throttles',
        left: [signals.ofEachFunction('Errors', 'Sum'), signals.ofEachFunction('Throttles', 'Sum')],
        width: 8,
      }),
      new GraphWidget({
        title: 'Functions: milliseconds, p95',
        left: [signals.ofEachFunction('Duration', 'p95')],
        width: 8,
      }),
    );
    this.addWidgets(
      new GraphWidget({
        title: 'Events not delivered, events failed on',
        left: [signals.undelivered, signals.failedInvocations],
        width: 8,
      }),
      new GraphWidget({
        title: 'HTTP API: errors, milliseconds p95',
        left: [signals.apiErrors],
        right: [signals.apiLatency],
        width: 16,
      }),
    );
  }
}
