/**
 * The HTTP API: links in mails, and packets that come in over the web.
 *
 * `GET` shows and changes nothing (its Lambda may not write to the table); `POST` answers. The routes are in
 * `functions/lambdas.ts`.
 */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type LambdaName, lambdaNames, stepsOf } from '#functions/lambdas.ts';
import type { Route } from '#functions/triggers.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Stage } from '../stage.ts';

export class JaringHttpApi extends Construct {
  readonly api: HttpApi;
  /** `https://…`, without a slash at the end. */
  readonly url: string;
  readonly #stage: CfnStage;

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
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        // The path is left out on purpose: it holds the secret of a link. The route says enough.
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
    const { defaultChild } = httpStage.node;
    if (!(defaultChild instanceof CfnStage)) throw new TypeError('The stage of the HTTP API is no CfnStage.');
    this.#stage = defaultChild;
  }

  /** Adds the routes; after the Lambdas, which need the API's URL first. */
  addRoutes(lambdaOf: (name: LambdaName) => IFunction): void {
    const limits: Record<string, object> = {};
    for (const name of lambdaNames) {
      const routes = routesOf(name);
      if (routes.length === 0) continue;
      const integration = new HttpLambdaIntegration(name, lambdaOf(name));
      for (const { key, open, limit } of routes) {
        const [method, path] = key.split(' ') as [HttpMethod, string];
        for (const added of this.api.addRoutes({ path, methods: [method], integration })) {
          acknowledge(added, 'AwsSolutions-APIG4', open);
          // A stage may limit only routes that are there.
          if (limit !== undefined) this.#stage.node.addDependency(added);
        }
        if (limit !== undefined)
          limits[key] = { ThrottlingRateLimit: limit.rate, ThrottlingBurstLimit: limit.burst };
      }
    }
    this.#stage.routeSettings = limits;
  }
}

function routesOf(name: LambdaName): readonly Route[] {
  return stepsOf(name).flatMap(([, trigger]) => (trigger.by === 'route' ? trigger.routes : []));
}
