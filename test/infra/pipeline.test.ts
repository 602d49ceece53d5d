import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lambdaNamed, lambdaNames, variablesOf } from '#functions/lambdas.ts';
import { machineNames } from '#functions/machines.ts';
import { functionNameOf } from '#infra/pipeline/jaring-lambda.ts';
import { stageOf, UnknownStage } from '#infra/stage.ts';
import { flat, inside, ofType, type Resource, type Resources, synthesised } from './templates.ts';

const { pipeline, state, all, outputs } = synthesised('dev');
const dev = stageOf('dev');

const functions = new Map(
  ofType(pipeline, 'AWS::Lambda::Function').map(({ Properties }) => [
    String(Properties.FunctionName).replace('jaring-dev-', ''),
    Properties,
  ]),
);

it('the stack has at most three hundred resources', () => {
  expect(Object.keys(pipeline).length).toBeLessThanOrEqual(300);
});

describe('Lambdas', () => {
  it('are those of functions/lambdas.ts, no more and no fewer', () => {
    expect([...functions.keys()].sort()).toEqual([...lambdaNames].sort());
  });

  it.each(lambdaNames)(
    '%s has the variables of what it uses, the size of its row and its own logs',
    (name) => {
      const properties = functions.get(name);
      const variables = Object.keys(inside(properties, 'Environment', 'Variables') ?? {});
      const own = Object.keys(variablesOf(name)).sort();
      expect(variables.filter((variable) => !/^(POWERTOOLS_|AWS_)/.test(variable)).sort()).toEqual(own);
      expect(properties).toMatchObject({
        FunctionName: functionNameOf(dev, name),
        Description: lambdaNamed(name).purpose,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: lambdaNamed(name).memory,
        Timeout: lambdaNamed(name).seconds,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.anything() },
      });
    },
  );

  it('that are handed events are tried again by Lambda and send what they fail on to a queue, and no others', () => {
    const handedEvents = ['bank-answers', 'intake', 'messages', 'records', 'replies', 'settings', 'sweeps'];
    const withQueue = [...functions]
      .filter(([, properties]) => properties.DeadLetterConfig !== undefined)
      .map(([name]) => name);
    expect(withQueue.sort()).toEqual(handedEvents);
    const configured = ofType(pipeline, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => {
      expect(Properties.MaximumRetryAttempts).toBe(2);
      const { Ref } = Properties.FunctionName as { Ref: string };
      return String(pipeline[Ref]?.Properties.FunctionName).replace('jaring-dev-', '');
    });
    expect(configured.sort()).toEqual(handedEvents);
  });
});

describe('rules', () => {
  const rules = ofType(pipeline, 'AWS::Events::Rule').map(({ Properties }) => Properties);

  it('deliver for a day, and keep what they could not deliver', () => {
    expect(rules).toHaveLength(8);
    for (const rule of rules) {
      for (const target of rule.Targets as Record<string, unknown>[]) {
        expect(target.DeadLetterConfig).toBeDefined();
        expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
      }
    }
  });

  it('give the step that the event is for, with its time and what happened', () => {
    const targets = rules.flatMap(({ Targets }) => Targets as Record<string, unknown>[]);
    const steps = targets.map(({ InputTransformer }) => {
      expect(inside(InputTransformer, 'InputPathsMap')).toEqual({ time: '$.time', detail: '$.detail' });
      const [, step = ''] =
        /^\{"step":"([^"]+)","time":<time>,"detail":<detail>\}$/.exec(
          String(inside(InputTransformer, 'InputTemplate')),
        ) ?? [];
      return step;
    });
    expect(steps.sort()).toEqual([
      'asks/note-delivery',
      'asks/take-reply',
      'closing/record-failure',
      'closing/record-redrive',
      'console/import-settings',
      'payment/read-bank-answer',
      'submission/note-attachment',
      'submission/start-proposal',
    ]);
  });

  it('start a proposal by its proposal.json, whatever arrives first', () => {
    const patterns = rules.map((rule) => flat(rule.EventPattern));
    expect(patterns).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"key":[{"suffix":"/proposal.json"}]'),
        expect.stringContaining('"key":[{"wildcard":"*/attachments/*"}]'),
        expect.stringContaining('"key":["people.json","budgets.json","calendar.json"]'),
        expect.stringContaining('"key":[{"prefix":"inbox/"}]'),
      ]),
    );
  });

  it('record proposals that failed or were stopped, and those that were redriven', () => {
    const patterns = rules
      .map(({ EventPattern }) => flat(EventPattern))
      .filter((each) => each.includes('aws.states'));
    expect(patterns).toHaveLength(2);
    expect(patterns.join()).toContain('"status":["FAILED","TIMED_OUT","ABORTED"]');
    expect(patterns.join()).toContain('"status":["RUNNING"],"redriveCount":[{"numeric":[">",0]}]');
    // Of every machine, so that no execution fails unseen.
    for (const pattern of patterns)
      for (const name of machineNames)
        expect(pattern).toMatch(new RegExp(`:stateMachine:jaring-dev-${name}"`));
  });
});

describe('schedules', () => {
  const schedules = ofType(pipeline, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties);

  it('run payments on weekdays at two in Jakarta, sweep answers before work and at noon, send the morning’s lists, ask about late bookings, and warn before the year’s end', () => {
    expect(schedules.map((each) => [each.ScheduleExpression, each.ScheduleExpressionTimezone])).toEqual([
      ['cron(0 14 ? * MON-FRI *)', 'Asia/Jakarta'],
      ['cron(0 6,12 ? * * *)', 'Asia/Jakarta'],
      ['cron(0 7 ? * MON-FRI *)', 'Asia/Jakarta'],
      ['cron(0 8 ? * MON-FRI *)', 'Asia/Jakarta'],
      ['cron(30 7 ? 10-12 MON-FRI *)', 'Asia/Jakarta'],
    ]);
  });

  it('start the payment run through its alias', () => {
    const target = inside(schedules, '0', 'Target');
    expect(flat(inside(target, 'Arn'))).toMatch(/:stateMachine:jaring-dev-payment-run:live$/);
    expect(inside(target, 'Input')).toBe('{}');
  });

  it('give the sweep its time, and keep what they could not start', () => {
    expect(inside(schedules, '1', 'Target', 'Input')).toBe(
      '{"step":"asks/resume-answered","now":"<aws.scheduler.scheduled-time>"}',
    );
    expect(inside(schedules, '2', 'Target', 'Input')).toBe(
      '{"step":"asks/send-digests","now":"<aws.scheduler.scheduled-time>"}',
    );
    for (const { Target } of schedules) {
      const { DeadLetterConfig, RetryPolicy } = Target as Record<string, unknown>;
      expect(DeadLetterConfig).toBeDefined();
      expect(RetryPolicy).toBeDefined();
    }
  });
});

describe('the HTTP API', () => {
  const [stage] = ofType(pipeline, 'AWS::ApiGatewayV2::Stage');

  it('has these routes, of which only POST changes anything', () => {
    expect(ofType(pipeline, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)).toEqual(
      [
        'POST /packets',
        'GET /a/{secret}',
        'GET /tugas',
        'GET /tugas/{askId}',
        'POST /a/{secret}',
        'POST /tugas',
        'POST /tugas/{askId}',
        'GET /s/{secret}',
        'GET /masuk',
        'GET /masuk/{secret}',
        'GET /kode/{secret}',
        'POST /masuk',
        'POST /masuk/{secret}',
        'POST /keluar',
        'POST /tugas/{askId}/delegasi',
        'POST /a/{secret}/delegasi',
        'POST /kode/{secret}',
      ],
    );
  });

  it('is throttled more where anyone makes it read the whole directory', () => {
    expect(stage?.Properties.RouteSettings).toEqual({
      'POST /masuk': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    });
    expect(Reflect.get(stage ?? {}, 'DependsOn')).toContainEqual(
      expect.stringMatching(/POSTmasuk[0-9A-F]+$/),
    );
  });

  it('is throttled', () => {
    expect(stage?.Properties.DefaultRouteSettings).toEqual({
      ThrottlingBurstLimit: 100,
      ThrottlingRateLimit: 50,
    });
  });

  it('logs every request without its path, which may be a person’s secret link', () => {
    const format = inside(stage, 'Properties', 'AccessLogSettings', 'Format');
    expect(format).toContain('$context.routeKey');
    expect(format).not.toMatch(/context\.(path|http\.path|identity|domainName)|stage\/|querystring/i);
  });
});

describe('logs', () => {
  it('are all kept for a time, and not for ever', () => {
    const groups = ofType(pipeline, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(lambdaNames.length + 7);
    for (const { Properties } of groups) expect(Properties.RetentionInDays).toBeGreaterThan(0);
  });

  it('are kept longer in prod', () => {
    const kept = ofType(synthesised('prod').pipeline, 'AWS::Logs::LogGroup');
    for (const { Properties } of kept) expect(Properties.RetentionInDays).toBe(731);
  });
});

describe('alarms', () => {
  it('notify the operators', () => {
    const alarms = ofType(pipeline, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThanOrEqual(6);
    // A machine without an alarm would fail unseen.
    for (const name of machineNames)
      expect(alarms.map(({ Properties }) => flat(Properties.Metrics)).join()).toMatch(
        new RegExp(`failed_${name.replace('-', '_')} `),
      );
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1);
  });
});

/** The values that the functions get for a setting, each once. */
function settingOf(template: Resources, name: string): readonly unknown[] {
  const values = ofType(template, 'AWS::Lambda::Function').flatMap(
    ({ Properties }) =>
      (Properties.Environment as { Variables: Record<string, unknown> }).Variables[name] ?? [],
  );
  return [...new Set(values.map((value) => JSON.stringify(value)))].map((value) => JSON.parse(value));
}

describe('mail', () => {
  it('is sent from the configured domain, over TLS', () => {
    const { pipeline: other } = synthesised('dev', { mailSender: 'jaring@kemnaker.example' });
    expect(ofType(other, 'AWS::SES::EmailIdentity')[0]?.Properties.EmailIdentity).toBe('kemnaker.example');
    expect(ofType(other, 'AWS::SES::ConfigurationSet')[0]?.Properties.DeliveryOptions).toEqual({
      TlsPolicy: 'REQUIRE',
    });
  });

  it('announces bounces and complaints, and of nothing else', () => {
    const [failures, ...more] = ofType(pipeline, 'AWS::SES::ConfigurationSetEventDestination');
    expect(more).toEqual([]);
    expect(failures?.Properties.EventDestination).toMatchObject({
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint'],
    });
  });

  it('receives replies, scanned and over TLS, where an address is given for them', () => {
    const { pipeline: other } = synthesised('prod', { repliesTo: 'balasan@balasan.kemnaker.example' });
    expect(ofType(other, 'AWS::SES::ReceiptRule')[0]?.Properties.Rule).toMatchObject({
      Enabled: true,
      ScanEnabled: true,
      TlsPolicy: 'Require',
      Recipients: ['balasan@balasan.kemnaker.example'],
    });
    expect(settingOf(other, 'MAIL_REPLIES_TO')).toEqual(['balasan@balasan.kemnaker.example']);
  });

  it('does without replies and text messages in production by default', () => {
    const { pipeline: bare } = synthesised('prod');
    expect(ofType(bare, 'AWS::SES::ReceiptRule')).toEqual([]);
    expect(settingOf(bare, 'MAIL_REPLIES_TO')).toEqual(['off']);
    expect(settingOf(bare, 'TEXT_SENDER')).toEqual(['off']);
    expect(JSON.stringify(bare)).not.toContain('sms-voice');
  });

  it('sends text messages from one sender id', () => {
    const { pipeline: other } = synthesised('prod', { textSender: 'KEMNAKER' });
    const [sender, ...more] = settingOf(other, 'TEXT_SENDER');
    expect(more).toEqual([]);
    expect(JSON.stringify(sender)).toContain('sender-id/KEMNAKER/ID');
  });
});

describe('the assembly', () => {
  it('contains only the resource types that infra/README.md lists', async () => {
    const readme = await readFile(fileURLToPath(new URL('../../infra/README.md', import.meta.url)), 'utf8');
    const listed = [...readme.matchAll(/^- `(AWS::[\w:]+)`$/gm)].map((match) => match[1]);
    const types = [...new Set(all.map(([, { Type }]: readonly [string, Resource]) => Type))].sort();
    expect(listed).toEqual(types);
  });

  it('has no custom resource', () => {
    expect(all.filter(([, { Type }]) => /^Custom::|CustomResource/.test(Type))).toEqual([]);
  });

  it('says where everything is', () => {
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining([
        'UploadsBucketName',
        'SettingsBucketName',
        'BankBucketName',
        'TableName',
        'ApiUrl',
        'ProposalStateMachineArn',
        'BankConnectorRoleArn',
      ]),
    );
    expect(flat((outputs.ProposalStateMachineArn as { Value: unknown }).Value)).toMatch(
      /:jaring-dev-proposal:live$/,
    );
  });

  it('has no secret or personal data in it', () => {
    const text = JSON.stringify([pipeline, state]);
    for (const secret of [/AKIA[0-9A-Z]{16}/, /PRIVATE KEY/, /"SecretString"/, /\b\d{16}\b/])
      expect([secret, secret.test(text)]).toEqual([secret, false]);
  });
});

describe('a stage', () => {
  it('that does not exist is refused by name', () => {
    expect(() => stageOf('production')).toThrow(UnknownStage);
    expect(() => stageOf('production')).toThrow(/"production".*dev or prod/);
  });
});
