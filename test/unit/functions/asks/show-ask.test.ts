import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { newLinkSecret } from '#functions/store/links.ts';
import { idOfAsk } from '#test/asks.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

/** A digest of the whole table. */
function everything() {
  return digestOf(table);
}

/** A proposal whose site is to be visited by vera, with her link. */
async function visit(group: number, change?: Parameters<Stage['submitted']>[1]) {
  const id = await stage.submitted(group, change);
  const token = await stage.turn(id, 'site-visit', '1');
  const secret = stage.linksOf(id)[0] ?? '';
  return { id, token, secret };
}
const passed = { outcome: 'pass', visitedOn: '2020-08-03', latitude: '-7,42', longitude: '109.24' };

describe('opening a link', () => {
  it('changes nothing, however often it is done', async () => {
    const { secret } = await visit(1);
    const before = await everything();
    for (let time = 0; time < 5; time++) expect((await stage.get(secret)).statusCode).toBe(200);
    expect(await everything()).toBe(before);
  });

  it('shows nothing more than that it is unknown when it is foreign, altered or cut off', async () => {
    const { secret } = await visit(2);
    const altered = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    const bodies = new Set<string>();
    for (const wrong of [newLinkSecret(), altered, secret.slice(0, 20), `${secret}x`, '', '../../etc']) {
      const page = await stage.get(wrong);
      expect(page.statusCode).toBe(404);
      bodies.add(page.body);
      expect(await stage.post(wrong, passed)).toEqual(page);
    }
    expect(bodies.size).toBe(1);
  });

  it('shows what the verifier needs, escaped, without script, in less than 60 KB', async () => {
    const { secret } = await visit(3, (packet) => {
      packet.group.name = '<script>alert(1)</script> & "Kelompok"';
      packet.plan.summary = `${'kata'.repeat(500)}\u202e`;
    });
    const page = await stage.get(secret);
    const root = parse(page.body);
    expect(root.querySelectorAll('script, iframe, img, link, object')).toHaveLength(0);
    expect(page.body).not.toMatch(/ on[a-z]+=|\u202e/);
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Kelompok&quot;');
    expect(Buffer.byteLength(page.body)).toBeLessThan(60_000);
    expect(page.body).toContain('3302••••••••');
    expect(page.body).not.toMatch(/3302\d{12}/);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' https:/,
      ),
    });
  });

  it('gives every input a label, and every field of the form its name', async () => {
    const { secret } = await visit(4);
    const root = parse((await stage.get(secret)).body);
    for (const field of root.querySelectorAll('input:not([type=hidden]), textarea, select'))
      expect(root.querySelector(`label[for="${field.getAttribute('id')}"]`), field.outerHTML).not.toBeNull();
    expect(root.getAttribute('lang') ?? root.querySelector('html')?.getAttribute('lang')).toBe('id');
  });

  it('offers uploads to the ask’s own folder only, bounded in size and stored as bytes', async () => {
    const { id, secret } = await visit(5);
    const form = parse((await stage.get(secret)).body).querySelector('form[data-upload=visit-photos]');
    const hidden = (name: string) =>
      form?.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? '';
    expect(hidden('key')).toBe(`evidence/${id}/${idOfAsk(id, 'site-visit', '1')}/visit-photos/$\{filename}`);
    expect(hidden('Content-Type')).toBe('application/octet-stream');
    const policy = JSON.parse(Buffer.from(hidden('Policy'), 'base64').toString());
    expect(policy.conditions).toContainEqual(['content-length-range', 1, 5_242_880]);
    expect(policy.conditions).toContainEqual([
      'starts-with',
      '$key',
      `evidence/${id}/${idOfAsk(id, 'site-visit', '1')}/visit-photos/`,
    ]);
  });
});
