/** Signature Version 4 where it does not stand in a header: on a form's policy and in a presigned URL. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of `<access key>/<date>/<region>/<service>/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export function readCredentialScope(text: string): CredentialScope | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text);
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, date, region, service };
}

/** Milliseconds since the epoch of `yyyymmddThhmmssZ`, or NaN. */
export function readAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The hexadecimal signature of `text`. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function sign(secret: string, scope: CredentialScope, text: string): string {
  const hmac = (key: string | Buffer, data: string): Buffer =>
    createHmac('sha256', key).update(data).digest();
  const key = hmac(
    hmac(hmac(hmac(`AWS4${secret}`, scope.date), scope.region), scope.service),
    'aws4_request',
  );
  return hmac(key, text).toString('hex');
}

/** Compares two signatures in constant time. */
export function sameSignature(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What of a request a presigned URL's signature covers. */
export interface PresignedRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

/** The signature that a presigned URL for this request must carry. */
export function presignedSignature(
  secret: string,
  scope: CredentialScope,
  request: PresignedRequest,
): string {
  const signedHeaders = (request.query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const query = [...request.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [rfc3986(name), rfc3986(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const path = request.path
    .split('/')
    .map((part) => rfc3986(decodeURIComponent(part)))
    .join('/');
  const canonical = [
    request.method,
    path,
    query,
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    request.query.get('X-Amz-Content-Sha256') ??
      request.headers['x-amz-content-sha256'] ??
      'UNSIGNED-PAYLOAD',
  ].join('\n');
  return sign(
    secret,
    scope,
    [
      'AWS4-HMAC-SHA256',
      request.query.get('X-Amz-Date') ?? '',
      `${scope.date}/${scope.region}/${scope.service}/aws4_request`,
      createHash('sha256').update(canonical).digest('hex'),
    ].join('\n'),
  );
}

function rfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
