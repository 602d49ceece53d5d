/** The pages of a link to enrol: what it is for, the secret with the proof that it was taken over, and that it is done. */
import { encode } from 'uqr';
import type { AskForm } from '#domain/asks/forms.ts';
import { codeField } from '#domain/asks/forms.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import { enrolmentUri } from '#functions/identity/totp.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { answerForm, problemSummary } from '#functions/web/form-fields.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Markup, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

const title: Bilingual = { id: 'Pendaftaran aplikasi autentikator', en: 'Enrolment of an authenticator app' };

/** The name of the button that shows the secret. */
export const showSecret = 'show';

/** What the link opens: nothing of the secret yet, since mail scanners open links, but do not press buttons. */
export function enrolmentInvitation(): HttpAnswer {
  return page(200, title, [
    html`<p>${inBoth({
      id: 'Keputusan yang menyangkut uang memerlukan kode 6 angka dari aplikasi autentikator di ponsel Anda, misalnya Google Authenticator, Microsoft Authenticator, Aegis, atau FreeOTP. Pasang salah satunya lebih dahulu.',
      en: 'Decisions about money need a code of 6 digits from an authenticator app on your phone, such as Google Authenticator, Microsoft Authenticator, Aegis or FreeOTP. Install one of them first.',
    })}</p>`,
    html`<p>${inBoth({
      id: 'Halaman berikutnya menampilkan kode QR rahasia. Pastikan tidak ada orang lain yang melihat layar Anda.',
      en: 'The next page shows a secret QR code. Make sure that no one else sees your screen.',
    })}</p>`,
    html`<form method="post"><button type="submit" name="${showSecret}" value="qr">${inBoth({
      id: 'Tampilkan kode QR',
      en: 'Show the QR code',
    })}</button></form>`,
  ]);
}

const proofForm: AskForm = {
  title,
  question: title,
  fields: [
    codeField({
      id: 'Kode yang kini tampil di aplikasi untuk Jaring, misalnya 123 456.',
      en: 'The code that the app shows now for Jaring, for example 123 456.',
    }),
  ],
  submit: { id: 'Daftarkan', en: 'Enrol' },
};

/**
 * The secret, as QR code, link and text, and the form that proves it.
 *
 * @param secret in base 32
 */
export function enrolmentSecret(
  personId: string,
  secret: string,
  problems: readonly Problem[] = [],
): HttpAnswer {
  const uri = enrolmentUri(personId, secret);
  return page(problems.length > 0 ? 422 : 200, title, [
    problemSummary(problems, proofForm),
    section({ id: '1. Pindai kode QR ini', en: '1. Scan this QR code' }, [
      html`<p>${inBoth({
        id: 'Buka aplikasi autentikator, pilih “tambah akun”, lalu pindai.',
        en: 'Open the authenticator app, choose “add account”, then scan.',
      })}</p>`,
      qrCode(uri),
      html`<p><a href="${uri}">${inBoth({
        id: 'Atau, bila Anda membaca halaman ini di ponsel itu: buka di aplikasi autentikator',
        en: 'Or, if you read this page on that phone: open in the authenticator app',
      })}</a></p>`,
      html`<p>${inBoth({
        id: 'Atau ketik kunci ini di aplikasi (berbasis waktu):',
        en: 'Or type this key into the app (time-based):',
      })} <code>${inFours(secret)}</code></p>`,
    ]),
    section(
      { id: '2. Tulis kodenya', en: '2. Give the code' },
      answerForm({ form: proofForm, values: {}, problems, members: [] }),
    ),
  ]);
}

/** A link that was used says so, and nothing else. */
export function enrolledPage(): HttpAnswer {
  return page(200, title, [
    html`<div class="done" role="status"><p>${inBoth({
      id: 'Aplikasi autentikator sudah terdaftar.',
      en: 'The authenticator app has been enrolled.',
    })}</p></div>`,
    html`<p>${inBoth({
      id: 'Bila ponsel Anda hilang atau diganti, mintalah tautan baru kepada administrator program.',
      en: 'If your phone is lost or replaced, ask the programme’s administrator for a new link.',
    })}</p>`,
  ]);
}

function inFours(secret: string) {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}

/** Dark on white whatever the page's colours are, with the quiet zone of four modules that scanners need (ISO/IEC 18004). */
function qrCode(text: string): Markup {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const label = 'Kode QR untuk aplikasi autentikator / QR code for the authenticator app';
  const runs: Piece = data.flatMap((row, y) =>
    darkRuns(row).map(({ x, length }) => `M${x} ${y}h${length}v1h-${length}z`),
  );
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" width="280" height="280" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${runs}" fill="#000"/></svg>`;
}

/** The runs of dark modules in a row. */
function darkRuns(row: readonly boolean[]): { x: number; length: number }[] {
  const runs: { x: number; length: number }[] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last !== undefined && last.x + last.length === x) last.length += 1;
    else runs.push({ x, length: 1 });
  });
  return runs;
}
