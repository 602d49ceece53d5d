import { describe, expect, it } from 'vitest';
import { sessionMinutes } from '#functions/identity/session.ts';
import { requestSignIn, showSignIn, signIn } from '#functions/identity/sign-in.ts';
import { newLinkSecret } from '#functions/store/links.ts';
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

describe('a sign-in link', () => {
  it('that is used, foreign, altered or of another kind says so and nothing else', async () => {
    await ask('karta@dinas.example');
    const [secret = ''] = links('karta@dinas.example');
    await enter(secret, at(1));
    const used = await showSignIn(stage.deps, { secret, now: at(2) });
    expect(used.statusCode).toBe(404);
    expect(used.body).not.toContain('karta');
    const [cookie = ''] = await session('sinta', at(3));
    const altered = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [newLinkSecret(), altered, secret.slice(1), '', '../x', cookie.split('=')[1] ?? '']) {
      expect(await showSignIn(stage.deps, { secret: wrong, now: at(4) })).toEqual(used);
      expect(await enter(wrong, at(4))).toEqual(used);
    }
  });

  it('is too old after half an hour, and of no use to who left the directory', async () => {
    await ask('kas@dinas.example', at(0));
    await ask('mira@dinas.example', at(0));
    const [[kas = ''], [mira = '']] = [links('kas@dinas.example'), links('mira@dinas.example')];
    expect(await enter(kas, at(sessionMinutes))).toMatchObject({ statusCode: 410 });
    await stage.store.commit({
      journal: 'settings',
      now: at(1),
      events: [],
      changes: [stage.store.people.remove('mira')],
    });
    expect((await enter(mira, at(2))).statusCode).toBe(404);
  });
});
