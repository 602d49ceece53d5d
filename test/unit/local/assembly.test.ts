import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Assembly, readAssembly, UnsupportedAssembly } from '#local/assembly/assembly.ts';

const account = '000000000000';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

interface GivenStack {
  readonly template: object;
  readonly dependencies?: readonly string[];
  readonly environment?: string;
}

/** Writes an assembly as the CDK does. */
function write(
  stacks: Readonly<Record<string, GivenStack>>,
  more: Readonly<Record<string, object>> = {},
): void {
  const artifacts: Record<string, object> = { ...more };
  for (const [name, { template, dependencies = [], environment }] of Object.entries(stacks)) {
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: environment ?? 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${name}.template.json` },
      dependencies,
    };
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(template));
  }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
}

function read(): Assembly {
  return readAssembly(directory, account, 'ap-southeast-3').resolve(
    'http://127.0.0.1:4000',
    (id) => `http://api/${id}`,
  );
}

function queue(properties: object = {}): object {
  return { Type: 'AWS::SQS::Queue', Properties: properties };
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UnsupportedAssembly) return error.problems;
    throw error;
  }
  return [];
}

describe('an assembly', () => {
  it('gives its resources with names and ARNs as AWS shapes them', () => {
    write({
      App: {
        template: {
          Resources: {
            Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things' } },
            Letters: queue({ QueueName: 'letters' }),
            Papers: { Type: 'AWS::S3::Bucket' },
          },
        },
      },
    });
    const [table, letters, papers] = read().resources;
    expect(table).toMatchObject({
      physicalId: 'things',
      arn: `arn:aws:dynamodb:ap-southeast-3:${account}:table/things`,
    });
    expect(letters).toMatchObject({ arn: `arn:aws:sqs:ap-southeast-3:${account}:letters` });
    expect(papers?.physicalId).toMatch(/^app-papers-[0-9a-f]{8}$/);
  });

  it('names what has no name the same in every run', () => {
    write({ App: { template: { Resources: { Papers: { Type: 'AWS::S3::Bucket' }, Letters: queue() } } } });
    expect(read().resources).toEqual(read().resources);
  });

  it('resolves resources after what they refer to, in whatever order they are written', () => {
    write({
      App: {
        template: {
          Resources: {
            Policy: {
              Type: 'AWS::SQS::QueuePolicy',
              Properties: { Queues: [{ Ref: 'Letters' }], PolicyDocument: { Statement: [] } },
            },
            Letters: queue({ Tags: [{ Key: 'to', Value: { 'Fn::GetAtt': ['Dead', 'Arn'] } }] }),
            Dead: queue({ QueueName: 'dead' }),
          },
        },
      },
    });
    const { resources } = read();
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Dead', 'Letters', 'Policy']);
    expect(resources[1]?.properties).toEqual({
      Tags: [{ Key: 'to', Value: `arn:aws:sqs:ap-southeast-3:${account}:dead` }],
    });
  });

  it('carries values from one stack to another, whichever is written first', () => {
    write({
      Above: {
        dependencies: ['Below'],
        template: {
          Resources: {
            Letters: queue({ QueueName: { 'Fn::ImportValue': 'Below:Name' } }),
          },
        },
      },
      Below: {
        template: {
          Resources: { Dead: queue({ QueueName: 'dead' }) },
          Outputs: {
            Exported: {
              Value: { 'Fn::Join': ['-', [{ 'Fn::GetAtt': ['Dead', 'QueueName'] }, 'letters']] },
              Export: { Name: 'Below:Name' },
            },
            Shown: { Value: { Ref: 'AWS::StackName' } },
          },
        },
      },
    });
    const { resources, outputs } = read();
    expect(resources.map(({ stack }) => stack)).toEqual(['Below', 'Above']);
    expect(resources[1]?.properties).toEqual({ QueueName: 'dead-letters' });
    expect(outputs).toEqual({ Shown: 'Below' });
  });

  it('knows parameters by their defaults, mappings, pseudo-parameters and conditions', () => {
    write({
      App: {
        environment: 'aws://123456789012/eu-west-1',
        template: {
          Parameters: { Size: { Type: 'String', Default: 'small' } },
          Mappings: { Names: { 'eu-west-1': { small: 'tiny' } } },
          Conditions: {
            Small: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] },
            Large: { 'Fn::Not': [{ Condition: 'Small' }] },
          },
          Resources: {
            Letters: queue({
              QueueName: { 'Fn::FindInMap': ['Names', { Ref: 'AWS::Region' }, { Ref: 'Size' }] },
              VisibilityTimeout: { 'Fn::If': ['Small', 10, 100] },
              KmsMasterKeyId: { Ref: 'AWS::NoValue' },
            }),
            More: { ...queue(), Condition: 'Large' },
          },
        },
      },
    });
    const { resources, region } = read();
    expect(region).toBe('eu-west-1');
    expect(resources).toHaveLength(1);
    expect(resources[0]).toMatchObject({
      arn: `arn:aws:sqs:eu-west-1:${account}:tiny`,
      properties: { QueueName: 'tiny', VisibilityTimeout: 10 },
    });
    expect(resources[0]?.properties).not.toHaveProperty('KmsMasterKeyId');
  });

  it('passes over the rules and the parameter that the CDK adds for its bootstrap stack', () => {
    write({
      App: {
        template: {
          Parameters: {
            BootstrapVersion: {
              Type: 'AWS::SSM::Parameter::Value<String>',
              Default: '/cdk-bootstrap/x/version',
            },
          },
          Rules: { CheckBootstrapVersion: { Assertions: [] } },
          Resources: { Letters: queue() },
        },
      },
    });
    expect(read().resources).toHaveLength(1);
  });

  it('gives HTTP APIs the addresses at which they are served', () => {
    write({
      App: {
        template: {
          Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api' } } },
          Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
        },
      },
    });
    const [id] = readAssembly(directory, account, 'ap-southeast-3').httpApis;
    expect(read().outputs).toEqual({ Url: `http://api/${id}` });
  });

  it('finds the folder of a function by the key of its asset', () => {
    mkdirSync(join(directory, 'asset.abc'));
    writeFileSync(
      join(directory, 'App.assets.json'),
      JSON.stringify({
        files: {
          abc: { source: { path: 'asset.abc' }, destinations: { current: { objectKey: 'abc.zip' } } },
        },
      }),
    );
    write(
      { App: { template: { Resources: {} } } },
      { 'App.assets': { type: 'cdk:asset-manifest', properties: { file: 'App.assets.json' } } },
    );
    const assembly = read();
    expect(assembly.assetOf('abc.zip')).toBe(join(directory, 'asset.abc'));
    expect(() => assembly.assetOf('other.zip')).toThrow(/other\.zip/);
  });
});

describe('what an assembly holds that is not known', () => {
  it('is refused by name, all of it at once', () => {
    write({
      One: {
        template: {
          Resources: {
            Cluster: { Type: 'AWS::ECS::Cluster' },
            Letters: queue({ QueueName: { 'Fn::GetAZs': '' } }),
            Fine: queue(),
          },
        },
      },
      Two: {
        template: {
          Resources: { Custom: { Type: 'Custom::Thing' } },
          Outputs: { Lost: { Value: { 'Fn::ImportValue': 'nowhere' } } },
        },
      },
    });
    expect(problemsOf(read)).toEqual([
      'One/Cluster (AWS::ECS::Cluster): the resource type AWS::ECS::Cluster is not known',
      'One/Letters (AWS::SQS::Queue): the intrinsic function Fn::GetAZs is not known',
      'Two/Custom (Custom::Thing): the resource type Custom::Thing is not known',
      'Two, output Lost: Fn::ImportValue nowhere: no stack exports it',
    ]);
  });

  it('is reported once, not again by everything that refers to it', () => {
    write({
      App: {
        template: {
          Resources: {
            Cluster: { Type: 'AWS::ECS::Cluster' },
            Letters: queue({ QueueName: { Ref: 'Cluster' } }),
          },
        },
      },
    });
    expect(problemsOf(read)).toHaveLength(1);
  });

  it('also if it is a reference to nothing, to itself or to an attribute that is not there', () => {
    write({
      App: {
        template: {
          Resources: {
            Lost: queue({ QueueName: { Ref: 'Nothing' } }),
            Round: queue({ QueueName: { 'Fn::GetAtt': ['Round', 'QueueName'] } }),
            Letters: queue(),
            Asking: queue({ QueueName: { 'Fn::GetAtt': ['Letters', 'Colour'] } }),
          },
        },
      },
    });
    const problems = problemsOf(read);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/Nothing/);
    expect(problems[1]).toMatch(/Round refers to itself/);
    expect(problems[2]).toMatch(/Letters\.Colour/);
  });

  it('also if it is a macro, a dynamic reference, a nested assembly or a second region', () => {
    write(
      {
        App: {
          environment: 'aws://1/eu-west-1',
          template: {
            Transform: 'AWS::Serverless-2016-10-31',
            Resources: { Letters: queue({ QueueName: '{{resolve:ssm:/name}}' }) },
          },
        },
        Other: { environment: 'aws://1/us-east-1', template: { Resources: {} } },
      },
      { 'assembly-Prod': { type: 'cdk:cloud-assembly' } },
    );
    const problems = problemsOf(read).join('\n');
    for (const name of ['Transform', '{{resolve:ssm:/name}}', 'assembly-Prod', 'eu-west-1, us-east-1']) {
      expect(problems).toContain(name);
    }
  });

  it('also if it is no assembly at all', () => {
    expect(problemsOf(read)).toEqual([expect.stringContaining('manifest.json')]);
  });
});
