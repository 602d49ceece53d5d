/**
 * The HTTP API: links in mails, and packets that come in over the web.
 *
 * `GET` shows and changes nothing (its function may not write to the table); `POST` answers.
 */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
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
  /** Requests a second, and at once, where the stage's own limit is too much. */
  readonly limit?: { readonly rate: number; readonly burst: number };
}

const secretInPath = 'The secret in the path is the credential: 256 random bits, kept only as a hash.';
const signingIn = 'Whoever is to sign in has not done so; the answer is the same for every address.';
const secretInCookie =
  'The secret in the cookie is the credential: 256 random bits, kept only as a hash, for half an hour.';

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
    function: 'asks/show-ask',
    open: secretInPath,
  },
  {
    method: HttpMethod.POST,
    path: '/a/{secret}',
    function: 'asks/submit-answer',
    open: secretInPath,
  },
  {
    method: HttpMethod.GET,
    path: '/s/{secret}',
    function: 'console/show-status',
    open: secretInPath,
  },
  {
    method: HttpMethod.GET,
    path: '/masuk',
    function: 'identity/show-sign-in',
    open: signingIn,
  },
  {
    method: HttpMethod.POST,
    path: '/masuk',
    function: 'identity/sign-in-out',
    open: signingIn,
    // It reads the directory, whoever asks.
    limit: { rate: 5, burst: 10 },
  },
  {
    method: HttpMethod.GET,
    path: '/masuk/{secret}',
    function: 'identity/show-sign-in',
    open: secretInPath,
  },
  {
    method: HttpMethod.POST,
    path: '/masuk/{secret}',
    function: 'identity/sign-in-out',
    open: secretInPath,
  },
  {
    method: HttpMethod.POST,
    path: '/keluar',
    function: 'identity/sign-in-out',
    open: secretInCookie,
  },
  {
    method: HttpMethod.GET,
    path: '/tugas',
    function: 'asks/show-my-asks',
    open: secretInCookie,
  },
  {
    method: HttpMethod.POST,
    path: '/tugas',
    function: 'asks/submit-answers',
    open: secretInCookie,
  },
  {
    method: HttpMethod.GET,
    path: '/tugas/{askId}',
    function: 'asks/show-my-asks',
    open: secretInCookie,
  },
  {
    method: HttpMethod.POST,
    path: '/tugas/{askId}',
    function: 'asks/submit-answers',
    open: secretInCookie,
  },
  {
    method: HttpMethod.POST,
    path: '/tugas/{askId}/delegasi',
    function: 'asks/delegate-ask',
    open: secretInCookie,
  },
  {
    method: HttpMethod.POST,
    path: '/a/{secret}/delegasi',
    function: 'asks/delegate-ask',
    open: secretInPath,
  },
  {
    method: HttpMethod.GET,
    path: '/lepas/{secret}',
    function: 'payment/show-run',
    open: secretInPath,
  },
  {
    method: HttpMethod.POST,
    path: '/lepas/{secret}',
    function: 'payment/decide-run',
    open: secretInPath,
  },
  {
    method: HttpMethod.GET,
    path: '/kode/{secret}',
    function: 'identity/show-enrolment',
    open: 'The secret in the path is the credential: 256 random bits, kept only as a hash.',
  },
  {
    method: HttpMethod.POST,
    path: '/kode/{secret}',
    function: 'identity/enrol',
    open: 'The secret in the path is the credential: 256 random bits, kept only as a hash.',
  },
];

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
    const { defaultChild } = httpStage.node;
    if (!(defaultChild instanceof CfnStage)) throw new TypeError('The stage of the HTTP API is no CfnStage.');
    this.#stage = defaultChild;
  }

  /** Adds the routes; after the functions, which need the API's URL first. */
  addRoutes(functionOf: (name: FunctionName) => IFunction): void {
    const integrations = new Map<FunctionName, HttpLambdaIntegration>();
    const limits: Record<string, object> = {};
    for (const route of routes) {
      const integration =
        integrations.get(route.function) ??
        new HttpLambdaIntegration(route.function.replace('/', '-'), functionOf(route.function));
      integrations.set(route.function, integration);
      const added = this.api.addRoutes({ path: route.path, methods: [route.method], integration });
      for (const each of added) {
        acknowledge(each, 'AwsSolutions-APIG4', route.open);
        // A stage may limit only routes that are there.
        if (route.limit !== undefined) this.#stage.node.addDependency(each);
      }
      if (route.limit !== undefined)
        limits[`${route.method} ${route.path}`] = {
          ThrottlingRateLimit: route.limit.rate,
          ThrottlingBurstLimit: route.limit.burst,
        };
    }
    this.#stage.routeSettings = limits;
  }
}
