/** Every kind of page, as people meet it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newLinkSecret } from '#functions/store/links.ts';
import { startBrowser } from './chromium.ts';
import { openPlaces, type Places, verifier } from './places.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const small = { width: 320, height: 480 };

/** Milliseconds that the browser waits for what should be there at once: only what never comes is to fail. */
const patience = 300_000;

let places: Places;
let browser: Browser;
/** The phone on which one page after the other is looked at. */
let phone: Page;

beforeAll(async () => {
  [places, browser] = await Promise.all([openPlaces(), startBrowser()]);
  const context = await browser.newContext({ bypassCSP: true });
  context.setDefaultTimeout(patience);
  phone = await context.newPage();
});
beforeAll(async () => {
  await inPage({ javaScriptEnabled: false }, async (page, context) => {
    await signIn(page, places.lister);
    session = await context.cookies();
  });
});
afterAll(async () => {
  await browser?.close();
  await places?.world.stop();
});

/** A page in a browser of its own; `use` may do what it likes with it. */
async function inPage<Result>(
  options: Parameters<Browser['newContext']>[0],
  use: (page: Page, context: BrowserContext) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patience);
  try {
    return await use(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

/** Signs in as an officer does: by the address, the mail and the button. */
async function signIn(page: Page, email: string) {
  await page.goto(`${places.api}/masuk`);
  await page.getByLabel('Alamat e-mail').fill(email);
  await page.getByRole('button', { name: 'Kirim tautan' }).click();
  await page.goto(await signInLink(email));
  await page.getByRole('button', { name: 'Masuk sebagai' }).click();
  await page.waitForURL(`${places.api}/tugas`);
}

async function signInLink(email: string) {
  const mail = (await places.world.mailsTo(email, 'Tautan untuk masuk')).at(-1);
  return /https?:\/\/\S+\/masuk\/[\w-]{43}/.exec(mail?.text ?? '')?.[0] ?? '';
}

/** The session of an approver with several asks, begun once. */
let session: Awaited<ReturnType<BrowserContext['cookies']>>;
async function toMyAsks(page: Page) {
  await page.context().addCookies(session);
  await page.goto(`${places.api}/tugas`);
}

/** How to get to a page of each kind. */
const kinds: Record<string, (page: Page) => Promise<unknown>> = {
  'a member’s confirmation': async (page) => page.goto(await places.link('keanggotaan', places.member)),
  'a site visit, with its uploads': async (page) => page.goto(await places.link('Kunjungan lapangan')),
  'an approval': (page) => page.goto(places.approver.links[0] ?? ''),
  'an approval that lacks its reason': async (page) => {
    await page.goto(places.approver.links[0] ?? '');
    await page.getByLabel('Kembalikan untuk diperbaiki').check();
    await page.getByRole('button', { name: 'Kirim keputusan' }).click();
    await page.waitForSelector('.problems');
  },
  'an approval that is to be delegated': async (page) => {
    await page.goto(places.approver.links[0] ?? '');
    await page.getByRole('button', { name: 'Delegasikan kepada' }).click();
    await page.waitForURL(/delegasi$/);
  },
  'delegating without a reason': async (page) => {
    await page.goto(places.approver.links[0] ?? '');
    await page.getByRole('button', { name: 'Delegasikan kepada' }).click();
    await page.getByLabel('Diteruskan kepada').selectOption({ index: 1 });
    await page.locator('#field-delegateReason').fill(' ');
    await page.getByRole('button', { name: 'Delegasikan' }).click();
    await page.waitForSelector('.problems');
  },
  'papers to print and sign': async (page) => {
    await page.goto(await places.link('Dokumen', places.paidLeader));
    await page.getByRole('heading', { name: 'Dokumen siap cetak' }).waitFor();
  },
  'a correction': async (page) => page.goto(await places.link('Perbaikan proposal', places.leader)),
  'an ask that was delegated to no one': async (page) => {
    await page.goto(places.approver.links[0] ?? '');
    await page.getByRole('button', { name: 'Delegasikan kepada' }).click();
    await page.waitForURL(/delegasi$/);
    await page.evaluate(`document.querySelector('form[data-reassign]').noValidate = true`);
    await page.locator('form[data-reassign] button').click();
    await page.waitForSelector('.problems');
  },
  'an ask that was answered': async (page) => page.goto(await places.link('keanggotaan', places.confirmed)),
  'an ask whose time was over': async (page) => page.goto(places.expired),
  'an enrolment for codes': async (page) => page.goto(await places.enrolment()),
  'the secret for codes': async (page) => {
    await page.goto(await places.enrolment());
    await page.getByRole('button', { name: 'Tampilkan kode QR' }).click();
  },
  'a code that proves nothing': async (page) => {
    await page.goto(await places.enrolment());
    await page.getByRole('button', { name: 'Tampilkan kode QR' }).click();
    await page.locator('input[name=code]').fill('000000');
    await page.locator('form button[type=submit]').last().click();
  },
  'a link that is none': (page) => page.goto(`${places.api}/a/${newLinkSecret()}`),
  'the status': async (page) => page.goto(await places.status(places.leader)),
  'the sign-in': (page) => page.goto(`${places.api}/masuk`),
  'the sign-in, after what is no address': async (page) => {
    await page.goto(`${places.api}/masuk`);
    await page.getByLabel('Alamat e-mail').fill('vera@dinas');
    await page.getByRole('button', { name: 'Kirim tautan' }).click();
  },
  'a link that was sent': async (page) => {
    await page.goto(`${places.api}/masuk`);
    await page.getByLabel('Alamat e-mail').fill(verifier);
    await page.getByRole('button', { name: 'Kirim tautan' }).click();
  },
  'a sign-in link': async (page) => page.goto(await signInLink(verifier)),
  'a sign-in link that is none': (page) => page.goto(`${places.api}/masuk/${newLinkSecret()}`),
  'one’s asks, signed out': (page) => page.goto(`${places.api}/tugas`),
  'an ask that is not one’s own': async (page) => {
    await toMyAsks(page);
    await page.goto(`${places.api}/tugas/P-0000000000.approval.1-0`);
  },
  'one’s asks': toMyAsks,
  'one’s asks, one of them wrong': async (page) => {
    await toMyAsks(page);
    await page.getByLabel('Tolak', { exact: false }).first().check();
    await page.getByRole('button', { name: 'Kirim semua jawaban' }).click();
  },
  'one’s own ask in full': async (page) => {
    await toMyAsks(page);
    await page.getByRole('link', { name: 'Buka selengkapnya' }).first().click();
  },
};

test.each(Object.entries(kinds))(
  '%s is small, fits an old phone, and axe finds nothing wrong with it',
  async (_, open) => {
    const page = phone;
    await page.context().clearCookies();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(small);
    const requests: string[] = [];
    const note = (request: Request) => requests.push(request.url());
    page.on('request', note);
    await open(page);
    page.off('request', note);
    expect(Buffer.byteLength(await page.content())).toBeLessThan(60_000);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((url) => !url.startsWith(places.api))).toEqual([]);
    for (const [element, count] of [
      ['script, iframe, img, object, link', 0],
      ['main', 1],
      ['h1', 1],
    ] as const)
      expect(await page.locator(element).count(), element).toBe(count);
    expect(await widthOf(page)).toBeLessThanOrEqual(small.width);
    await page.evaluate(axe);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    // Twice the size of the letters, on a screen that is twice as wide (WCAG 2.2, 1.4.4).
    await page.setViewportSize({ width: 2 * small.width, height: small.height });
    await page.evaluate(`document.documentElement.style.setProperty('font-size', '200%')`);
    expect(await widthOf(page)).toBeLessThanOrEqual(2 * small.width);
  },
);

function widthOf(page: Page) {
  return page.evaluate<number>('document.documentElement.scrollWidth');
}

/** What axe finds, by rule; by default all rules. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options = {
    // Only these are reported in full; all rules are tried.
    resultTypes: ['violations'],
    ...(rules !== undefined && { runOnly: { type: 'rule', values: rules } }),
  };
  const found = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`,
  );
}

describe('without script, in which no page of ours has any', () => {
  const old = { javaScriptEnabled: false, viewport: small };
  const focused = (page: Page) =>
    page.evaluate<{ name: string; value: string; text: string; outline: string }>(
      `(() => { const at = document.activeElement; return { name: at.getAttribute('name') ?? at.tagName, value: at.getAttribute('value') ?? '', text: at.textContent, outline: getComputedStyle(at).outlineStyle }; })()`,
    );

  test('an ask is answered by keyboard alone, and what is wrong is read out first', async () => {
    await inPage(old, async (page) => {
      const refused: string[] = [];
      page.on('console', (message) => refused.push(message.text()));
      await page.goto(places.approver.links[1] ?? '');
      const tabTo = async (fits: (at: Awaited<ReturnType<typeof focused>>) => boolean) => {
        for (let step = 0; step < 40; step++) {
          await page.keyboard.press('Tab');
          const at = await focused(page);
          expect(at.outline, `focus on ${at.name} is seen`).not.toBe('none');
          if (fits(at)) return;
        }
        throw new Error('The keyboard does not get there.');
      };
      await tabTo(({ name }) => name === 'outcome');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      expect((await focused(page)).value).toBe('reject');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.problems');
      expect((await focused(page)).text).toContain('Alasan');
      await tabTo(({ text }) => text.startsWith('Alasan'));
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Shift+Tab');
      expect((await focused(page)).name).toBe('reason');
      await page.keyboard.type('Lokasi tidak sesuai');
      await tabTo(({ text }) => text.includes('Kirim keputusan'));
      await page.keyboard.press('Space');
      await page.waitForSelector('.done');
      const shown = await page.locator('main').textContent();
      expect(shown).toContain('Jawaban sudah dicatat');
      expect(shown).toContain('Lokasi tidak sesuai');
      expect(refused.filter((text) => /Content Security|Refused/i.test(text))).toEqual([]);
    });
  });

  test('names of people change nothing around them, and no long word widens the page', async () => {
    await inPage(old, async (page) => {
      await page.goto(places.approver.links[0] ?? '');
      const text = await page.locator('main').textContent();
      expect(text).toContain('<i onclick=alert(1)>Maju</i> amasreB Sejahtera');
      expect(text).not.toContain('\u202e');
      expect(await page.locator('main i').count()).toBe(0);
    });
  });

  test('a form of another site does nothing in the name of who has signed in', async () => {
    await inPage(old, async (page, context) => {
      await context.addCookies(session);
      const asks = () => page.locator('section h2').allTextContents();
      await page.goto(`${places.api}/tugas`);
      const before = await asks();
      const field = (await page.locator('input[value=reject]').first().getAttribute('name')) ?? '';
      await page.route('http://other.example/', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<form method="post" action="${places.api}/tugas"><input name="${field}" value="reject"><input name="${field.replace(/outcome$/, 'reason')}" value="Tipuan"><button>Hadiah</button></form>`,
        }),
      );
      await page.goto('http://other.example/');
      await page.getByRole('button', { name: 'Hadiah' }).click();
      await page.waitForURL(`${places.api}/tugas`);
      expect(await page.locator('h1').textContent()).toContain('Tidak diterima');
      await page.goto(`${places.api}/tugas`);
      expect(await asks()).toEqual(before);
    });
  });

  test('an officer signs in, answers one of several, and signs out', async () => {
    await inPage(old, async (page, context) => {
      await context.addCookies(session);
      await page.goto(`${places.api}/tugas`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
      const before = await page.locator('section').count();
      await page.getByLabel('Kembalikan untuk diperbaiki').first().check();
      await page.getByLabel('Alasan').first().fill('Lengkapi RAB');
      await page.getByRole('button', { name: 'Kirim semua jawaban' }).click();
      expect(await page.locator('.done').textContent()).toContain('sudah dicatat');
      expect(await page.locator('section').count()).toBe(before - 1);
      await page.getByRole('button', { name: 'Keluar' }).click();
      await page.waitForURL(`${places.api}/masuk`);
      await page.goto(`${places.api}/tugas`);
      expect(await page.locator('h1').textContent()).toContain('Anda belum masuk');
    });
  });
});
