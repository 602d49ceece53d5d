/**
 * AWS clients, made once in a container and only when first asked for, so that a bundle holds the clients its
 * function uses and no others. Endpoint, region and credentials come from the environment, here as in AWS.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { tracer } from '#functions/runtime/observability.ts';

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The client with its calls in the trace, where there is one. */
function traced<Client>(client: Client): Client {
  return tracer?.captureAWSv3Client(client) ?? client;
}

export const dynamoDb = /* @__PURE__ */ once(() => traced(new DynamoDBClient({})));

/** Path style, because a bucket's name is not a host name on an endpoint of one's own. */
export const s3 = /* @__PURE__ */ once(() =>
  traced(new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })),
);

export const lambdaClient = /* @__PURE__ */ once(() => traced(new LambdaClient({})));

export const secretsManager = /* @__PURE__ */ once(() => traced(new SecretsManagerClient({})));

export const sesV2 = /* @__PURE__ */ once(() => traced(new SESv2Client({})));

export const stepFunctions = /* @__PURE__ */ once(() => traced(new SFNClient({})));

export const textMessages = /* @__PURE__ */ once(() => traced(new PinpointSMSVoiceV2Client({})));
