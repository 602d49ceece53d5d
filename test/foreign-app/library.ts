/**
 * The CDK app: `node library.ts <outdir>` writes its assembly.
 *
 * The state machine, from an upload: read the wish → reserve the book → notify the reader. A book that another reader has is
 * asked for again each day, for a week; then the reader is notified that it cannot be had.
 */
import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import {
  Choice,
  Condition,
  DefinitionBody,
  Pass,
  QueryLanguage,
  StateMachine,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';

const [, , outdir] = process.argv;
const app = new App({ ...(outdir === undefined ? {} : { outdir }), analyticsReporting: false });
const stack = new Stack(app, 'Library');

const wishes = new Bucket(stack, 'Wishes', { eventBridgeEnabled: true });
const books = new Table(stack, 'Books', {
  partitionKey: { name: 'isbn', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const sender = new EmailIdentity(stack, 'Sender', { identity: Identity.email('desk@library.example') });

function define(name: string, environment: Record<string, string> = {}) {
  return new LambdaFunction(stack, name, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(fileURLToPath(new URL(`./functions/${name}`, import.meta.url))),
    timeout: Duration.seconds(10),
    environment,
  });
}

const readWish = define('read-wish');
wishes.grantRead(readWish);
const reserve = define('reserve', { BOOKS: books.tableName });
books.grantWriteData(reserve);
const tell = define('tell', { SENDER: 'desk@library.example' });
sender.grantSendEmail(tell);
const show = define('show', { BOOKS: books.tableName });
books.grantReadData(show);

const retry = { retryOnServiceExceptions: true };
const read = LambdaInvoke.jsonata(stack, 'Read the wish', {
  lambdaFunction: readWish,
  payload: TaskInput.fromText('{% $states.input.detail %}'),
  assign: { wish: '{% $states.result.Payload %}', days: 0 },
  ...retry,
});
const take = LambdaInvoke.jsonata(stack, 'Reserve the book', {
  lambdaFunction: reserve,
  payload: TaskInput.fromText('{% $wish %}'),
  outputs: '{% $states.result.Payload %}',
  ...retry,
});
const write = LambdaInvoke.jsonata(stack, 'Tell the reader', {
  lambdaFunction: tell,
  payload: TaskInput.fromText('{% $merge([$wish, $states.input]) %}'),
  outputs: '{% $states.result.Payload %}',
  ...retry,
});
const tomorrow = Wait.jsonata(stack, 'Until tomorrow', { time: WaitTime.duration(Duration.days(1)) });
const count = Pass.jsonata(stack, 'Count the day', { assign: { days: '{% $days + 1 %}' } });
const definition = read
  .next(take)
  .next(
    Choice.jsonata(stack, 'Is it theirs?')
      .when(Condition.jsonata('{% $states.input.reserved or $days >= 7 %}'), write)
      .otherwise(tomorrow.next(count).next(take)),
  );
const reservation = new StateMachine(stack, 'Reservation', {
  queryLanguage: QueryLanguage.JSONATA,
  definitionBody: DefinitionBody.fromChainable(definition),
  timeout: Duration.days(10),
});

new Rule(stack, 'Wished', {
  eventPattern: {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: { bucket: { name: [wishes.bucketName] }, object: { key: [{ prefix: 'wishes/' }] } },
  },
  targets: [new SfnStateMachine(reservation)],
});

const api = new HttpApi(stack, 'Desk');
api.addRoutes({
  path: '/books/{isbn}',
  methods: [HttpMethod.GET],
  integration: new HttpLambdaIntegration('Show', show),
});

new CfnOutput(stack, 'BucketName', { value: wishes.bucketName });
new CfnOutput(stack, 'TableName', { value: books.tableName });
new CfnOutput(stack, 'DeskUrl', { value: api.apiEndpoint });
new CfnOutput(stack, 'ReservationArn', { value: reservation.stateMachineArn });
app.synth();
