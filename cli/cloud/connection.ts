/** A connection to a running cloud: AWS clients with the owner's rights, and the application's own store. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { createStore, type Store } from '#functions/store/store.ts';
import { type Control, createControl } from './control.ts';

/** What the stacks say about themselves. */
const outputsSchema = z
  .object({
    UploadsBucketName: z.string(),
    SettingsBucketName: z.string(),
    BankBucketName: z.string(),
    TableName: z.string(),
    ApiUrl: z.string(),
    ProposalStateMachineArn: z.string(),
    BankConnectorRoleArn: z.string(),
  })
  .catchall(z.string());
export type Outputs = z.output<typeof outputsSchema>;

export interface Connection {
  control: Control;
  outputs: Outputs;
  s3: S3Client;
  stepFunctions: SFNClient;
  store: Store;
  /** Lets go of all sockets. */
  close(): void;
}

/** The owner of the embedded cloud may do everything; the secret is not one. */
const owner = { accessKeyId: 'LOCALOWNER', secretAccessKey: 'of-this-machine' };

/** How the clients of an embedded cloud are set up. */
export function clientSettings(endpoint: string, credentials = owner) {
  return { endpoint, region: 'ap-southeast-3', credentials, maxAttempts: 2 };
}

/** @param endpoint of the gateway, without a slash at the end */
export async function connect(endpoint: string): Promise<Connection> {
  const control = createControl(endpoint);
  const outputs = readOutputs(await control.outputs());
  const s3 = new S3Client({ ...clientSettings(endpoint), forcePathStyle: true });
  const stepFunctions = new SFNClient(clientSettings(endpoint));
  const dynamoDb = new DynamoDBClient(clientSettings(endpoint));
  return {
    control,
    outputs,
    s3,
    stepFunctions,
    store: createStore({ client: dynamoDb, tableName: outputs.TableName }),
    close: () => {
      for (const client of [s3, stepFunctions, dynamoDb]) client.destroy();
    },
  };
}

/** The outputs of all stacks together. @param value stack outputs, by stack or all in one */
export function readOutputs(value: unknown): Outputs {
  const all = z.record(z.string(), z.unknown()).parse(value);
  const nested = Object.values(all).filter((each) => typeof each === 'object' && each !== null);
  return outputsSchema.parse(Object.assign({}, all, ...nested));
}
