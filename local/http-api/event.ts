/**
 * The event a function is given for a request, and the response it means: payload format 2.0.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

import type { JwtContext } from './jwt-authorizer.ts';

/** A request as it came in. */
export interface IncomingRequest {
  readonly method: string;
  /** Without query string, percent-encoded. */
  readonly path: string;
  /** Without its question mark. */
  readonly queryString: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** What else the event holds. */
export interface EventFacts {
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  /** The caller, on routes with an authorizer. */
  readonly jwt: JwtContext | undefined;
  /** Host as the caller knows it. */
  readonly domainName: string;
  /** The cloud's time, ms. */
  readonly now: number;
}

/** Decodes a path; what is not valid percent-encoding stays as it is. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Names in lower case, several values joined by commas, cookies apart. */
export function headersOf(rawHeaders: readonly string[]): {
  headers: Record<string, string>;
  cookies: string[];
} {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { headers, cookies };
}

/** Bodies of these types are given as text; everything else, forms too, in base64. */
function isText(contentType: string): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml)\b|application\/[\w.-]+\+(?:json|xml)\b)/i.test(
    contentType.trim(),
  );
}

/** The event; HTTP APIs give `rawPath` decoded, whatever its name says. */
export function eventOf(request: IncomingRequest, facts: EventFacts): Readonly<Record<string, unknown>> {
  const { headers, cookies } = headersOf(request.rawHeaders);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(request.queryString)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  const contentType = headers['content-type'];
  const text =
    request.body.length === 0 || (contentType === undefined ? isUtf8(request.body) : isText(contentType));
  const path = decodedPath(request.path);
  return {
    version: '2.0',
    routeKey: facts.routeKey,
    rawPath: path,
    rawQueryString: request.queryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: facts.account,
      apiId: facts.apiId,
      ...(facts.jwt ? { authorizer: { jwt: facts.jwt } } : {}),
      domainName: facts.domainName,
      domainPrefix: facts.apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: facts.requestId,
      routeKey: facts.routeKey,
      stage: facts.stage,
      time: commonLogTime(facts.now),
      timeEpoch: facts.now,
    },
    ...(Object.keys(facts.pathParameters).length > 0 ? { pathParameters: facts.pathParameters } : {}),
    ...(facts.stageVariables ? { stageVariables: facts.stageVariables } : {}),
    ...(request.body.length > 0 ? { body: request.body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24/Nov/2026:14:15:00 +0000` */
function commonLogTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  return `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}

/** What goes back to the caller. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/**
 * What a function's return value means: a response if it has a `statusCode`, else the body of a 200 in JSON.
 * @returns `undefined` when it is no response that the API can give (the caller sees 500)
 */
export function responseOf(payload: unknown): OutgoingResponse | undefined {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    if (payload === undefined) return undefined;
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(body),
    };
  }
  const field = (name: string): unknown => Reflect.get(payload, name);
  const status = Number(payload.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const headers: Record<string, string> = {};
  const given = field('headers');
  for (const [name, value] of Object.entries(typeof given === 'object' && given !== null ? given : {})) {
    if (value === null || value === undefined) continue;
    if (typeof value === 'object') return undefined;
    headers[name.toLowerCase()] = String(value);
  }
  const cookies = field('cookies');
  const body = field('body') ?? '';
  if (typeof body === 'object') return undefined;
  headers['content-type'] ??= 'text/plain;charset=UTF-8';
  return {
    status,
    headers,
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(String(body), field('isBase64Encoded') === true ? 'base64' : 'utf8'),
  };
}
