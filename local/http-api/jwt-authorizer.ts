/**
 * Who may call a route with a JSON Web Token: an authorizer of type JWT.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';

/** Where a request carries its token. */
type IdentitySource = { readonly in: 'header' | 'querystring'; readonly name: string };

interface JwtConfiguration {
  readonly identitySource: IdentitySource;
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** What a function gets of the caller, under `requestContext.authorizer.jwt`. */
export interface JwtContext {
  readonly claims: Readonly<Record<string, string>>;
  /** The route's scopes; null if it asks for none. */
  readonly scopes: readonly string[] | null;
}

/** The caller is known, or refused with a status and a `WWW-Authenticate` header (RFC 6750). */
export type JwtDecision =
  | { readonly allowed: true; readonly jwt: JwtContext }
  | { readonly allowed: false; readonly status: 401 | 403; readonly challenge: string };

/** API Gateway keeps an issuer's keys for two hours, and waits 1500 ms for them. */
const keysAreKeptMs = 2 * 60 * 60 * 1000;
const longestWaitMs = 1500;

/** Only RSA is supported. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

class InvalidToken extends Error {}

export class JwtAuthorizer {
  readonly #configuration: JwtConfiguration;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(configuration: JwtConfiguration) {
    this.#configuration = configuration;
  }

  /**
   * Judges a request.
   * @param headers with names in lower case
   * @param scopes of the route, of which the token must have one
   * @param now the cloud's time, ms
   */
  async authorize(
    headers: Readonly<Record<string, string>>,
    query: URLSearchParams,
    scopes: readonly string[],
    now: number,
  ): Promise<JwtDecision> {
    const { identitySource: source } = this.#configuration;
    const given =
      source.in === 'header' ? headers[source.name.toLowerCase()] : (query.get(source.name) ?? undefined);
    const token = given?.replace(/^Bearer +/i, '').trim();
    if (!token) return { allowed: false, status: 401, challenge: 'Bearer' };
    const refusal = (error: string, why: string): string =>
      `Bearer scope="${scopes.join(' ')}" error="${error}" error_description="${why}"`;
    try {
      const claims = await this.#verified(token, now);
      const has = scopesOf(claims);
      if (scopes.length > 0 && !scopes.some((scope) => has.includes(scope))) {
        const challenge = refusal('insufficient_scope', 'the token does not have a scope of the route');
        return { allowed: false, status: 403, challenge };
      }
      const texts = Object.entries(claims).map(([name, value]) => [name, claimText(value)]);
      return {
        allowed: true,
        jwt: { claims: Object.fromEntries(texts), scopes: scopes.length > 0 ? scopes : null },
      };
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      return { allowed: false, status: 401, challenge: refusal('invalid_token', error.message) };
    }
  }

  async #verified(token: string, now: number): Promise<JWTPayload> {
    const { issuer, audience } = this.#configuration;
    let claims: JWTPayload;
    try {
      if (decodeProtectedHeader(token).kid === undefined) throw new InvalidToken('the token has no key ID');
    } catch (error) {
      throw error instanceof InvalidToken ? error : new InvalidToken('the token is not a JWT');
    }
    const keys = await this.#issuerKeys();
    try {
      ({ payload: claims } = await jwtVerify(token, keys, {
        algorithms,
        issuer,
        requiredClaims: ['exp'],
        currentDate: new Date(now),
      }));
    } catch (error) {
      throw new InvalidToken(reasonOf(error));
    }
    if (claims.iat !== undefined && claims.iat * 1000 > now) {
      throw new InvalidToken('the token is not issued yet');
    }
    const audiences = listOf(claims.aud ?? claims.client_id);
    if (!audiences.some((each) => audience.includes(String(each)))) {
      throw new InvalidToken('the token does not have a valid audience');
    }
    return claims;
  }

  /** The issuer's keys, found as OpenID Connect Discovery 1.0 says; a discovery that fails is tried again next time. */
  async #issuerKeys(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    if (this.#keys) return this.#keys;
    let address: URL;
    try {
      const response = await fetch(
        `${this.#configuration.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        { signal: AbortSignal.timeout(longestWaitMs) },
      );
      const document: unknown = await response.json();
      address = new URL(textOf(objectOf(document).jwks_uri) ?? '');
    } catch {
      throw new InvalidToken('OIDC discovery endpoint communication error');
    }
    this.#keys = createRemoteJWKSet(address, { cacheMaxAge: keysAreKeptMs, timeoutDuration: longestWaitMs });
    return this.#keys;
  }
}

/**
 * The assembly's authorizers by their IDs.
 * @throws {UnsupportedFeature} for one of another type
 */
export function jwtAuthorizersOf(resources: readonly DeclaredResource[]): ReadonlyMap<string, JwtAuthorizer> {
  return new Map(
    resources
      .filter(({ type }) => type === 'AWS::ApiGatewayV2::Authorizer')
      .map((resource) => [resource.physicalId, new JwtAuthorizer(configurationOf(resource))]),
  );
}

function configurationOf(resource: DeclaredResource): JwtConfiguration {
  const { properties } = resource;
  const where = nameOf(resource);
  if (properties.AuthorizerType !== 'JWT') {
    throw new UnsupportedFeature(where, `AuthorizerType ${properties.AuthorizerType}`);
  }
  refuseUnknown(where, properties, ['ApiId', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration', 'Name']);
  const jwt = objectOf(properties.JwtConfiguration);
  refuseUnknown(where, jwt, ['Audience', 'Issuer']);
  const [source, second] = listOf(properties.IdentitySource).map(String);
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(source ?? '') ?? [];
  if (second !== undefined || place === undefined || name === undefined) {
    throw new UnsupportedFeature(where, `IdentitySource ${JSON.stringify(properties.IdentitySource)}`);
  }
  const issuer = textOf(jwt.Issuer) ?? '';
  // AWS asks for https; an issuer on this machine has no certificate.
  if (!/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)(?:[:/]|$))/.test(issuer)) {
    throw new UnsupportedFeature(where, `the issuer ${issuer}`);
  }
  return {
    identitySource: { in: place === 'header' ? 'header' : 'querystring', name },
    issuer,
    audience: listOf(jwt.Audience).map(String),
  };
}

function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  return listOf(scope ?? scp).flatMap((each) => String(each).split(' '));
}

/** Functions get every claim as text: lists in brackets with spaces between, objects as `map[name:value]`. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, each]) => `${name}:${claimText(each)}`);
    return `map[${entries.sort().join(' ')}]`;
  }
  return value === null ? '<nil>' : String(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'the token does not have a valid issuer';
    if (error.claim === 'nbf') return 'the token is not valid yet';
    return `the token does not have a valid ${error.claim}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signing method is invalid';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token has an unknown key ID';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return 'the token is not a JWT';
  return 'JWKS communication error';
}
