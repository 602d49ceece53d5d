import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnForm, signedIn } from '#functions/identity/session.ts';
import { requestSignIn, signIn } from '#functions/identity/sign-in.ts';
import { hashLinkSecret } from '#functions/store/links.ts';
import { openStage, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

function ask(email: string, now = at(0)) {
  return requestSignIn(stage.deps, { body: new URLSearchParams({ email }).toString(), now });
}
function links(to: string) {
  return stage.mails
    .filter((mail) => mail.to === to)
    .map(({ text }) => /\/masuk\/([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? '');
}
const own = { 'sec-fetch-site': 'same-origin' };
function enter(secret: string, now: string, headers: Record<string, string> = own) {
  return signIn(stage.deps, { secret, request: { headers, now } });
}
function cookieOf({ cookies = [] }: { cookies?: string[] }) {
  return cookies.map((each) => each.split(';')[0] ?? '');
}

/** A session of the person, begun as people begin one. */
async function session(id: string, now: string) {
  await ask(`${id}@dinas.example`, now);
  return cookieOf(await enter(links(`${id}@dinas.example`).at(-1) ?? '', now));
}

describe('a session', () => {
  it('is known by its secret only, which the table does not hold', async () => {
    const [cookie = ''] = await session('ada', at(0));
    const secret = cookie.split('=')[1] ?? '';
    const found = await stage.store.links.find(hashLinkSecret(secret), at(1));
    expect(found).toMatchObject({ to: 'session', personId: 'ada' });
    await fc.assert(
      fc.asyncProperty(fc.base64String({ minLength: 44, maxLength: 44 }), async (other) => {
        expect(
          await signedIn(stage.store, { cookies: [`__Host-jaring=${other.slice(0, 43)}`], now: at(1) }),
        ).toBeUndefined();
      }),
      { numRuns: 10 },
    );
    // The secret of another kind of link is no session.
    await ask('vera@dinas.example', at(500));
    const link = links('vera@dinas.example').at(-1) ?? '';
    expect(await signedIn(stage.store, { cookies: [`__Host-jaring=${link}`], now: at(501) })).toBeUndefined();
  });
});

describe('a form that comes with a session', () => {
  const url = 'https://jaring.example/x';
  it.each<[Record<string, string>, boolean]>([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://jaring.example' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'https://jaring.example' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{}, true],
  ])('from %j is taken: %s', (headers, taken) => {
    expect(isOwnForm({ headers }, url)).toBe(taken);
  });
});
