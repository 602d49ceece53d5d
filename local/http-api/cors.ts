/**
 * Cross-origin headers, which the API adds itself when CORS is configured.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import type { Cors } from './api.ts';

function allowedOrigin(cors: Cors, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (cors.origins.includes('*')) return cors.credentials ? origin : '*';
  const allowed = cors.origins.some((each) => {
    const wildcard = /^(https?:\/\/)\*$/.exec(each)?.[1];
    return wildcard === undefined ? each === origin : origin.startsWith(wildcard);
  });
  return allowed ? origin : undefined;
}

/** Headers of an answer to a request from that origin; none for origins that are not allowed. */
export function corsHeaders(cors: Cors, origin: string | undefined): Record<string, string> {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(allowed === '*' ? {} : { vary: 'Origin' }),
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.expose.length > 0 ? { 'access-control-expose-headers': cors.expose.join(',') } : {}),
  };
}

/** A function's headers without those of CORS, which the API decides alone once it is configured. */
export function withoutCors(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

/** Headers of the answer to a preflight request, which never reaches a function. */
export function preflightHeaders(cors: Cors, origin: string | undefined): Record<string, string> {
  const headers = corsHeaders(cors, origin);
  if (Object.keys(headers).length === 0) return {};
  return {
    ...headers,
    'access-control-allow-methods': cors.methods.join(','),
    'access-control-allow-headers': cors.headers.join(','),
    ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': `${cors.maxAge}` }),
  };
}
