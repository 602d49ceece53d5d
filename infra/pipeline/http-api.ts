/**
 * The HTTP API: links in mails, and packets that come in over the web.
 *
 * `GET` shows and changes nothing (its function may not write to the table); `POST` answers.
 */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '#functions/environments.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Stage } from '../stage.ts';

/** One route and the function behind it. */
interface Route {
  readonly method: HttpMethod;
  readonly path: string;
  readonly function: FunctionName;
  /** Why it has no authoriser. */
  readonly open: string;
}

const routes: readonly Route[] = [
  {
    method: HttpMethod.POST,
    path: '/packets',
    function: 'submission/create-packet',
    open: 'Any group may hand in a packet; what it hands in is checked, and the route is throttled.',
  },
  {
    method: HttpMethod.GET,
    path: '/a/{secret}',
    function: 'people/show-ask',
    open: 'The secret in the path is the credential: 256 random bits, kept only as a hash.',
  },
  {
    method: HttpMethod.POST,
    path: '/a/{secret}',
    function: 'people/answer-ask',
    open: 'The secret in the path is the credential: 256 random bits, kept only as a hash.',
  },
];

export class JaringHttpApi extends Construct {
  readonly api: HttpApi;
  /** `https://…`, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const name = `jaring-${stage.name}`;
    this.api = new HttpApi(this, 'Api', {
      apiName: name,
      description: 'Links for people, and packets',
      createDefaultStage: false,
    });
    this.url = this.api.apiEndpoint;
    const logs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/apis/${name}`,
      retention: stage.logs,
      removalPolicy: stage.removal,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        // The path is left out on purpose: it holds the secret of a link. The route tells enough.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            milliseconds: '$context.responseLatency',
            bytes: '$context.responseLength',
            error: '$context.error.message',
          }),
        ),
      },
    });
  }

  /** Adds the routes; after the functions, which need the API's URL first. */
  addRoutes(functionOf: (name: FunctionName) => IFunction): void {
    for (const route of routes) {
      const added = this.api.addRoutes({
        path: route.path,
        methods: [route.method],
        integration: new HttpLambdaIntegration(route.function.replace('/', '-'), functionOf(route.function)),
      });
      for (const each of added) acknowledge(each, 'AwsSolutions-APIG4', route.open);
    }
  }
}
