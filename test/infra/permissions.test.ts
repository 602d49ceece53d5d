import { describe, expect, it } from 'vitest';
import type { Grant } from '#functions/capabilities.ts';
import {
  type LambdaName,
  lambdaNamed,
  lambdaNames,
  lambdaOf,
  type StepName,
  stepNames,
  stepsOf,
} from '#functions/lambdas.ts';
import { Iam } from '#local/iam/iam.ts';
import { flat, ofType, rights, type Statement, statements, synthesised } from './templates.ts';

const { pipeline, state } = synthesised('dev');
const roles = rights(pipeline);
const all = [...roles].flatMap(([role, own]) => own.map((statement) => ({ role, ...statement })));

/** What a Lambda's role may do besides logs, traces, keys and its dead-letter queue, which come with what it uses. */
function actionsOf(name: LambdaName): readonly string[] {
  const own = (roles.get(`What ${name} may do`) ?? []).flatMap(({ actions }) => actions);
  return [...new Set(own)].filter((action) => !/^(logs|xray|kms|sqs):/.test(action)).sort();
}

/** The actions that a row's grant comes to. */
function granted(grant: Grant): readonly string[] {
  switch (grant.on) {
    case 'table':
      return grant.actions.map((action) => `dynamodb:${action}`);
    case 'index':
      return ['dynamodb:Query'];
    case 'objects':
      return grant.actions.map((action) => `s3:${action}`);
    case 'list':
      return ['s3:ListBucket'];
    case 'secret':
      return ['secretsmanager:GetSecretValue'];
    case 'sender':
      return ['lambda:InvokeFunction'];
    case 'mail':
      return ['ses:SendEmail'];
    case 'text-messages':
      return ['sms-voice:SendTextMessage'];
    case 'resume':
      return ['states:SendTaskSuccess'];
    case 'start':
      return ['states:StartExecution'];
  }
}

describe('every Lambda may do exactly what its row uses', () => {
  it.each(lambdaNames)('%s', (name) => {
    const expected = lambdaNamed(name).uses.flatMap(({ grants }) => grants.flatMap(granted));
    expect(actionsOf(name)).toEqual([...new Set(expected)].sort());
  });
});

/** Lambdas with a step that is called in one of these ways. */
function calledBy(...ways: readonly string[]) {
  return lambdaNames.filter((name) => stepsOf(name).some(([, { by }]) => ways.includes(by)));
}

function routesOf(name: LambdaName) {
  return stepsOf(name).flatMap(([, trigger]) =>
    trigger.by === 'route' ? trigger.routes.map(({ key }) => key) : [],
  );
}

describe('the list of Lambdas', () => {
  it('is short, and each step is carried by one of them', () => {
    expect(lambdaNames.length).toBeLessThanOrEqual(22);
    expect(new Set(stepNames).size).toBe(lambdaNames.flatMap(stepsOf).length);
  });

  const isWrite = (action: string) =>
    /^(dynamodb:(Put|Update|Delete|ConditionCheck)Item|states:|ses:|sms-voice:|lambda:|sqs:)/.test(action);
  /** What shows is a `GET`; of the tasks, these only read. */
  const readingTasks: readonly StepName[] = ['asks/plan-ask', 'approval/open-approval'];

  it('has no reader with a writer', () => {
    const readers = stepNames.filter((step) => {
      const [, trigger] = stepsOf(lambdaOf(step)).find(([name]) => name === step) ?? [];
      return trigger?.by === 'route'
        ? trigger.routes.every(({ key }) => key.startsWith('GET '))
        : readingTasks.includes(step);
    });
    const reading = new Set(readers.map(lambdaOf));
    expect([...reading].sort()).toEqual(['ask-pages', 'pages', 'planning']);
    for (const name of reading) {
      expect([name, actionsOf(name).filter(isWrite)]).toEqual([name, []]);
      for (const [step] of stepsOf(name)) expect(readers).toContain(step);
    }
    // All others have something to write.
    for (const name of lambdaNames)
      expect([name, actionsOf(name).some((action) => isWrite(action) || action === 's3:PutObject')]).toEqual([
        name,
        name === 'ask-pages' || !reading.has(name),
      ]);
  });

  /** A treasurer fetches the file that is released, and no page puts one anywhere. */
  function readsPrepared(grant: Grant): boolean {
    return (
      grant.on === 'objects' &&
      grant.keys === 'prepared/*' &&
      grant.actions.every((action) => action !== 'PutObject')
    );
  }

  it('has no page with what machines, events, the clock or an administrator call, and none that moves money', () => {
    for (const name of calledBy('route')) {
      expect([name, stepsOf(name).filter(([, { by }]) => by !== 'route')]).toEqual([name, []]);
      const grants = lambdaNamed(name).uses.flatMap((use) => use.grants);
      const moving = grants.filter(
        (grant) =>
          ('bucket' in grant && grant.bucket === 'bank' && !readsPrepared(grant)) ||
          (grant.on === 'start' && grant.machine !== 'deposit') ||
          (grant.on === 'table' && grant.actions.includes('ConditionCheckItem')),
      );
      expect([name, moving]).toEqual([name, []]);
      const methods = new Set(routesOf(name).map((key) => key.split(' ')[0]));
      expect([name, methods.size]).toEqual([name, 1]);
    }
  });

  it('lets one Lambda alone send messages', () => {
    for (const action of ['ses:SendEmail', 'sms-voice:SendTextMessage'])
      expect(lambdaNames.filter((name) => actionsOf(name).includes(action))).toEqual([
        lambdaOf('asks/send-messages'),
      ]);
  });

  it('lets one Lambda write a bank file and another send it', () => {
    const writers = (folder: string) =>
      [...roles].flatMap(([role, own]) =>
        own.some(
          ({ actions, resources }) =>
            actions.includes('s3:PutObject') && resources.some((each) => each.includes(folder)),
        )
          ? [role]
          : [],
      );
    expect(writers('/prepared/')).toEqual(['What payment-files may do']);
    expect(writers('/outbox/')).toEqual(['What payment-runs may do']);
  });
});

describe('policies', () => {
  it('name every action, without wildcards', () => {
    expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('allow everything (`*`) only where AWS has no resource for it: traces and the delivery of logs', () => {
    const wide = all.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    const services = new Set(wide.map((action) => action.split(':')[0]));
    expect([...services].sort()).toEqual(['logs', 'xray']);
    for (const action of wide.filter((each) => each.startsWith('logs:')))
      expect(action).toMatch(/LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|DescribeLogGroups/);
  });

  it('have no other patterns than folders of objects and the executions of children', () => {
    const patterns = all
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource !== '*' && resource.includes('*'));
    for (const pattern of patterns) {
      expect(pattern).toMatch(
        /^<[^>]*(Uploads|Bank|Inbox)[^>]*>\/(\*|evidence\/\*|drafts\/\*|\*\/proposal\.json|\*\/attachments\/\*|prepared\/\*|outbox\/\*|fetched\/\*|inbox\/\*|replies\/\*)$|:execution:jaring-dev-(verification|approval|payment|training|muster-roll|objection):\*$/,
      );
    }
  });

  it('deny everyone else: no principal is the world, and every function is called by one caller', () => {
    for (const permission of ofType(pipeline, 'AWS::Lambda::Permission')) {
      expect(permission.Properties.SourceArn).toBeDefined();
      expect(permission.Properties.Principal).toMatch(/^(events|apigateway)\.amazonaws\.com$/);
    }
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy']) {
      for (const policy of ofType(pipeline, type)) {
        for (const { effect, principal } of statements(policy.Properties.PolicyDocument)) {
          if (effect === 'Allow') expect(JSON.stringify(principal)).not.toContain('"*"');
        }
      }
    }
    for (const key of ofType(state, 'AWS::KMS::Key')) {
      for (const { principal } of statements(key.Properties.KeyPolicy))
        expect(JSON.stringify(principal)).not.toContain('"*"');
    }
  });
});

describe('the page that shows an ask', () => {
  it('cannot change a record, resume an execution or send a mail', () => {
    const actions = actionsOf(lambdaOf('asks/show-ask'));
    expect(actions.filter((action) => /^(states|ses|sqs|lambda):/.test(action))).toEqual([]);
    expect(actions.filter((action) => /^dynamodb:(?!GetItem$|Query$|BatchGetItem$)/.test(action))).toEqual(
      [],
    );
  });
});

/** The Lambdas that may read the secret whose id in the template has this in it. */
function readersOf(secret: string) {
  return [...roles].flatMap(([role, own]) =>
    own.some(
      ({ actions, resources }: Statement) =>
        actions.includes('secretsmanager:GetSecretValue') && resources.some((each) => each.includes(secret)),
    )
      ? [role]
      : [],
  );
}

/** The steps that can read the secret: all those of the Lambdas that may. */
function stepsThatRead(secret: string) {
  return readersOf(secret)
    .flatMap((role) => lambdaNames.filter((name) => role === `What ${name} may do`))
    .flatMap((name) => stepsOf(name).map(([step]) => step))
    .sort();
}

describe('NIK', () => {
  it('can be decrypted by those that check what a group hands in only', () => {
    expect(readersOf('PersonalData')).toEqual(['What checks may do']);
    expect(stepsThatRead('PersonalData')).toEqual([
      'payment/claim-account',
      'public-works/check-muster-roll',
      'verification/run-checks',
    ]);
  });
});

describe('what one-time codes are made from', () => {
  it('can be read by what makes, shows, proves and checks it only', () => {
    expect(readersOf('CodeSecrets').sort()).toEqual(
      ['answers', 'asking', 'enrolment', 'settings'].map((name) => `What ${name} may do`),
    );
    expect(stepsThatRead('CodeSecrets')).toEqual([
      'asks/run-turn',
      'asks/submit-answer',
      'asks/submit-answers',
      'console/import-settings',
      'identity/enrol',
      'identity/restore-codes',
    ]);
  });
});

describe('the bank connector', () => {
  it('takes instructions, keeps what it took, once, and writes answers, and cannot do the reverse', () => {
    const own = roles.get('Carries files between the bank and its bucket') ?? [];
    const on = (folder: string) =>
      own
        .filter(({ resources }) => resources.some((each) => each.includes(folder)))
        .flatMap(({ actions }) => actions);
    expect(on('/outbox/')).toEqual(['s3:DeleteObject', 's3:GetObject']);
    expect(on('/fetched/')).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(on('/inbox/')).toEqual(['s3:PutObject']);
    expect(on('/prepared/')).toEqual([]);
  });

  it('alone writes into the inbox, whatever others may do by their own policies', () => {
    const bucket = 'arn:aws:s3:::the-bank';
    const [bankId = ''] =
      Object.entries(state).find(([id, { Type }]) => Type === 'AWS::S3::Bucket' && /^Bank/.test(id)) ?? [];
    const [own] = Object.values(state).filter(
      ({ Type, Properties }) => Type === 'AWS::S3::BucketPolicy' && flat(Properties.Bucket) === `<${bankId}>`,
    );
    const resolved = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(resolved);
      if (['Fn::Join', 'Fn::GetAtt', 'Ref'].some((each) => each in value))
        return flat(value)
          .replaceAll(`<${bankId}.Arn>`, bucket)
          .replaceAll('<AWS::Partition>', 'aws')
          .replaceAll('<AWS::AccountId>', '000000000000');
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each)]));
    };
    const arnOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
    const names = [
      'jaring-dev-bank-connector',
      'jaring-prod-bank-connector',
      'jaring-dev-bank-connector2',
      'path/jaring-dev-bank-connector',
      'Administrator',
      'JaringPipeline-dev-BankAnswersRole',
    ];
    const iam = new Iam();
    const declared = { logicalId: 'x', properties: {} };
    iam.define([
      { ...declared, type: 'AWS::S3::Bucket', physicalId: 'the-bank', arn: bucket },
      ...names.map((name) => ({
        ...declared,
        logicalId: name,
        type: 'AWS::IAM::Role',
        physicalId: name,
        arn: arnOf(name),
      })),
      {
        ...declared,
        ...{ type: 'AWS::IAM::Policy', physicalId: 'all' },
        properties: {
          PolicyName: 'all',
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
          Roles: names,
        },
      },
      {
        ...declared,
        ...{ type: 'AWS::S3::BucketPolicy', physicalId: 'policy' },
        properties: { Bucket: 'the-bank', PolicyDocument: resolved(own?.Properties.PolicyDocument) },
      },
    ]);
    const may = (name: string, action: string, key: string) =>
      iam.decide(arnOf(name), {
        action,
        resource: `${bucket}/${key}`,
        context: { 'aws:SecureTransport': 'true' },
      }).allowed;
    expect(names.filter((name) => may(name, 's3:PutObject', 'inbox/answer.xml'))).toEqual([
      'jaring-dev-bank-connector',
    ]);
    expect(names.filter((name) => may(name, 's3:PutObject', 'inbox/'))).toEqual([
      'jaring-dev-bank-connector',
    ]);
    // Elsewhere, and to read, their own policies decide.
    for (const [action, key] of [
      ['s3:PutObject', 'outbox/run.xml'],
      ['s3:PutObject', 'prepared/run.xml'],
      ['s3:GetObject', 'inbox/answer.xml'],
    ] as const)
      expect(names.filter((name) => may(name, action, key))).toEqual(names);
  });

  it('has the name that the policy of the bucket says', () => {
    const named = ofType(pipeline, 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName);
    expect(named.filter((name) => name !== undefined)).toEqual(['jaring-dev-bank-connector']);
  });
});
