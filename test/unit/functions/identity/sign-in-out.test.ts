import { describe, expect, it } from 'vitest';
import { sessionMinutes, signedIn } from '#functions/identity/session.ts';
import { requestSignIn, showSignIn, signIn, signOut } from '#functions/identity/sign-in.ts';
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

describe('asking for a sign-in link', () => {
  it('looks the same for an address that is known and for one that is not, and mails the first only', async () => {
    const before = stage.mails.length;
    const known = await ask(' Vera@Dinas.Example ');
    expect(stage.mails.slice(before)).toMatchObject([
      { to: 'vera@dinas.example', subject: 'Tautan untuk masuk ke Jaring' },
    ]);
    expect(await ask('nobody@dinas.example')).toEqual(known);
    expect(stage.mails.length).toBe(before + 1);
    expect(known.statusCode).toBe(200);
  });

  it('mails one link in five minutes, however often it is asked', async () => {
    const now = (minute: number) => at(1_000 + minute);
    const before = stage.mails.length;
    for (const minute of [0, 1, 2, 3, 4]) await ask('vino@dinas.example', now(minute));
    expect(stage.mails.length).toBe(before + 1);
    await ask('vino@dinas.example', now(6));
    expect(stage.mails.length).toBe(before + 2);
  });

  it.each([
    '',
    'nobody',
    'a@b',
    `${'a'.repeat(300)}@dinas.example`,
    'x\u0000@dinas.example',
    `x@${'y'.repeat(1_000_000)}`,
  ])('says so when it is given what is no address', async (email) => {
    const before = stage.mails.length;
    const page = await ask(email);
    expect(page.statusCode).toBe(422);
    expect(page.body).toContain('Ini bukan alamat e-mail');
    expect(Buffer.byteLength(page.body)).toBeLessThan(10_000);
    expect(stage.mails.length).toBe(before);
  });
});

describe('a sign-in link', () => {
  it('is used up by its button and by nothing else, and begins one session', async () => {
    await ask('paula@dinas.example');
    const [secret = ''] = links('paula@dinas.example');
    for (let time = 0; time < 3; time++)
      expect(await showSignIn(stage.deps, { secret, now: at(1) })).toMatchObject({
        statusCode: 200,
        body: expect.stringContaining('Petugas paula'),
      });
    const answers = await Promise.all([1, 2, 3, 4].map(() => enter(secret, at(2))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 404, 404, 404]);
    const [entered] = answers.filter(({ statusCode }) => statusCode === 303);
    expect(entered?.headers.location).toBe('../tugas');
    expect(entered?.cookies).toEqual([
      expect.stringMatching(
        /^__Host-jaring=[\w-]{43}; Max-Age=1800; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const cookies = cookieOf(entered ?? {});
    expect(await signedIn(stage.store, { cookies, now: at(3) })).toMatchObject({ id: 'paula' });
    expect(await signedIn(stage.store, { cookies, now: at(2 + sessionMinutes) })).toBeUndefined();
  });

  it('does nothing when the form of another site is sent to it', async () => {
    await ask('pandu@dinas.example');
    const [secret = ''] = links('pandu@dinas.example');
    expect(await enter(secret, at(1), { 'sec-fetch-site': 'cross-site' })).toMatchObject({ statusCode: 403 });
    // Its own page sends no referrer, so old browsers send the origin `null`.
    expect(await enter(secret, at(1), { origin: 'null' })).toMatchObject({ statusCode: 303 });
  });
});

describe('a session', () => {
  it('ends with the button, at once and for good', async () => {
    const cookies = await session('vino', at(3_000));
    const request = { headers: own, cookies, now: at(3_001) };
    expect(
      await signOut(stage.deps, { ...request, headers: { 'sec-fetch-site': 'cross-site' } }),
    ).toMatchObject({ statusCode: 403 });
    expect(await signedIn(stage.store, request)).toBeDefined();
    const answer = await signOut(stage.deps, request);
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: 'masuk' } });
    expect(answer.cookies).toEqual([expect.stringContaining('__Host-jaring=; Max-Age=0')]);
    expect(await signedIn(stage.store, request)).toBeUndefined();
    // Again, or without one, it changes nothing and answers the same.
    expect(await signOut(stage.deps, request)).toEqual(answer);
    expect(await signOut(stage.deps, { ...request, cookies: [] })).toEqual(answer);
  });
});
