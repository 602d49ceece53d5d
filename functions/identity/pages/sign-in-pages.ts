/** The pages of signing in: for the address, for the link that was mailed, and for what comes in their place. */
import type { Person } from '#domain/people/person.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

const title: Bilingual = { id: 'Masuk ke Jaring', en: 'Sign in to Jaring' };

/** Asks for the address. @param attempt what was typed before and is none */
export function addressPage(attempt?: { given: string }): HttpAnswer {
  return page(attempt === undefined ? 200 : 422, title, [
    attempt !== undefined &&
      html`<div class="problems" role="alert" tabindex="-1" autofocus><p><a href="#field-email">${inBoth(
        notAnAddress,
      )}</a></p></div>`,
    html`<p>${inBoth({
      id: 'Untuk petugas: tulis alamat e-mail Anda. Kami mengirim tautan sekali pakai ke alamat itu.',
      en: 'For officers: give your e-mail address. We send a link to it that works once.',
    })}</p>
<form method="post">
<div><label for="field-email">${inBoth({ id: 'Alamat e-mail', en: 'E-mail address' })}</label>
<input type="email" id="field-email" name="email" value="${attempt?.given.slice(0, 254) ?? ''}" autocomplete="email" maxlength="254" required${attempt !== undefined && html` aria-invalid="true"`}></div>
<button type="submit">${inBoth({ id: 'Kirim tautan', en: 'Send the link' })}</button>
</form>
<p><a href="tugas">${inBoth({ id: 'Sudah masuk? Buka tugas saya', en: 'Signed in already? Open my asks' })}</a></p>`,
  ]);
}

const notAnAddress: Bilingual = {
  id: 'Ini bukan alamat e-mail. Tulis seperti nama@dinas.go.id.',
  en: 'This is not an e-mail address. Write it like nama@dinas.go.id.',
};

/** The answer to every address. */
export function linkSentPage({ minutes }: { minutes: number }): HttpAnswer {
  return page(200, title, [
    html`<div class="done" role="status"><p>${inBoth({
      id: `Jika alamat ini terdaftar, tautan untuk masuk sudah dikirim. Tautan itu berlaku ${minutes} menit dan hanya sekali.`,
      en: `If this address is known, a link to sign in has been sent. It works for ${minutes} minutes, and once.`,
    })}</p></div>
<p>${inBoth({
      id: 'Tidak ada pesan? Periksa folder spam. Permintaan lagi dalam lima menit tidak mengirim tautan baru.',
      en: 'No message? Look into the spam folder. Asking again within five minutes sends no new link.',
    })}</p>`,
  ]);
}

/** The page of a sign-in link that can be used. */
export function confirmPage({ name }: Pick<Person, 'name'>): HttpAnswer {
  return page(200, title, [
    html`<p>${inBoth({
      id: 'Tekan tombol untuk masuk. Setelah itu tautan ini tidak dapat dipakai lagi.',
      en: 'Press the button to sign in. After that this link cannot be used again.',
    })}</p>
<form method="post">
<button type="submit">${asPerson(name)}</button>
</form>`,
  ]);
}

function asPerson(name: string): Piece {
  return html`Masuk sebagai <bdi>${name}</bdi><span class="en" lang="en">Sign in as <bdi>${name}</bdi></span>`;
}

/** For sign-in links that are used, foreign or altered; it does not say which. */
export function unknownSignInPage(): HttpAnswer {
  return page(404, { id: 'Tautan tidak dikenal', en: 'Unknown link' }, [
    html`<p>${inBoth({
      id: 'Tautan untuk masuk ini tidak berlaku: sudah dipakai, atau tidak lengkap.',
      en: 'This link to sign in is not valid: it was used, or it is not whole.',
    })}</p>
<p><a href="../masuk">${inBoth({ id: 'Minta tautan baru', en: 'Ask for a new link' })}</a></p>`,
  ]);
}

/** For a form that another site sent in the reader's name. */
export function foreignFormPage(): HttpAnswer {
  return page(403, { id: 'Tidak diterima', en: 'Not accepted' }, [
    html`<p>${inBoth({
      id: 'Formulir ini tidak dikirim dari halaman Jaring, sehingga tidak ada yang diubah. Buka lagi halamannya dan kirim dari sana.',
      en: 'This form was not sent from a page of Jaring, so nothing was changed. Open the page again and send it from there.',
    })}</p>`,
  ]);
}

/** For what only a person who has signed in may see. @param signIn the address of the sign-in page, from here */
export function signedOutPage(signIn: string): HttpAnswer {
  return page(401, { id: 'Anda belum masuk', en: 'You are not signed in' }, [
    html`<p>${inBoth({
      id: 'Halaman ini hanya untuk petugas yang sudah masuk. Sesi berlaku setengah jam.',
      en: 'This page is for officers who have signed in. A session lasts for half an hour.',
    })}</p>
<p><a href="${signIn}">${inBoth({ id: 'Masuk', en: 'Sign in' })}</a></p>
<p><a href="">${inBoth({ id: 'Sudah masuk? Buka lagi halaman ini', en: 'Signed in already? Open this page again' })}</a></p>`,
  ]);
}
