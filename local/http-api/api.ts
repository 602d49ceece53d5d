/** The HTTP APIs of the assembly, as read from their resources. */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import { type JwtAuthorizer, jwtAuthorizersOf } from './jwt-authorizer.ts';
import type { Route } from './routes.ts';
import { Throttle } from './throttle.ts';

interface Integration {
  /** ARN of a function, perhaps with a version or alias. */
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** Where a route leads, and who may take it. */
export interface RouteTarget extends Integration {
  /** Absent: everyone. */
  readonly authorization?: { readonly authorizer: JwtAuthorizer; readonly scopes: readonly string[] };
}

export interface Cors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly maxAge: number | undefined;
  readonly credentials: boolean;
}

export interface HttpApi {
  readonly id: string;
  readonly name: string;
  readonly cors: Cors | undefined;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  readonly throttle: Throttle;
  readonly routes: readonly Route<RouteTarget>[];
}

/** HTTP APIs give functions 30 seconds at most. */
const longestIntegration = 30_000;

/**
 * Puts together each API with its stage, routes and integrations.
 * @throws UnsupportedFeature
 */
export function apisOf(resources: readonly DeclaredResource[]): HttpApi[] {
  const ofType = (type: string): DeclaredResource[] =>
    resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
  for (const type of ['ApiMapping', 'DomainName', 'VpcLink']) {
    const [other] = ofType(type);
    if (other) throw new UnsupportedFeature(nameOf(other), other.type);
  }
  const integrations = new Map(
    ofType('Integration').map((resource) => [resource.physicalId, integrationOf(resource)]),
  );
  const authorizers = jwtAuthorizersOf(resources);
  return ofType('Api').map((resource) => {
    const { properties, physicalId } = resource;
    refuseUnknown(nameOf(resource), properties, [
      'CorsConfiguration',
      'Description',
      'DisableExecuteApiEndpoint',
      'Name',
      'ProtocolType',
      'Tags',
    ]);
    if (properties.ProtocolType !== 'HTTP')
      throw new UnsupportedFeature(nameOf(resource), `${properties.ProtocolType}`);
    const belongs = (other: DeclaredResource): boolean => other.properties.ApiId === physicalId;
    const [stage, second] = ofType('Stage').filter(belongs);
    if (second) throw new UnsupportedFeature(nameOf(resource), 'several stages');
    return {
      id: physicalId,
      name: textOf(properties.Name) ?? resource.logicalId,
      cors:
        properties.CorsConfiguration === undefined
          ? undefined
          : corsOf(objectOf(properties.CorsConfiguration)),
      ...stageOf(stage),
      routes: ofType('Route')
        .filter(belongs)
        .map((route) => routeOf(route, integrations, authorizers)),
    };
  });
}

function stageOf(
  resource: DeclaredResource | undefined,
): Pick<HttpApi, 'stage' | 'stageVariables' | 'throttle'> {
  if (!resource) return { stage: '$default', stageVariables: undefined, throttle: new Throttle() };
  refuseUnknown(nameOf(resource), resource.properties, [
    'AccessLogSettings',
    'ApiId',
    'AutoDeploy',
    'DefaultRouteSettings',
    'Description',
    'RouteSettings',
    'StageName',
    'StageVariables',
    'Tags',
  ]);
  const stage = textOf(resource.properties.StageName) ?? '';
  if (stage !== '$default')
    throw new UnsupportedFeature(nameOf(resource), `a stage other than $default (${stage})`);
  const variables = resource.properties.StageVariables;
  return {
    stage,
    throttle: new Throttle(resource.properties),
    stageVariables:
      variables === undefined
        ? undefined
        : Object.fromEntries(Object.entries(objectOf(variables)).map(([name, value]) => [name, `${value}`])),
  };
}

function integrationOf(resource: DeclaredResource): Integration {
  const { properties } = resource;
  const where = nameOf(resource);
  refuseUnknown(where, properties, [
    'ApiId',
    'Description',
    'IntegrationMethod',
    'IntegrationType',
    'IntegrationUri',
    'PayloadFormatVersion',
    'TimeoutInMillis',
  ]);
  if (properties.IntegrationType !== 'AWS_PROXY')
    throw new UnsupportedFeature(where, `${properties.IntegrationType}`);
  if (properties.PayloadFormatVersion !== '2.0') {
    throw new UnsupportedFeature(where, `payload format ${properties.PayloadFormatVersion}`);
  }
  const uri = textOf(properties.IntegrationUri) ?? '';
  const functionArn = /arn:aws:lambda:[\w-]+:\d+:function:[\w-]+(?::[\w$-]+)?/.exec(uri)?.[0];
  if (functionArn === undefined) throw new UnsupportedFeature(where, `an integration with ${uri}`);
  return {
    functionArn,
    timeoutMs: Math.min(numberOf(properties.TimeoutInMillis) ?? longestIntegration, longestIntegration),
  };
}

function routeOf(
  resource: DeclaredResource,
  integrations: ReadonlyMap<string, Integration>,
  authorizers: ReadonlyMap<string, JwtAuthorizer>,
): Route<RouteTarget> {
  const { properties } = resource;
  const where = nameOf(resource);
  refuseUnknown(where, properties, [
    'ApiId',
    'AuthorizationScopes',
    'AuthorizationType',
    'AuthorizerId',
    'OperationName',
    'RouteKey',
    'Target',
  ]);
  const type = properties.AuthorizationType ?? 'NONE';
  if (type !== 'NONE' && type !== 'JWT') throw new UnsupportedFeature(where, `AuthorizationType ${type}`);
  const target = integrations.get((textOf(properties.Target) ?? '').replace(/^integrations\//, ''));
  if (!target) throw new UnsupportedFeature(where, `the target ${properties.Target}`);
  const key = textOf(properties.RouteKey) ?? '';
  if (type === 'NONE') return { key, target };
  const authorizer = authorizers.get(textOf(properties.AuthorizerId) ?? '');
  if (!authorizer) throw new UnsupportedFeature(where, `the authorizer ${properties.AuthorizerId}`);
  const scopes = listOf(properties.AuthorizationScopes).map(String);
  return { key, target: { ...target, authorization: { authorizer, scopes } } };
}

function corsOf(properties: Readonly<Record<string, unknown>>): Cors {
  const texts = (value: unknown): string[] => listOf(value).map(String);
  return {
    origins: texts(properties.AllowOrigins),
    methods: texts(properties.AllowMethods),
    headers: texts(properties.AllowHeaders),
    expose: texts(properties.ExposeHeaders),
    maxAge: numberOf(properties.MaxAge),
    credentials: `${properties.AllowCredentials ?? false}`.toLowerCase() === 'true',
  };
}
