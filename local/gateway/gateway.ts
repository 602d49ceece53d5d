/** The one endpoint of the embedded cloud: finds out who calls which service, and lets no call past IAM. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity } from '../activity.ts';
import { AwsError } from './aws-error.ts';
import type { AuthorizationQuery, Principal, Service, ServiceRequest, ServiceResponse } from './service.ts';

export interface GatewayPorts {
  readonly activity: Activity;
  /** The cloud's time: milliseconds since the epoch. */
  now(): number;
  /** The owner of an access key. */
  principalOf(accessKeyId: string): Principal | undefined;
  /** @throws {AwsError} with `code` and `status` unless the principal may */
  authorize(principal: Principal, query: AuthorizationQuery, code: string, status: number): void;
  /** Answers what comes under `/_local/`. */
  control(request: ControlRequest): Promise<ServiceResponse>;
}

/** A request to the cloud itself rather than to a service in it. */
export interface ControlRequest {
  readonly method: string;
  /** The path below `/_local`, e.g. `/status`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** The largest request: bytes. AWS allows 5 GiB for a part of an object, which this machine would have to hold in memory. */
const largestRequest = 128 * 1024 * 1024;

/** Services that speak REST: they refuse with 403, the others with 400. */
const restServices = new Set(['lambda', 's3', 'scheduler', 'ses']);

/** A caller without credentials, as the poster of an HTML form is: may do nothing by itself. */
const anonymous: Principal = { arn: 'anonymous', owner: false };

export class Gateway {
  readonly #ports: GatewayPorts;
  readonly #services = new Map<string, Service>();
  readonly #server: Server;
  #requests = 0;
  #open = false;

  constructor(ports: GatewayPorts) {
    this.#ports = ports;
    this.#server = createServer((message, response) => {
      this.#answer(message, response).catch((error: unknown) => {
        // The caller hung up, as a function does that is killed in the middle of a call.
        if (!message.destroyed) console.error(`gateway: ${String(error)}`);
        response.destroy();
      });
    });
    // SDK clients keep their connections; a server that closes first makes their next call fail.
    this.#server.keepAliveTimeout = 120_000;
  }

  add(service: Service): void {
    this.#services.set(service.signingName, service);
  }

  get services(): readonly Service[] {
    return [...this.#services.values()];
  }

  /**
   * @param port 0 for any that is free
   * @returns the endpoint, without a slash at the end
   */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Lets requests in; until then they are asked to try again. */
  open(): void {
    this.#open = true;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests += 1;
    const requestId = `local-${this.#requests}`;
    const answer = await this.#respond(message, requestId);
    // A text is sent with the headers in one piece; a buffer would go after them in a second one.
    const body = answer.body ?? '';
    response.writeHead(answer.status, {
      // SDK clients set their clocks by it.
      date: new Date(this.#ports.now()).toUTCString(),
      'x-amzn-requestid': requestId,
      ...(answer.status === 204 || answer.status === 304 || answer.headers?.['content-length'] !== undefined
        ? {}
        : { 'content-length': Buffer.byteLength(body) }),
      ...answer.headers,
    });
    response.end(message.method === 'HEAD' ? undefined : body);
  }

  async #respond(message: IncomingMessage, requestId: string): Promise<ServiceResponse> {
    const host = (message.headers.host ?? '').replace(/:\d+$/, '');
    const [path = '/', ...queryParts] = (message.url ?? '/').split('?');
    const query = new URLSearchParams(queryParts.join('?'));
    // A name that resolves here but is not ours means that a page elsewhere is reaching for this machine.
    if (host !== '127.0.0.1' && !/^([a-z0-9.-]+\.)?localhost$/.test(host)) {
      return { status: 403, body: 'The embedded cloud answers to 127.0.0.1 and localhost only.\n' };
    }
    if (isForeignPage(message)) {
      return { status: 403, body: 'The embedded cloud takes nothing from pages of other sites.\n' };
    }
    if (!this.#open) {
      return { status: 503, headers: { 'retry-after': '1' }, body: 'The embedded cloud is starting.\n' };
    }
    const body = await bodyOf(message);
    if (body === undefined) {
      return {
        status: 413,
        headers: { connection: 'close' },
        body: `A request may have ${largestRequest} bytes.\n`,
      };
    }
    if (path.startsWith('/_local/')) {
      return this.#control({
        method: message.method ?? 'GET',
        path: path.slice('/_local'.length),
        query,
        body,
      });
    }
    return this.#ports.activity.during(() => this.#call(message, path, query, body, requestId));
  }

  async #control(request: ControlRequest): Promise<ServiceResponse> {
    try {
      return await this.#ports.control(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const status = error instanceof AwsError ? error.status : 500;
      return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
    }
  }

  async #call(
    message: IncomingMessage,
    path: string,
    query: URLSearchParams,
    body: Buffer,
    requestId: string,
  ): Promise<ServiceResponse> {
    const headers = headersOf(message);
    const scope = credentialScope(headers.authorization, query);
    // An HTML form that uploads to S3 carries its credential in a field; everything else must be signed.
    const service = this.#services.get(scope?.service ?? 's3');
    const format = service?.errorFormat ?? 'json';
    try {
      if (service === undefined) {
        throw new AwsError('NotImplemented', `The embedded cloud has no service "${scope?.service}".`, 501);
      }
      if (scope === undefined && headers['x-amz-target'] !== undefined) {
        throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
      }
      const principal = scope === undefined ? anonymous : this.#ports.principalOf(scope.accessKeyId);
      if (principal === undefined) {
        throw new AwsError(
          format === 'xml' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException',
          'The security token included in the request is invalid.',
          403,
        );
      }
      const code =
        format === 'xml' || service.signingName === 'sqs' ? 'AccessDenied' : 'AccessDeniedException';
      const request: ServiceRequest = {
        method: message.method ?? 'GET',
        path,
        query,
        headers,
        body,
        principal,
        authorize: (question) =>
          this.#ports.authorize(
            principal,
            question,
            code,
            code === 'AccessDenied' || restServices.has(service.signingName) ? 403 : 400,
          ),
      };
      return await service.handle(request);
    } catch (error) {
      if (error instanceof AwsError) return errorResponse(error, format, path, requestId);
      console.error(
        `${service?.signingName ?? 'gateway'}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      return errorResponse(new AwsError('InternalFailure', 'Internal failure', 500), format, path, requestId);
    }
  }
}

function errorResponse(
  error: AwsError,
  format: 'json' | 'xml',
  path: string,
  requestId: string,
): ServiceResponse {
  if (format === 'xml') {
    const body =
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message><Resource>${escapeXml(path)}</Resource>` +
      `<RequestId>${requestId}</RequestId></Error>`;
    return { status: error.status, headers: { 'content-type': 'application/xml' }, body };
  }
  return {
    status: error.status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

function credentialScope(
  authorization: string | undefined,
  query: URLSearchParams,
): { readonly accessKeyId: string; readonly service: string } | undefined {
  const text = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  if (!text) return undefined;
  const [accessKeyId = '', , , service = ''] = text.split('/');
  return { accessKeyId, service };
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

/**
 * Whether a page of another site sends this to change something. Browsers say so themselves; a page of this machine,
 * such as a form that uploads to S3, may.
 */
function isForeignPage(message: IncomingMessage): boolean {
  if (message.method === 'GET' || message.method === 'HEAD') return false;
  if (message.headers['sec-fetch-site'] !== 'cross-site') return false;
  return !/^https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(message.headers.origin ?? '');
}

/** @returns nothing when it is too large */
function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > largestRequest) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= largestRequest) return;
      chunks.length = 0;
      message.off('data', take).resume();
      resolve(undefined);
    };
    message.on('data', take);
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    message.on('error', reject);
    message.on('close', () => reject(new Error('The caller hung up.')));
  });
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
