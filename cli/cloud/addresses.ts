/** Where a running cloud is found, by people and by programs. */
import type { Output } from '../output.ts';
import type { StartedCloud } from './start.ts';

export interface Addresses {
  /** Of the AWS services. */
  endpoint: string;
  /** Of the HTTP API. */
  api: string;
  /** A page with everything that was sent. */
  mailbox: string;
  /** The page on which people of the directory ask for a link to sign in. */
  signIn: string;
  /** The bucket that packets are uploaded to. */
  uploads: string;
}

export function addressesOf({ endpoint, connection }: StartedCloud): Addresses {
  const { ApiUrl: api, UploadsBucketName: uploads } = connection.outputs;
  return {
    endpoint,
    api,
    mailbox: `${endpoint}/_local/mailbox.html`,
    signIn: `${api.replace(/\/$/, '')}/masuk`,
    uploads,
  };
}

/** @param state the folder that the cloud keeps its state in */
export function showAddresses(
  { endpoint, api, mailbox, signIn, uploads }: Addresses,
  state: string,
  output: Output,
) {
  output.line(`  mailbox       ${mailbox}`);
  output.line(`  officials     ${signIn} (sign in with an address of the directory; the link comes by mail)`);
  output.line(`  AWS endpoint  ${endpoint}`);
  output.line(`  HTTP API      ${api}`);
  output.line(`  uploads       s3://${uploads}`);
  output.line(`  state         ${state}`);
}
