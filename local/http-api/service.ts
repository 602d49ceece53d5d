/** HTTP APIs: each listens on its own port of 127.0.0.1, the same one after every restart, so that links stay good. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeclaredResource } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { apisOf, type HttpApi, type RouteTarget } from './api.ts';
import { corsHeaders, preflightHeaders, withoutCors } from './cors.ts';
import {
  decodedPath,
  eventOf,
  headersOf,
  type IncomingRequest,
  type OutgoingResponse,
  responseOf,
} from './event.ts';
import type { JwtContext } from './jwt-authorizer.ts';
import type { FunctionAnswer, HttpApiPorts } from './ports.ts';
import { matchRoute, type RouteMatch } from './routes.ts';

/** The most a request's body may measure: bytes. */
const largestBody = 10 * 1024 * 1024;

interface Listener {
  readonly server: Server;
  readonly url: string;
  api: HttpApi | undefined;
}

/** HTTP APIs over `node:http`; see README.md. */
export class HttpApiService {
  readonly #ports: HttpApiPorts;
  readonly #listeners = new Map<string, Listener>();
  #requests = 0;

  constructor(ports: HttpApiPorts) {
    this.#ports = ports;
    ports.db.exec(
      'CREATE TABLE IF NOT EXISTS http_api_port (api TEXT PRIMARY KEY, port INTEGER NOT NULL) STRICT',
    );
  }

  /**
   * Opens an API's listener, so that its address is known before the assembly is resolved; it answers 503 until
   * `define` has given it its routes.
   * @param apiId what `Ref` gives for the API
   * @returns its address without a slash at the end, e.g. `http://127.0.0.1:4567`
   * @throws when the port it had before is taken by another process
   */
  async listen(apiId: string): Promise<string> {
    const open = this.#listeners.get(apiId);
    if (open) return open.url;
    const { db } = this.#ports;
    const remembered = db.prepare('SELECT port FROM http_api_port WHERE api = ?').get(apiId)?.port;
    const server = createServer((request, response) => {
      void this.#ports.activity.during(() => this.#answer(apiId, request, response));
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(remembered ?? 0), '127.0.0.1', () => {
        const address: AddressInfo | string | null = server.address();
        if (address === null || typeof address === 'string') reject(new Error('The API has no port.'));
        else resolve(address.port);
      });
    });
    db.prepare('INSERT OR REPLACE INTO http_api_port VALUES (?, ?)').run(apiId, port);
    const url = `http://127.0.0.1:${port}`;
    this.#listeners.set(apiId, { server, url, api: undefined });
    return url;
  }

  /**
   * Gives the APIs their routes and opens those that are not open yet; resources of other types are passed over.
   * @throws UnsupportedFeature
   */
  async define(resources: readonly DeclaredResource[]): Promise<void> {
    for (const api of apisOf(resources)) {
      await this.listen(api.id);
      const listener = this.#listeners.get(api.id);
      if (listener) listener.api = api;
    }
  }

  /** The APIs' names with their addresses. */
  get urls(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#listeners].map(([id, { api, url }]) => [api?.name ?? id, url]));
  }

  /** Stops listening; calls under way are answered. */
  async close(): Promise<void> {
    for (const { server } of this.#listeners.values()) {
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    this.#listeners.clear();
  }

  async #answer(apiId: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests += 1;
    const requestId = createHash('sha256')
      .update(`${apiId}/${this.#requests}/${this.#ports.clock.now()}`)
      .digest('base64url')
      .slice(0, 15)
      .concat('=');
    let outgoing: OutgoingResponse;
    try {
      outgoing = await this.#outgoing(apiId, message, requestId);
    } catch (error) {
      console.error(`HTTP API ${apiId}: ${error instanceof Error ? error.message : String(error)}`);
      outgoing = plain(500, 'Internal Server Error');
    }
    const { headers, cookies, body, status } = outgoing;
    response.writeHead(status, {
      ...headers,
      'apigw-requestid': requestId,
      'content-length': body.length,
      ...(cookies.length > 0 ? { 'set-cookie': [...cookies] } : {}),
    });
    response.end(message.method === 'HEAD' ? undefined : body);
  }

  async #outgoing(apiId: string, message: IncomingMessage, requestId: string): Promise<OutgoingResponse> {
    const listener = this.#listeners.get(apiId);
    const host = (message.headers.host ?? '').replace(/:\d+$/, '');
    // A name that resolves here but is not ours means a page elsewhere is reaching for this machine.
    if (host !== '127.0.0.1' && host !== 'localhost') return plain(403, 'Forbidden');
    const body = await bodyOf(message);
    if (body === undefined) return plain(413, 'Request Entity Too Large');
    if (!listener?.api) return plain(503, 'Service Unavailable');
    const { api } = listener;
    this.#ports.meter?.count('http-api', 'request');
    const [path = '/', ...query] = (message.url ?? '/').split('?');
    const request: IncomingRequest = {
      method: message.method ?? 'GET',
      path,
      queryString: query.join('?'),
      rawHeaders: message.rawHeaders,
      body,
      sourceIp: '127.0.0.1',
    };
    const { headers } = headersOf(request.rawHeaders);
    if (api.cors && request.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      return {
        status: 204,
        headers: preflightHeaders(api.cors, headers.origin),
        cookies: [],
        body: Buffer.alloc(0),
      };
    }
    const match = matchRoute(api.routes, request.method, decodedPath(path));
    const answer = await this.#routed(api, match, request, requestId);
    return api.cors
      ? { ...answer, headers: { ...withoutCors(answer.headers), ...corsHeaders(api.cors, headers.origin) } }
      : answer;
  }

  async #routed(
    api: HttpApi,
    match: RouteMatch<RouteTarget> | undefined,
    request: IncomingRequest,
    requestId: string,
  ): Promise<OutgoingResponse> {
    if (!match) return plain(404, 'Not Found');
    const { clock } = this.#ports;
    // In virtual time any number of requests come in one instant, in which no bucket is filled again.
    if (clock.mode === 'flowing' && !api.throttle.admits(match.route.key, clock.now())) {
      return plain(429, 'Too Many Requests');
    }
    return await this.#invoke(api, match, request, requestId);
  }

  async #invoke(
    api: HttpApi,
    { route, pathParameters }: RouteMatch<RouteTarget>,
    request: IncomingRequest,
    requestId: string,
  ): Promise<OutgoingResponse> {
    const { account, region, clock } = this.#ports;
    const { headers } = headersOf(request.rawHeaders);
    const { authorization } = route.target;
    let jwt: JwtContext | undefined;
    if (authorization) {
      const { authorizer, scopes } = authorization;
      const query = new URLSearchParams(request.queryString);
      const decision = await authorizer.authorize(headers, query, scopes, clock.now());
      if (!decision.allowed) {
        const refusal = plain(decision.status, decision.status === 401 ? 'Unauthorized' : 'Forbidden');
        return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': decision.challenge } };
      }
      jwt = decision.jwt;
    }
    const [routeMethod = '', routePath = ''] = route.key.split(' ');
    // The part behind the stage is what a function's permission names: `/*/GET/a/{secret}`, `/*/$default`.
    const resource =
      route.key === '$default'
        ? '$default'
        : `${routeMethod === 'ANY' ? request.method : routeMethod}${routePath}`;
    let answer: FunctionAnswer | 'late';
    try {
      answer = await within(
        route.target.timeoutMs,
        this.#ports.invoke({
          functionArn: route.target.functionArn,
          payload: eventOf(request, {
            account,
            apiId: api.id,
            stage: api.stage,
            requestId,
            routeKey: route.key,
            pathParameters,
            stageVariables: api.stageVariables,
            jwt,
            domainName: headers.host ?? '127.0.0.1',
            now: clock.now(),
          }),
          servicePrincipal: 'apigateway.amazonaws.com',
          sourceArn: `arn:aws:execute-api:${region}:${account}:${api.id}/${api.stage}/${resource}`,
        }),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      console.error(`HTTP API ${api.name}, ${route.key}: ${error.code}: ${error.message}`);
      return error.status === 429 ? plain(503, 'Service Unavailable') : plain(500, 'Internal Server Error');
    }
    if (answer === 'late') return plain(503, 'Service Unavailable');
    const response = answer.outcome === 'returned' ? responseOf(answer.payload) : undefined;
    return response ?? plain(500, 'Internal Server Error');
  }
}

/** The API's own answers. */
function plain(status: number, message: string): OutgoingResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** The body, or nothing when it is larger than allowed; the rest is read and thrown away, so that the answer arrives. */
async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    size += bytes.length;
    if (size <= largestBody) chunks.push(bytes);
  }
  return size > largestBody ? undefined : Buffer.concat(chunks);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
