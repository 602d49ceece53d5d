/** Links: what opens them changes nothing, what answers them counts once, and what is not one says nothing. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkIn } from '#players/mailbox.ts';
import { openPage, sendForm } from '#players/page.ts';
import { silence } from '#players/replies.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;
let id: string;
const packet = tkmGroup(1);

beforeAll(async () => {
  world = await startWorld();
  id = await world.submit(packet, { membership: silence });
  await world.settle();
});
afterAll(() => world?.stop());

/** The link by which a member confirms. */
async function linkOf(number: number): Promise<string> {
  const address = packet.proposal.members[number - 1]?.email ?? '';
  const [mail] = await world.mailsTo(address, 'keanggotaan');
  const link = mail && linkIn(mail);
  if (link === undefined) throw new Error(`Member ${number} got no link.`);
  return link;
}

async function record() {
  return (await world.connection.store.audit.list({ proposalId: id })).length;
}

describe('opening a link', () => {
  test('changes nothing, however often and by whatever method', async () => {
    const link = await linkOf(1);
    const before = await record();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) await (await fetch(link, { method })).text();
    await world.settle();
    expect(await record()).toBe(before);
    expect((await openPage(link)).answer).toBeDefined();
  });

  test('gives a page that no one keeps, frames or sends on', async () => {
    const { headers } = await fetch(await linkOf(1));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  test('shows one member nothing of the others’ numbers', async () => {
    const { text } = await openPage(await linkOf(1));
    for (const { nik } of packet.proposal.members) expect(text).not.toContain(nik);
  });
});

describe('a link that is none', () => {
  test.each([
    ['altered', (link: string) => link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A')],
    ['cut', (link: string) => link.slice(0, -8)],
    ['lengthened', (link: string) => `${link}AAAA`],
    ['foreign', (link: string) => link.replace(/[^/]+$/, Buffer.alloc(32, 7).toString('base64url'))],
  ])('%s opens the same page that reveals nothing', async (_, spoil) => {
    const page = await openPage(spoil(await linkOf(1)));
    expect(page.status).toBe(404);
    expect(page.heading).toBe('Tautan tidak dikenal');
    expect(page.text).not.toContain(id);
    expect(page.answer).toBeUndefined();
  });

  test('answers nothing', async () => {
    const before = await record();
    const link = (await linkOf(1)).slice(0, -1);
    const response = await fetch(link, { method: 'POST', body: new URLSearchParams({ outcome: 'denied' }) });
    expect(response.status).toBe(404);
    await world.settle();
    expect(await record()).toBe(before);
  });
});

describe('answering', () => {
  test('with what the form does not offer is refused, and nothing is recorded', async () => {
    const link = await linkOf(2);
    const before = await record();
    const page = await sendForm(await openPage(link), { outcome: 'approve', reason: 'x' });
    expect(page.status).toBe(422);
    expect(page.problems).not.toEqual([]);
    expect(await record()).toBe(before);
  });

  test('counts once; the link then shows who answered what and when', async () => {
    const link = await linkOf(3);
    const form = await openPage(link);
    await sendForm(form, { outcome: 'confirmed' });
    const before = await record();
    // The page that was still open in another tab says the opposite.
    const late = await sendForm(form, { outcome: 'denied' });
    expect(late.answer).toBeUndefined();
    expect(late.text).toContain('Jawaban sudah dicatat');
    expect(late.text).toContain(packet.proposal.members[2]?.name);
    expect(late.text).toContain('Ya, saya anggota dan setuju');
    await world.settle();
    expect(await record()).toBe(before);
    expect((await world.proposal(id)).stage).toBe('verification');
  });

  test('by one member leaves the other members’ links as they are', async () => {
    expect((await openPage(await linkOf(4))).answer).toBeDefined();
  });

  test('“that is not me” stops the proposal until a verifier has looked into it', async () => {
    await sendForm(await openPage(await linkOf(5)), { outcome: 'denied' });
    await world.settle();
    expect((await world.proposal(id)).stage).toBe('verification');
    const open = await world.connection.store.asks.openBySubject(id);
    expect(open.filter(({ parent }) => parent === undefined).map(({ kind }) => kind)).toEqual([
      'membership-review',
    ]);
    // What the others say is recorded all the same: it helps the verifier who looks into it.
    expect((await openPage(await linkOf(4))).answer).toBeDefined();
  });
});
