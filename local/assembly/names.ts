/** What CloudFormation would call a resource: `Ref`, ARN and the attributes that `Fn::GetAtt` reads, type by type. */
import { createHash } from 'node:crypto';
import { textOf } from '../declared-resource.ts';

/** Where a resource stands. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly logicalId: string;
  /** The cloud's endpoint, without a slash at the end: SDK clients call a queue at its URL. */
  readonly endpoint: string;
}

/** A resource's names. */
export interface Identity {
  /** What `Ref` gives. */
  readonly physicalId: string;
  readonly arn?: string;
  /** What `Fn::GetAtt` gives, by attribute; `Arn` is `arn` unless given. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Gives a resource its names from its place and its resolved properties. */
type Naming = (place: Place, properties: Readonly<Record<string, unknown>>) => Identity;

/** Some hex digits that are the same for the same text in every run. */
export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

function generated({ stack, logicalId }: Place, longest = 60): string {
  const suffix = digest(`${stack}/${logicalId}`, 8);
  return `${`${stack}-${logicalId}`.slice(0, longest - 9)}-${suffix}`;
}

/** A resource that is `arn:aws:<service>:<region>:<account>:<prefix><name>`, named by one of its properties. */
function regional(
  service: string,
  prefix: string,
  nameProperty: string,
  ref: 'name' | 'arn' = 'name',
): Naming {
  return (place, properties) => {
    const name = textOf(properties[nameProperty]) ?? generated(place);
    const arn = `arn:aws:${service}:${place.region}:${place.account}:${prefix}${name}`;
    return { physicalId: ref === 'arn' ? arn : name, arn, attributes: { Name: name } };
  };
}

/** A resource that others only refer to by an id. */
const opaque: Naming = (place) => ({ physicalId: digest(`${place.stack}/${place.logicalId}`, 10) });

/** The types of which the embedded cloud does something. */
const active: Readonly<Record<string, Naming>> = {
  'AWS::S3::Bucket': (place, properties) => {
    const name = textOf(properties.BucketName) ?? generated(place).toLowerCase();
    return {
      physicalId: name,
      arn: `arn:aws:s3:::${name}`,
      attributes: {
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${place.region}.amazonaws.com`,
      },
    };
  },
  'AWS::S3::BucketPolicy': opaque,
  'Custom::S3BucketNotifications': opaque,
  'AWS::DynamoDB::Table': regional('dynamodb', 'table/', 'TableName'),
  'AWS::SecretsManager::Secret': (place, properties) => {
    const name = textOf(properties.Name) ?? generated(place);
    // Secrets Manager adds six characters to the name, so that a secret made again is not mistaken for the old one.
    const arn = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${name}-${digest(name, 6)}`;
    return { physicalId: arn, arn, attributes: { Id: arn } };
  },
  'AWS::IAM::Role': (place, properties) => {
    const name = textOf(properties.RoleName) ?? generated(place);
    const path = textOf(properties.Path) ?? '/';
    return {
      physicalId: name,
      arn: `arn:aws:iam::${place.account}:role${path}${name}`,
      attributes: { RoleId: `AROA${digest(name, 17).toUpperCase()}` },
    };
  },
  'AWS::IAM::Policy': opaque,
  'AWS::IAM::ManagedPolicy': (place, properties) => {
    const name = textOf(properties.ManagedPolicyName) ?? generated(place);
    const arn = `arn:aws:iam::${place.account}:policy/${name}`;
    return { physicalId: arn, arn, attributes: { PolicyArn: arn } };
  },
  'AWS::Lambda::Function': regional('lambda', 'function:', 'FunctionName'),
  'AWS::Lambda::Permission': opaque,
  'AWS::Lambda::EventInvokeConfig': opaque,
  'AWS::StepFunctions::StateMachine': (place, properties) => {
    const name = textOf(properties.StateMachineName) ?? generated(place);
    const arn = `arn:aws:states:${place.region}:${place.account}:stateMachine:${name}`;
    return {
      physicalId: arn,
      arn,
      attributes: { Name: name, StateMachineRevisionId: digest(JSON.stringify(properties), 32) },
    };
  },
  'AWS::StepFunctions::StateMachineVersion': (_place, properties) => {
    const arn = `${String(properties.StateMachineArn)}:1`;
    return { physicalId: arn, arn };
  },
  'AWS::StepFunctions::StateMachineAlias': (place, properties) => {
    const routing = Array.isArray(properties.RoutingConfiguration) ? properties.RoutingConfiguration : [];
    const first: unknown = routing[0];
    const preference = properties.DeploymentPreference;
    const versionArn =
      memberText(first, 'StateMachineVersionArn') ?? memberText(preference, 'StateMachineVersionArn') ?? '';
    const arn = `${versionArn.replace(/:\d+$/, '')}:${textOf(properties.Name) ?? generated(place)}`;
    return { physicalId: arn, arn };
  },
  'AWS::Events::Rule': (place, properties) => {
    const name = textOf(properties.Name) ?? generated(place);
    const bus = textOf(properties.EventBusName);
    const path = bus === undefined || bus === 'default' ? name : `${bus}/${name}`;
    return { physicalId: name, arn: `arn:aws:events:${place.region}:${place.account}:rule/${path}` };
  },
  'AWS::Events::EventBus': regional('events', 'event-bus/', 'Name'),
  'AWS::Scheduler::Schedule': (place, properties) => {
    const name = textOf(properties.Name) ?? generated(place);
    const group = textOf(properties.GroupName) ?? 'default';
    return {
      physicalId: name,
      arn: `arn:aws:scheduler:${place.region}:${place.account}:schedule/${group}/${name}`,
    };
  },
  'AWS::Scheduler::ScheduleGroup': regional('scheduler', 'schedule-group/', 'Name'),
  'AWS::SQS::Queue': (place, properties) => {
    const name = textOf(properties.QueueName) ?? generated(place);
    const url = `${place.endpoint}/${place.account}/${name}`;
    return {
      physicalId: url,
      arn: `arn:aws:sqs:${place.region}:${place.account}:${name}`,
      attributes: { QueueName: name, QueueUrl: url },
    };
  },
  'AWS::SQS::QueuePolicy': opaque,
  'AWS::SES::EmailIdentity': (place, properties) => {
    const identity = textOf(properties.EmailIdentity) ?? generated(place);
    return { physicalId: identity, arn: `arn:aws:ses:${place.region}:${place.account}:identity/${identity}` };
  },
  'AWS::SES::ConfigurationSet': regional('ses', 'configuration-set/', 'Name'),
  'AWS::SES::ConfigurationSetEventDestination': opaque,
  'AWS::SES::ReceiptRuleSet': (place, properties) => ({
    physicalId: textOf(properties.RuleSetName) ?? generated(place),
  }),
  'AWS::SES::ReceiptRule': (place, properties) => ({
    physicalId: memberText(properties.Rule, 'Name') ?? generated(place),
  }),
  'AWS::SES::Template': (place, properties) => ({
    physicalId: memberText(properties.Template, 'TemplateName') ?? generated(place),
  }),
  'AWS::ApiGatewayV2::Api': (place) => {
    const id = digest(`${place.stack}/${place.logicalId}`, 10);
    return { physicalId: id, attributes: { ApiId: id } };
  },
  'AWS::ApiGatewayV2::Authorizer': (place) => {
    const id = digest(`${place.stack}/${place.logicalId}`, 10);
    return { physicalId: id, attributes: { AuthorizerId: id } };
  },
  'AWS::ApiGatewayV2::Integration': opaque,
  'AWS::ApiGatewayV2::Route': opaque,
  'AWS::ApiGatewayV2::Stage': (_place, properties) => ({ physicalId: String(properties.StageName) }),
};

/** The types that are taken as they are and do nothing here: watching, logging, encryption at rest, notes of the CDK. */
const inert: Readonly<Record<string, Naming>> = {
  'AWS::KMS::Key': (place) => {
    const hex = digest(`${place.stack}/${place.logicalId}`, 32);
    const id = [8, 12, 16, 20, 32].map((end, index, ends) => hex.slice(ends[index - 1] ?? 0, end)).join('-');
    return {
      physicalId: id,
      arn: `arn:aws:kms:${place.region}:${place.account}:key/${id}`,
      attributes: { KeyId: id },
    };
  },
  'AWS::KMS::Alias': (_place, properties) => ({ physicalId: String(properties.AliasName) }),
  'AWS::Logs::LogGroup': (place, properties) => {
    const name = textOf(properties.LogGroupName) ?? generated(place);
    return {
      physicalId: name,
      arn: `arn:aws:logs:${place.region}:${place.account}:log-group:${name}:*`,
    };
  },
  'AWS::Logs::ResourcePolicy': opaque,
  'AWS::CloudWatch::Alarm': regional('cloudwatch', 'alarm:', 'AlarmName'),
  'AWS::CloudWatch::CompositeAlarm': regional('cloudwatch', 'alarm:', 'AlarmName'),
  'AWS::CloudWatch::Dashboard': regional('cloudwatch', 'dashboard/', 'DashboardName'),
  'AWS::SNS::Topic': (place, properties) => {
    const name = textOf(properties.TopicName) ?? generated(place);
    const arn = `arn:aws:sns:${place.region}:${place.account}:${name}`;
    return { physicalId: arn, arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::SNS::TopicPolicy': opaque,
  'AWS::SNS::Subscription': opaque,
  'AWS::CDK::Metadata': opaque,
};

/** The resource types the embedded cloud knows, and of those the ones that do nothing. */
export const knownTypes = { active: Object.keys(active), inert: Object.keys(inert) };

/**
 * The names of a resource.
 * @returns nothing for a type that is not known
 */
export function identify(
  type: string,
  place: Place,
  properties: Readonly<Record<string, unknown>>,
): Identity | undefined {
  return (active[type] ?? inert[type])?.(place, properties);
}

function memberText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return textOf(Reflect.get(value, name));
}
