/** Calls that a service makes to another as any client of the gateway would, with the rights of a role or its own. */
import { AwsError } from './gateway/aws-error.ts';
import type { AuthorizationQuery, Service, ServiceResponse } from './gateway/service.ts';
import { readXml, type XmlElement } from './s3/xml.ts';

/** Who calls, and who judges it. */
export interface Caller {
  /** The ARN of a role, or the name of a service. */
  readonly roleArn: string;
  authorize(query: AuthorizationQuery): void;
}

type Input = Readonly<Record<string, unknown>>;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

async function send(service: Service, caller: Caller, sent: Sent): Promise<ServiceResponse> {
  return service.handle({
    method: sent.method,
    path: sent.path,
    query: new URLSearchParams(sent.query),
    headers: { host: 'localhost', ...sent.headers },
    body: typeof sent.body === 'object' ? sent.body : Buffer.from(sent.body ?? ''),
    principal: { arn: caller.roleArn, owner: false },
    authorize: (query) => caller.authorize(query),
  });
}

function textOf(response: ServiceResponse): string {
  return typeof response.body === 'string' ? response.body : (response.body?.toString('utf8') ?? '');
}

/**
 * Calls an operation of a service that speaks AWS JSON.
 * @param target what the operation's name comes after in `x-amz-target`, e.g. `DynamoDB_20120810`
 * @throws {AwsError}
 */
export async function callJson(
  service: Service,
  caller: Caller,
  target: string,
  operation: string,
  input: Input,
): Promise<unknown> {
  const response = await send(service, caller, {
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': `${target}.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(input),
  });
  const answer: unknown = JSON.parse(textOf(response) || '{}');
  if (response.status < 400) return answer;
  const field = (name: string): string => {
    const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : '';
    return typeof value === 'string' ? value : '';
  };
  const code = field('__type').split('#').at(-1) ?? '';
  throw new AwsError(code, field('message') || field('Message'), response.status);
}

/**
 * Calls one of the operations of S3 that state machines use: the object's content is text.
 * @throws {AwsError}
 */
export async function callS3(
  service: Service,
  caller: Caller,
  action: string,
  input: Input,
): Promise<unknown> {
  const { Bucket, Key, VersionId, Body } = input;
  const bucket = encodeURIComponent(String(Bucket));
  const path = `/${bucket}/${String(Key).split('/').map(encodeURIComponent).join('/')}`;
  switch (action) {
    case 'getObject': {
      const query = VersionId === undefined ? {} : { versionId: String(VersionId) };
      return { Body: textOf(await send(service, caller, { method: 'GET', path, query })) };
    }
    case 'putObject': {
      const headers = { 'content-type': 'application/json' };
      const { headers: answered } = await send(service, caller, {
        method: 'PUT',
        path,
        headers,
        body: String(Body),
      });
      return { ETag: answered?.etag };
    }
    case 'listObjectsV2': {
      const query: Record<string, string> = { 'list-type': '2' };
      for (const [name, parameter] of Object.entries(listParameters)) {
        if (input[name] !== undefined) query[parameter] = String(input[name]);
      }
      const response = await send(service, caller, { method: 'GET', path: `/${bucket}`, query });
      return listing(readXml(textOf(response)));
    }
    default:
      throw new AwsError('NotImplemented', `The embedded cloud does not implement s3:${action}.`, 501);
  }
}

/** Puts an object as it is. @throws {AwsError} */
export async function putBytes(
  service: Service,
  caller: Caller,
  { bucket, key, body }: { readonly bucket: string; readonly key: string; readonly body: Buffer },
): Promise<void> {
  const path = `/${encodeURIComponent(bucket)}/${key.split('/').map(encodeURIComponent).join('/')}`;
  await send(service, caller, { method: 'PUT', path, body });
}

const listParameters = {
  Prefix: 'prefix',
  Delimiter: 'delimiter',
  MaxKeys: 'max-keys',
  StartAfter: 'start-after',
  ContinuationToken: 'continuation-token',
} as const;

function listing(root: XmlElement): object {
  const text = (parent: XmlElement, name: string): string | undefined =>
    parent.children.find((child) => child.name === name)?.text;
  const next = text(root, 'NextContinuationToken');
  return {
    Contents: root.children
      .filter((child) => child.name === 'Contents')
      .map((object) => ({
        ETag: text(object, 'ETag'),
        Key: text(object, 'Key'),
        LastModified: text(object, 'LastModified'),
        Size: Number(text(object, 'Size')),
        StorageClass: text(object, 'StorageClass'),
      })),
    ...(next === undefined ? {} : { NextContinuationToken: next }),
  };
}
