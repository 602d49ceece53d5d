import { createServer, request as httpRequest, type Server } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#local/clock.ts';
import { type DeclaredResource, UnsupportedFeature } from '#local/declared-resource.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import type { FunctionAnswer, FunctionCall } from '#local/http-api/ports.ts';
import { HttpApiService } from '#local/http-api/service.ts';
import { TinyCloud } from './fixtures/tiny-cloud.ts';
import { account, region, Surroundings } from './service-host.ts';

const functionArn = `arn:aws:lambda:${region}:${account}:function:f`;

let around: Surroundings;
let calls: FunctionCall[];
let answer: (call: FunctionCall) => Promise<FunctionAnswer>;
let service: HttpApiService;
let url: string;

function resource(type: string, physicalId: string, properties: Record<string, unknown>): DeclaredResource {
  return { logicalId: physicalId, type: `AWS::ApiGatewayV2::${type}`, physicalId, properties };
}

function api(routeKeys: readonly string[], more: Record<string, unknown> = {}): DeclaredResource[] {
  return [
    resource('Api', 'api1', { Name: 'pages', ProtocolType: 'HTTP', ...more }),
    resource('Stage', 'stage', {
      ApiId: 'api1',
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 3 },
      RouteSettings: { 'GET /wide': { ThrottlingBurstLimit: 5 } },
      AccessLogSettings: { Format: '{}' },
    }),
    resource('Integration', 'int1', {
      ApiId: 'api1',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 200,
    }),
    ...routeKeys.map((RouteKey, index) =>
      resource('Route', `route${index}`, {
        ApiId: 'api1',
        RouteKey,
        AuthorizationType: 'NONE',
        Target: 'integrations/int1',
      }),
    ),
  ];
}

async function start(resources: DeclaredResource[], clock: Clock = around.clock): Promise<void> {
  const { db, activity } = around;
  service = new HttpApiService({
    db,
    clock,
    activity,
    account,
    region,
    invoke: async (call) => {
      calls.push(call);
      return await answer(call);
    },
  });
  url = await service.listen('api1');
  await service.define(resources);
}

function returns(payload: unknown): void {
  answer = async () => ({ outcome: 'returned', payload });
}

/** The event the function was given. */
function event(): unknown {
  return calls.at(-1)?.payload;
}

beforeEach(() => {
  around = new Surroundings();
  calls = [];
  returns({ statusCode: 200, body: 'ok' });
});
afterEach(async () => {
  await service.close();
  around.remove();
});

describe('a request', () => {
  it('reaches the function as AWS documents payload format 2.0', async () => {
    await start(api(['POST /a/{secret}']));
    await fetch(`${url}/a/x%20y?q=1&q=2&name=J%C3%A4r`, {
      method: 'POST',
      body: '{"yes":true}',
      headers: { 'content-type': 'application/json', cookie: 'one=1; two=2', 'user-agent': 'test' },
    });
    expect(event()).toEqual({
      version: '2.0',
      routeKey: 'POST /a/{secret}',
      rawPath: '/a/x y',
      rawQueryString: 'q=1&q=2&name=J%C3%A4r',
      cookies: ['one=1', 'two=2'],
      headers: expect.objectContaining({ 'content-type': 'application/json', host: new URL(url).host }),
      queryStringParameters: { q: '1,2', name: 'Jär' },
      requestContext: {
        accountId: account,
        apiId: 'api1',
        domainName: new URL(url).host,
        domainPrefix: 'api1',
        http: {
          method: 'POST',
          path: '/a/x y',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'POST /a/{secret}',
        stage: '$default',
        time: '24/Nov/2026:07:00:00 +0000',
        timeEpoch: Date.parse('2026-11-24T07:00:00Z'),
      },
      pathParameters: { secret: 'x y' },
      body: '{"yes":true}',
      isBase64Encoded: false,
    });
    expect(event()).not.toHaveProperty('headers.cookie');
    expect(calls[0]).toMatchObject({
      functionArn,
      servicePrincipal: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:${region}:${account}:api1/$default/POST/a/{secret}`,
    });
  });

  it('has its repeated headers joined', async () => {
    await start(api(['$default']));
    await new Promise<void>((resolve) => {
      httpRequest(`${url}/`, { headers: { 'x-many': ['a', 'b'] } }, (response) => {
        response.resume().on('end', resolve);
      }).end();
    });
    expect(event()).toMatchObject({ headers: { 'x-many': 'a,b' } });
  });

  it.each([
    ['text/plain;charset=utf-8', 'halo', false],
    ['application/json', '{}', false],
    ['application/problem+json', '{}', false],
    ['application/x-www-form-urlencoded', 'answer=yes', true],
    ['application/octet-stream', '\u0000\u0001', true],
  ])('of type %s has its body %j in base64: %s', async (type, body, encoded) => {
    await start(api(['POST /']));
    await fetch(`${url}/`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(event()).toMatchObject({
      isBase64Encoded: encoded,
      body: encoded ? Buffer.from(body).toString('base64') : body,
    });
  });

  it('without a body has none', async () => {
    await start(api(['GET /']));
    await fetch(`${url}/`);
    expect(event()).not.toHaveProperty('body');
    expect(event()).toMatchObject({ isBase64Encoded: false });
  });

  it('larger than 10 MB is refused, one of 10 MB is not', async () => {
    await start(api(['POST /']));
    const send = async (size: number): Promise<Response> =>
      await fetch(`${url}/`, { method: 'POST', body: Buffer.alloc(size, 'a') });
    expect((await send(10 * 1024 * 1024)).status).toBe(200);
    const refused = await send(10 * 1024 * 1024 + 1);
    expect([refused.status, await refused.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it('for another host than this machine is refused', async () => {
    await start(api(['$default']));
    const status = await new Promise<number | undefined>((resolve) => {
      httpRequest(`${url}/`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
    expect(calls).toEqual([]);
  });
});

describe('a route', () => {
  const keys = ['GET /a/{secret}', 'GET /a/new', 'ANY /a/{proxy+}', 'POST /packets', 'GET /'];

  it.each([
    ['GET', '/a/s3cret', 'GET /a/{secret}', { secret: 's3cret' }],
    ['GET', '/a/new', 'GET /a/new', undefined],
    ['PUT', '/a/new', 'ANY /a/{proxy+}', { proxy: 'new' }],
    ['GET', '/a/x/y', 'ANY /a/{proxy+}', { proxy: 'x/y' }],
    ['POST', '/packets', 'POST /packets', undefined],
    ['GET', '/', 'GET /', undefined],
  ])('%s %s is %s', async (method, path, routeKey, pathParameters) => {
    await start(api(keys));
    expect((await fetch(`${url}${path}`, { method })).status).toBe(200);
    expect(event()).toMatchObject({ routeKey, ...(pathParameters ? { pathParameters } : {}) });
    if (!pathParameters) expect(event()).not.toHaveProperty('pathParameters');
  });

  it.each([
    ['GET', '/packets'],
    ['GET', '/a'],
    ['GET', '/a/'],
    ['GET', '/packets/'],
    ['GET', '/nothing'],
  ])('%s %s is not found', async (method, path) => {
    await start(api(keys));
    const response = await fetch(`${url}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(calls).toEqual([]);
  });

  it('$default takes what no other takes', async () => {
    await start(api([...keys, '$default']));
    await fetch(`${url}/else`);
    expect(event()).toMatchObject({ routeKey: '$default', rawPath: '/else' });
    expect(calls[0]?.sourceArn).toMatch(/\/\$default\/\$default$/);
  });
});

describe('too many requests', () => {
  async function statuses(path: string, count: number): Promise<number[]> {
    const found: number[] = [];
    for (let n = 0; n < count; n += 1) found.push((await fetch(`${url}${path}`)).status);
    return found;
  }

  it('are refused route by route, until the route’s bucket has filled again', async () => {
    let now = around.clock.now();
    const { clock } = around;
    await start(api(['GET /', 'GET /wide']), {
      mode: 'flowing',
      now: () => now,
      at: (at, callback) => clock.at(at, callback),
      nextTimer: () => clock.nextTimer(),
      advanceTo: (to, settled) => clock.advanceTo(to, settled),
    });
    expect(await statuses('/', 5)).toEqual([200, 200, 200, 429, 429]);
    expect(await (await fetch(`${url}/`)).json()).toEqual({ message: 'Too Many Requests' });
    expect(await statuses('/wide', 6)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statuses('/nothing', 5)).toEqual([404, 404, 404, 404, 404]);
    now += 200;
    expect(await statuses('/', 3)).toEqual([200, 200, 429]);
    now += 3_600_000;
    expect(await statuses('/', 4)).toEqual([200, 200, 200, 429]);
    expect(calls).toHaveLength(13);
  });

  it('are all taken in virtual time, in which they come in one instant', async () => {
    await start(api(['GET /']));
    expect(await statuses('/', 5)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('an answer', () => {
  const get = async (): Promise<Response> => await fetch(`${url}/`, { redirect: 'manual' });

  it('has the status, headers, cookies and body that the function gave', async () => {
    await start(api(['GET /']));
    returns({
      statusCode: 303,
      headers: { Location: '/next', 'X-Number': 3 },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from('bytes').toString('base64'),
      isBase64Encoded: true,
    });
    const response = await get();
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/next');
    expect(response.headers.get('x-number')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(await response.text()).toBe('bytes');
  });

  it.each([
    [{ hello: 1 }, '{"hello":1}'],
    ['plain text', 'plain text'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('without a statusCode, %j, is the body of a 200', async (payload, body) => {
    await start(api(['GET /']));
    returns(payload);
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  it.each([[{ statusCode: 'many' }], [{ statusCode: 200, body: { not: 'text' } }], [{ statusCode: 99 }]])(
    'that is none, %j, is an error',
    async (payload) => {
      await start(api(['GET /']));
      returns(payload);
      const response = await get();
      expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    },
  );

  it('of a function that failed, may not be called, or is busy is an error that reveals nothing', async () => {
    await start(api(['GET /']));
    answer = async () => ({ outcome: 'failed' });
    expect((await get()).status).toBe(500);
    answer = async () => {
      throw new AwsError('AccessDeniedException', 'no permission', 403);
    };
    const refused = await get();
    expect([refused.status, await refused.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    answer = async () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    };
    expect((await get()).status).toBe(503);
  });

  it('that comes too late is not waited for', async () => {
    await start(api(['GET /']));
    let finish: (answer: FunctionAnswer) => void = () => {};
    answer = () => new Promise((resolve) => (finish = resolve));
    const response = await get();
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    finish({ outcome: 'failed' });
  });

  it('to HEAD has no body', async () => {
    await start(api(['HEAD /']));
    const response = await fetch(`${url}/`, { method: 'HEAD' });
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['2', '']);
  });
});

describe('CORS', () => {
  const cors = {
    CorsConfiguration: {
      AllowOrigins: ['https://console.example'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['authorization'],
      MaxAge: 300,
    },
  };

  it('is answered for the function', async () => {
    await start(api(['ANY /'], cors));
    const preflight = await fetch(`${url}/`, {
      method: 'OPTIONS',
      headers: { origin: 'https://console.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://console.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '300',
    });
    expect(calls).toEqual([]);
    const response = await fetch(`${url}/`, { headers: { origin: 'https://console.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://console.example');
    const foreign = await fetch(`${url}/`, { headers: { origin: 'https://evil.example' } });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is not the function’s matter when it is configured', async () => {
    await start(api(['GET /'], cors));
    returns({
      statusCode: 200,
      headers: {
        'Access-Control-Allow-Origin': 'https://evil.example',
        'access-control-max-age': '9',
        'x-own': '1',
      },
    });
    for (const origin of ['https://console.example', 'https://evil.example']) {
      const { headers } = await fetch(`${url}/`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin.includes('evil') ? null : origin);
      expect([headers.get('access-control-max-age'), headers.get('x-own')]).toEqual([null, '1']);
    }
  });

  it('gives nothing away to a preflight from elsewhere', async () => {
    await start(api(['ANY /'], cors));
    const { status, headers } = await fetch(`${url}/`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(204);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(calls).toEqual([]);
  });

  it.each([
    [['*'], false, 'https://any.example', '*'],
    [['https://*'], false, 'https://any.example', 'https://any.example'],
    [['https://*'], false, 'http://any.example', null],
    [['https://console.example'], true, 'https://console.example', 'https://console.example'],
  ])(
    'of %j, credentials: %s, answers %s with %s',
    async (AllowOrigins, AllowCredentials, origin, allowed) => {
      const CorsConfiguration = { AllowOrigins, AllowCredentials, ExposeHeaders: ['x-own'] };
      await start(api(['GET /'], { CorsConfiguration }));
      const { headers } = await fetch(`${url}/`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('access-control-expose-headers')).toBe(allowed === null ? null : 'x-own');
      expect(headers.get('access-control-allow-credentials')).toBe(AllowCredentials ? 'true' : null);
    },
  );

  it('is the function’s own matter when it is not configured', async () => {
    await start(api(['OPTIONS /']));
    await fetch(`${url}/`, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(event()).toMatchObject({ routeKey: 'OPTIONS /' });
  });
});

describe('a route with a JWT authorizer', () => {
  const now = Date.parse('2026-11-24T07:00:00Z') / 1000;
  const unauthorized = { status: 401, body: { message: 'Unauthorized' } };
  let issuer: string;
  let issuerServer: Server;
  let keySets = 0;
  let down = false;
  let key: CryptoKey;
  let strange: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    ({ privateKey: strange } = await generateKeyPair('RS256'));
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }];
    issuerServer = createServer(({ url: path }, response) => {
      if (path === '/keys') keySets += 1;
      if (path === '/keys') response.end(JSON.stringify({ keys }));
      else if (down) response.writeHead(500).end();
      else if (path === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
    const address = issuerServer.address();
    issuer = `http://127.0.0.1:${Object(address).port}`;
  });
  afterAll(() => {
    issuerServer.closeAllConnections();
    issuerServer.close();
  });

  const startWith = async (scopes?: readonly string[], more: Record<string, unknown> = {}): Promise<void> => {
    await start([
      ...api(['GET /open']),
      resource('Authorizer', 'auth1', {
        ApiId: 'api1',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: ['desk', 'console'], Issuer: issuer },
        Name: 'officials',
        ...more,
      }),
      resource('Route', 'guarded', {
        ApiId: 'api1',
        RouteKey: 'GET /desk',
        AuthorizationType: 'JWT',
        AuthorizerId: 'auth1',
        ...(scopes ? { AuthorizationScopes: scopes } : {}),
        Target: 'integrations/int1',
      }),
    ]);
  };

  const good = { aud: 'desk', sub: 'sari', iat: now - 60, nbf: now - 60, exp: now + 60 };

  async function token(claims: object, signer = key, header: { kid?: string } = { kid: 'first' }) {
    return await new SignJWT({ iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .sign(signer);
  }

  async function ask(authorization?: string, path = '/desk') {
    const response = await fetch(`${url}${path}`, authorization ? { headers: { authorization } } : {});
    const text = await response.text();
    const challenge = response.headers.get('www-authenticate');
    return { status: response.status, body: response.ok ? text : JSON.parse(text), challenge };
  }

  it('hands the claims on as text, and no scopes when it asks for none', async () => {
    await startWith();
    const claims = { ...good, 'cognito:groups': ['pusat', 'provinsi'], admin: true, scope: 'read write' };
    expect(await ask(`Bearer ${await token(claims)}`)).toEqual({ status: 200, body: 'ok', challenge: null });
    expect(event()).toHaveProperty('requestContext.authorizer', {
      jwt: {
        claims: {
          iss: issuer,
          aud: 'desk',
          sub: 'sari',
          iat: `${now - 60}`,
          nbf: `${now - 60}`,
          exp: `${now + 60}`,
          'cognito:groups': '[pusat provinsi]',
          admin: 'true',
          scope: 'read write',
        },
        scopes: null,
      },
    });
  });

  it('takes a token without its prefix, and leaves other routes open', async () => {
    await startWith();
    expect(await ask(await token(good))).toMatchObject({ status: 200 });
    expect(await ask(undefined, '/open')).toMatchObject({ status: 200 });
    expect(event()).not.toHaveProperty('requestContext.authorizer');
  });

  it('may have it in the query string', async () => {
    await startWith(undefined, { IdentitySource: ['$request.querystring.token'] });
    expect(await ask(undefined, `/desk?token=${await token(good)}`)).toMatchObject({ status: 200 });
    expect(await ask(await token(good))).toMatchObject(unauthorized);
  });

  it('asks for one of its scopes, in scope or scp', async () => {
    await startWith(['desk/decide', 'desk/read']);
    for (const scopes of [{ scope: 'openid desk/read' }, { scp: ['desk/decide'] }]) {
      expect(await ask(await token({ ...good, ...scopes }))).toMatchObject({ status: 200 });
      expect(event()).toHaveProperty('requestContext.authorizer.jwt.scopes', ['desk/decide', 'desk/read']);
    }
    calls = [];
    for (const scopes of [{}, { scope: 'openid desk/readers' }, { scp: ['openid'] }]) {
      expect(await ask(await token({ ...good, ...scopes }))).toMatchObject({
        status: 403,
        body: { message: 'Forbidden' },
        challenge: expect.stringContaining('scope="desk/decide desk/read" error="insufficient_scope"'),
      });
    }
    expect(calls).toEqual([]);
  });

  it.each<[string, object]>([
    ['the token has expired', { exp: now - 1 }],
    ['the token does not have a valid exp', { exp: undefined }],
    ['the token is not valid yet', { nbf: now + 1 }],
    ['the token is not issued yet', { iat: now + 1 }],
    ['the token does not have a valid issuer', { iss: 'https://else.example' }],
    ['the token does not have a valid audience', { aud: 'else' }],
    ['the token does not have a valid audience', { aud: undefined }],
    ['the token does not have a valid audience', { aud: ['else'], client_id: 'desk' }],
  ])('is closed when %s: %j', async (why, claims) => {
    await startWith();
    expect(await ask(`Bearer ${await token({ ...good, ...claims })}`)).toEqual({
      ...unauthorized,
      challenge: `Bearer scope="" error="invalid_token" error_description="${why}"`,
    });
    expect(calls).toEqual([]);
  });

  it('takes one audience of several, and client_id where there is none', async () => {
    await startWith();
    for (const claims of [{ aud: ['else', 'console'] }, { aud: undefined, client_id: 'console' }]) {
      expect(await ask(await token({ ...good, ...claims }))).toMatchObject({ status: 200 });
    }
  });

  it('judges by the time of the cloud', async () => {
    await startWith();
    const short = await token(good);
    expect(await ask(short)).toMatchObject({ status: 200 });
    await around.advance(61);
    expect(await ask(short)).toMatchObject(unauthorized);
  });

  it('is closed to what the issuer did not sign', async () => {
    await startWith();
    const symmetric = new SignJWT({ iss: issuer, ...good }).setProtectedHeader({
      alg: 'HS256',
      kid: 'first',
    });
    const [header, , signature] = (await token(good)).split('.');
    const forged = Buffer.from(JSON.stringify({ iss: issuer, ...good, sub: 'budi' })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none","kid":"first"}').toString('base64url');
    for (const each of [
      'nonsense',
      'Bearer a.b.c',
      await token(good, strange),
      await token(good, key, { kid: 'unknown' }),
      await token(good, key, {}),
      await symmetric.sign(Buffer.alloc(32, 'k')),
      `${header}.${forged}.${signature}`,
      `${unsigned}.${forged}.`,
    ]) {
      expect(await ask(each), each).toMatchObject(unauthorized);
    }
    expect(await ask()).toEqual({ ...unauthorized, challenge: 'Bearer' });
    expect(calls).toEqual([]);
  });

  it('fetches the keys once, and is closed only while the issuer cannot be found', async () => {
    await startWith();
    keySets = 0;
    down = true;
    expect(await ask(await token(good))).toMatchObject({
      ...unauthorized,
      challenge: expect.stringContaining('OIDC discovery endpoint communication error'),
    });
    down = false;
    for (let n = 0; n < 3; n += 1) expect(await ask(await token(good))).toMatchObject({ status: 200 });
    expect(keySets).toBe(1);
  });

  it('answers a preflight request without a token, and says 401 to the page that may read it', async () => {
    const cors = { CorsConfiguration: { AllowOrigins: ['https://desk.example'], AllowMethods: ['*'] } };
    await startWith();
    await service.define([
      ...api([], cors),
      resource('Authorizer', 'auth1', {
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: ['desk'], Issuer: issuer },
      }),
      resource('Route', 'guarded', {
        ApiId: 'api1',
        RouteKey: 'ANY /desk',
        AuthorizationType: 'JWT',
        AuthorizerId: 'auth1',
        Target: 'integrations/int1',
      }),
    ]);
    const headers = { origin: 'https://desk.example' };
    const preflight = await fetch(`${url}/desk`, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    const refused = await fetch(`${url}/desk`, { headers });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://desk.example',
    ]);
  });
});

describe('an API', () => {
  it('keeps its address over a restart', async () => {
    await start(api(['GET /']));
    const before = url;
    expect(service.urls).toEqual({ pages: before });
    await service.close();
    around.reopen();
    await start(api(['GET /']));
    expect(url).toBe(before);
    expect((await fetch(`${url}/`)).status).toBe(200);
  });

  it('that has no routes yet says that it is not ready', async () => {
    await start([]);
    expect((await fetch(`${url}/`)).status).toBe(503);
  });

  it('may not ask for what is not known here', async () => {
    await start([]);
    await expect(service.define(api([], { Body: {} }))).rejects.toThrow(UnsupportedFeature);
    await expect(service.define(api([], { ProtocolType: 'WEBSOCKET' }))).rejects.toThrow('WEBSOCKET');
    const authorizer = resource('Authorizer', 'a', { AuthorizerType: 'REQUEST' });
    await expect(service.define([...api([]), authorizer])).rejects.toThrow('AuthorizerType REQUEST');
    const byIam = resource('Route', 'r', {
      ApiId: 'api1',
      RouteKey: 'GET /',
      AuthorizationType: 'AWS_IAM',
      Target: 'integrations/int1',
    });
    await expect(service.define([...api([]), byIam])).rejects.toThrow('AuthorizationType AWS_IAM');
  });
});

describe('an app of the CDK with a JWT authorizer', () => {
  const tiny = new TinyCloud();
  beforeAll(() => tiny.start());
  afterAll(() => tiny.remove());

  async function tokenFor(claims: string): Promise<string> {
    const response = await fetch(`${tiny.cloud.outputs.IssuerUrl}/token?${claims}`);
    return Object(await response.json()).token;
  }

  async function desk(token?: string): Promise<[number, string]> {
    const response = await fetch(`${tiny.cloud.outputs.ApiUrl}/desk/one`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return [response.status, await response.text()];
  }

  it('opens the desk to who has a token of its issuer with the right scope, while it is good', async () => {
    const token = await tokenFor('scope=desk/read');
    expect(await desk(token)).toEqual([200, 'GET /desk/one for nobody']);
    expect(await desk()).toEqual([401, '{"message":"Unauthorized"}']);
    expect(await desk(await tokenFor('scope=desk/read&aud=else'))).toEqual([
      401,
      '{"message":"Unauthorized"}',
    ]);
    expect(await desk(await tokenFor('scope=other'))).toEqual([403, '{"message":"Forbidden"}']);
    await tiny.control('POST', '/clock/advance', { seconds: 301 });
    expect(await desk(token)).toEqual([401, '{"message":"Unauthorized"}']);
    expect((await fetch(`${tiny.cloud.outputs.ApiUrl}/pages/one`)).status).toBe(200);
  });
});
