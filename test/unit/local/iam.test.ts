import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeclaredResource, UnsupportedFeature } from '#local/declared-resource.ts';
import { Iam, NoSuchStatement } from '#local/iam/iam.ts';
import { matchesWildcards } from '#local/iam/wildcard.ts';

const account = '000000000000';
const role = `arn:aws:iam::${account}:role/app-role`;
const queue = `arn:aws:sqs:ap-southeast-3:${account}:letters`;
const queueUrl = `http://127.0.0.1:4000/${account}/letters`;
const functionArn = `arn:aws:lambda:ap-southeast-3:${account}:function:greet`;

type Statement = Readonly<Record<string, unknown>>;

function resource(type: string, properties: DeclaredResource['properties']): DeclaredResource {
  return {
    logicalId: type.split('::').at(-1) ?? '',
    type,
    properties,
    physicalId: `${type}-id`,
  };
}

const theRole: DeclaredResource = {
  logicalId: 'AppRole',
  type: 'AWS::IAM::Role',
  properties: {},
  physicalId: 'app-role',
  arn: role,
};

/** The policies of one role, and of resources. */
function iamWith(statements: readonly Statement[], ...more: readonly DeclaredResource[]): Iam {
  const iam = new Iam();
  const policy = resource('AWS::IAM::Policy', {
    PolicyName: 'p',
    PolicyDocument: { Statement: statements },
    Roles: ['app-role'],
  });
  iam.define([theRole, ...(statements.length === 0 ? [] : [policy]), ...more]);
  return iam;
}

function allow(more: Statement = {}): Statement {
  return {
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: queue,
    ...more,
  };
}
const question = { action: 'sqs:SendMessage', resource: queue };

/** Whether a role with these statements may send to the queue. */
function may(
  statements: readonly Statement[],
  context?: Record<string, string | readonly string[]>,
): boolean {
  return iamWith(statements).decide(role, { ...question, ...(context === undefined ? {} : { context }) })
    .allowed;
}

describe('identity policies', () => {
  it('allow only what a statement allows', () => {
    expect(may([])).toBe(false);
    expect(may([allow()])).toBe(true);
    expect(may([allow({ Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'] })])).toBe(false);
    expect(may([allow({ Resource: `${queue}-other` })])).toBe(false);
  });

  it('match actions whatever their case, with wildcards, and resources exactly', () => {
    expect(may([allow({ Action: 'SQS:sendmessage' })])).toBe(true);
    expect(may([allow({ Action: 'sqs:Send*' })])).toBe(true);
    expect(may([allow({ Action: 'sqs:SendMessag?' })])).toBe(true);
    expect(may([allow({ Action: '*' })])).toBe(true);
    expect(may([allow({ Resource: queue.replace('letters', 'let*') })])).toBe(true);
    expect(may([allow({ Resource: queue.replace('letters', 'LETTERS') })])).toBe(false);
  });

  it('deny explicitly whatever else allows, in any order', () => {
    const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    expect(may([allow(), deny])).toBe(false);
    expect(may([deny, allow()])).toBe(false);
  });

  it('know NotAction and NotResource', () => {
    const but = (more: Statement): Statement => ({ Effect: 'Allow', ...more });
    expect(may([but({ NotAction: 'sqs:DeleteMessage', Resource: '*' })])).toBe(true);
    expect(may([but({ NotAction: 'sqs:Send*', Resource: '*' })])).toBe(false);
    expect(may([but({ Action: 'sqs:*', NotResource: `${queue}-other` })])).toBe(true);
    expect(may([but({ Action: 'sqs:*', NotResource: queue })])).toBe(false);
  });

  it('come inline, as policies of the template and as managed policies of the template', () => {
    const document = { Statement: allow() };
    const inline = new Iam();
    inline.define([
      { ...theRole, properties: { Policies: [{ PolicyName: 'own', PolicyDocument: document }] } },
    ]);
    const managed = new Iam();
    const policy = {
      ...resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document }),
      physicalId: 'arn:p',
    };
    managed.define([policy, { ...theRole, properties: { ManagedPolicyArns: ['arn:p'] } }]);
    for (const iam of [inline, managed]) expect(iam.decide(role, question).allowed).toBe(true);
  });

  it('restrict everyone but the owner', () => {
    const iam = iamWith([]);
    expect(() => iam.authorize({ arn: `arn:aws:iam::${account}:root`, owner: true }, question)).not.toThrow();
    expect(() => iam.authorize({ arn: 'anonymous', owner: false }, question)).toThrow();
  });
});

describe('a refusal', () => {
  it('is worded as AWS words it', () => {
    expect(() => iamWith([]).authorize({ arn: role, owner: false }, question)).toThrow(
      `User: arn:aws:sts::${account}:assumed-role/app-role/app-role is not authorized to perform: ` +
        `sqs:SendMessage on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`,
    );
  });

  it('has the code that the service uses', () => {
    const refusal = (code?: string): unknown => {
      try {
        iamWith([]).authorize({ arn: role, owner: false }, question, code);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refusal()).toMatchObject({ name: 'AccessDeniedException' });
    expect(refusal('AccessDenied')).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  it('says that a statement denied, and which', () => {
    const iam = iamWith([allow(), { Effect: 'Deny', Action: 'sqs:*', Resource: '*' }]);
    expect(iam.decide(role, question).reason).toMatch(/explicit deny.*Policy#1/);
  });
});

describe('any statements', () => {
  const action = fc.constantFrom(
    'sqs:SendMessage',
    'sqs:Send*',
    'SQS:sendmessage',
    'sqs:*',
    's3:Get?bject',
    '*',
  );
  const target = fc.constantFrom(queue, `${queue}*`, `${queue}-too`, 'arn:aws:sqs:*:*:letter?', '*');
  const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { minLength: 1, maxLength: 3 });
  const either = (one: string, other: string, values: fc.Arbitrary<string>) =>
    fc.tuple(fc.boolean(), some(values)).map(([which, list]) => ({ [which ? one : other]: list }));
  const condition = fc.constantFrom(
    {},
    { Condition: { StringEquals: { 'aws:PrincipalAccount': account } } },
    { Condition: { StringEquals: { 'aws:PrincipalAccount': '1' } } },
    { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
  );
  const statement = fc
    .tuple(
      fc.constantFrom('Allow', 'Deny'),
      either('Action', 'NotAction', action),
      either('Resource', 'NotResource', target),
      condition,
    )
    .map(([Effect, ...rest]): Statement => Object.assign({ Effect }, ...rest));
  const statementList = fc.array(statement, { maxLength: 4 });

  it('mean the same in any order', () => {
    fc.assert(
      fc.property(statementList, (list) => {
        expect(may(list.toReversed())).toBe(may(list));
      }),
    );
  });

  it('allow no less with an Allow more, and no more with a Deny more', () => {
    fc.assert(
      fc.property(statementList, statement, (list, more) => {
        const [before, after] = [may(list), may([...list, more])];
        if (more.Effect === 'Allow') expect(after || !before).toBe(true);
        else expect(before || !after).toBe(true);
      }),
    );
  });

  it('allow nothing when none of them allows by itself, or one denies by itself', () => {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    fc.assert(
      fc.property(statementList, (list) => {
        const allowing = list.some((each) => each.Effect === 'Allow' && may([each]));
        const denying = list.some((each) => each.Effect === 'Deny' && !may([everything, each]));
        expect(may(list)).toBe(allowing && !denying);
      }),
    );
  });

  it('and their complements are about every call between them', () => {
    fc.assert(
      fc.property(some(action), some(target), (actions, targets) => {
        const by = (parts: Statement) => may([{ Effect: 'Allow', ...parts }]);
        expect(by({ Action: actions, Resource: '*' })).toBe(!by({ NotAction: actions, Resource: '*' }));
        expect(by({ Action: '*', Resource: targets })).toBe(!by({ Action: '*', NotResource: targets }));
      }),
    );
  });
});

describe('conditions', () => {
  const when = (operator: string, wanted: unknown, key = 'service:key'): readonly Statement[] => [
    allow({ Condition: { [operator]: { [key]: wanted } } }),
  ];

  it.each([
    ['StringEquals', 'live', 'live', 'Live'],
    ['StringEquals', ['one', 'live'], 'live', 'two'],
    ['StringNotEquals', 'live', 'dead', 'live'],
    ['StringEqualsIgnoreCase', 'live', 'LIVE', 'dead'],
    ['StringLike', 'evidence/*', 'evidence/a/b', 'packets/a'],
    ['StringNotLike', 'evidence/*', 'packets/a', 'evidence/a'],
    ['Bool', 'true', 'true', 'false'],
    ['ArnLike', 'arn:aws:s3:::bucket-*', 'arn:aws:s3:::bucket-1', 'arn:aws:s3:::other'],
    ['ArnNotLike', 'arn:aws:s3:::bucket-*', 'arn:aws:s3:::other', 'arn:aws:s3:::bucket-1'],
    ['NumericLessThanEquals', '10', '10', '11'],
  ])('%s %j holds for %s and not for %s', (operator, wanted, yes, no) => {
    expect(may(when(operator, wanted), { 'service:key': yes })).toBe(true);
    expect(may(when(operator, wanted), { 'service:key': no })).toBe(false);
  });

  it('compare keys whatever their case', () => {
    expect(may(when('StringEquals', 'live', 'Service:KEY'), { 'service:key': 'live' })).toBe(true);
  });

  it('do not hold for a key that is absent, unless they are negated or say IfExists', () => {
    expect(may(when('StringEquals', 'live'))).toBe(false);
    expect(may(when('StringNotEquals', 'live'))).toBe(true);
    expect(may(when('StringEqualsIfExists', 'live'))).toBe(true);
    expect(may(when('StringEqualsIfExists', 'live'), { 'service:key': 'dead' })).toBe(false);
    expect(may(when('Null', 'true'))).toBe(true);
    expect(may(when('Null', 'false'))).toBe(false);
  });

  it('ask of several values whether any fits, or all', () => {
    const values = { 'service:key': ['a', 'b'] };
    expect(may(when('ForAnyValue:StringEquals', ['b', 'c']), values)).toBe(true);
    expect(may(when('ForAnyValue:StringEquals', 'c'), values)).toBe(false);
    expect(may(when('ForAllValues:StringEquals', ['a', 'b', 'c']), values)).toBe(true);
    expect(may(when('ForAllValues:StringEquals', 'a'), values)).toBe(false);
    expect(may(when('ForAnyValue:StringEquals', 'a'))).toBe(false);
    expect(may(when('ForAllValues:StringEquals', 'a'))).toBe(true);
  });

  it('must all hold', () => {
    const both = [allow({ Condition: { StringEquals: { 'a:one': '1', 'a:two': '2' } } })];
    expect(may(both, { 'a:one': '1', 'a:two': '2' })).toBe(true);
    expect(may(both, { 'a:one': '1', 'a:two': '3' })).toBe(false);
  });

  it('that are not known do not allow, and say so', () => {
    const { allowed, reason } = iamWith(when('DateGreaterThan', '2026-01-01T00:00:00Z')).decide(role, {
      ...question,
      context: { 'service:key': '2026-02-02T00:00:00Z' },
    });
    expect(allowed).toBe(false);
    expect(reason).toMatch(/DateGreaterThan.*not known/);
  });

  it('that are not known deny where they stand in a Deny', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { IpAddress: { 'a:ip': '::1' } } };
    const { allowed, reason } = iamWith([allow(), deny]).decide(role, question);
    expect(allowed).toBe(false);
    expect(reason).toMatch(/IpAddress/);
  });

  it('find that calls on the loopback interface cannot be overheard', () => {
    const bucketPolicy = { Effect: 'Deny', Action: '*', Resource: '*' };
    const secure = { ...bucketPolicy, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(may([allow(), secure])).toBe(true);
  });
});

describe('resource policies', () => {
  const queueResource: DeclaredResource = {
    ...resource('AWS::SQS::Queue', {}),
    physicalId: queueUrl,
    arn: queue,
  };
  const queuePolicy = (statement: Statement): readonly DeclaredResource[] => [
    queueResource,
    resource('AWS::SQS::QueuePolicy', {
      Queues: [queueUrl],
      PolicyDocument: { Statement: { Resource: queue, Action: 'sqs:SendMessage', ...statement } },
    }),
  ];
  const permission = resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionArn,
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:ap-southeast-3:000000000000:rule/daily',
  });
  const invoke = { action: 'lambda:InvokeFunction', resource: functionArn };
  const rule = 'arn:aws:events:ap-southeast-3:000000000000:rule/daily';

  it('allow what they name a role for', () => {
    const iam = iamWith([], ...queuePolicy({ Effect: 'Allow', Principal: { AWS: role } }));
    expect(iam.decide(role, question).allowed).toBe(true);
    expect(iam.decide(`${role}-2`, question).allowed).toBe(false);
  });

  it('leave it to identity policies whom of the account they allow', () => {
    const policy = queuePolicy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` } });
    expect(iamWith([], ...policy).decide(role, question).allowed).toBe(false);
    expect(iamWith([allow()], ...policy).decide(role, question).allowed).toBe(true);
  });

  it('deny what identity policies allow', () => {
    const iam = iamWith([allow()], ...queuePolicy({ Effect: 'Deny', Principal: '*' }));
    expect(iam.decide(role, question).allowed).toBe(false);
  });

  it('guard a bucket and every object in it', () => {
    const bucketPolicy = resource('AWS::S3::BucketPolicy', {
      Bucket: 'papers',
      PolicyDocument: {
        Statement: {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:DeleteObject',
          Resource: 'arn:aws:s3:::papers/kept/*',
        },
      },
    });
    const iam = iamWith([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }], bucketPolicy);
    const remove = (key: string) => ({ action: 's3:DeleteObject', resource: `arn:aws:s3:::papers/${key}` });
    expect(iam.decide(role, remove('kept/a')).allowed).toBe(false);
    expect(iam.decide(role, remove('loose/a')).allowed).toBe(true);
  });

  it('let a service in by name and source, and no other', () => {
    const iam = iamWith([], permission);
    expect(iam.decideService('events.amazonaws.com', rule, invoke).allowed).toBe(true);
    expect(iam.decideService('events.amazonaws.com', `${rule}-2`, invoke).allowed).toBe(false);
    expect(iam.decideService('apigateway.amazonaws.com', rule, invoke)).toEqual({
      allowed: false,
      reason: 'because no resource-based policy allows the lambda:InvokeFunction action',
    });
  });
});

describe('the record of use', () => {
  it('counts what each Allow statement was needed for, and lists those that were not', () => {
    const iam = iamWith([
      allow({ Action: ['sqs:SendMessage', 'sqs:Get*'], Resource: [queue, `${queue}-too`] }),
      { Effect: 'Allow', Action: 'sqs:DeleteMessage', Resource: queue },
    ]);
    iam.decide(role, question);
    iam.decide(role, question);
    iam.decide(role, { action: 'sqs:PurgeQueue', resource: queue });
    expect(iam.uses()).toEqual([
      {
        id: 'Policy#0',
        roleArn: role,
        uses: 2,
        actions: { 'sqs:SendMessage': 2, 'sqs:Get*': 0 },
        resources: { [queue]: 2, [`${queue}-too`]: 0 },
      },
      {
        id: 'Policy#1',
        roleArn: role,
        uses: 0,
        actions: { 'sqs:DeleteMessage': 0 },
        resources: { [queue]: 0 },
      },
    ]);
    iam.decide(role, { action: 'sqs:GetQueueUrl', resource: queue });
    expect(iam.uses()[0]?.actions).toEqual({ 'sqs:SendMessage': 2, 'sqs:Get*': 1 });
  });

  it('lists what was refused, to whom and how often', () => {
    const iam = iamWith([allow()]);
    iam.decide(role, question);
    iam.decide(role, { action: 'sqs:PurgeQueue', resource: queue });
    iam.decide(role, { action: 'sqs:PurgeQueue', resource: queue });
    iam.decideService('events.amazonaws.com', 'arn:aws:events:::rule/r', question);
    expect(iam.refusals()).toEqual([
      { principal: role, action: 'sqs:PurgeQueue', resource: queue, times: 2 },
      { principal: 'events.amazonaws.com', action: 'sqs:SendMessage', resource: queue, times: 1 },
    ]);
  });
});

describe('a statement that is withheld', () => {
  it('counts as if the assembly did not have it, until it is given back', () => {
    const iam = iamWith([allow(), { Effect: 'Deny', Action: 'sqs:PurgeQueue', Resource: '*' }]);
    iam.withhold(['Policy#0']);
    expect(iam.decide(role, question)).toEqual(iamWith([]).decide(role, question));
    iam.withhold([]);
    expect(iam.decide(role, question).allowed).toBe(true);
  });

  it('must be there', () => {
    expect(() => iamWith([allow()]).withhold(['Policy#1'])).toThrow(NoSuchStatement);
  });
});

describe('what the policies of an assembly hold that is not known', () => {
  it.each([
    ['an AWS managed policy', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    ['a permissions boundary', { PermissionsBoundary: 'arn:aws:iam::000000000000:policy/boundary' }],
  ])('%s is refused by name', (_what, properties) => {
    expect(() => new Iam().define([{ ...theRole, properties }])).toThrow(UnsupportedFeature);
  });

  it('a policy element is refused by name', () => {
    expect(() => iamWith([allow({ NotPrincipal: { AWS: '*' } })])).toThrow(/NotPrincipal/);
  });
});

describe('wildcards', () => {
  it('take every character for itself but * and ?', () => {
    expect(matchesWildcards('a.b', 'axb')).toBe(false);
    expect(matchesWildcards('a+(b)[c]', 'a+(b)[c]')).toBe(true);
    expect(matchesWildcards('a*z', 'a\nb/c:z')).toBe(true);
    expect(matchesWildcards('a?c', 'ac')).toBe(false);
  });

  it('match any text with a part of it replaced by *', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (head, middle, tail) => {
        fc.pre(![head, tail].some((text) => /[*?]/.test(text)));
        expect(matchesWildcards(`${head}*${tail}`, head + middle + tail)).toBe(true);
      }),
    );
  });
});
