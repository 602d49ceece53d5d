/** What a link to enrol does when it is opened, and when its form is sent. */
import { readForm } from '#domain/asks/answers.ts';
import { problem } from '#domain/text/problem.ts';
import type { CodeSecrets } from '#functions/identity/code-secrets.ts';
import { openEnrolmentLink, proveEnrolment } from '#functions/identity/enrolment.ts';
import {
  enrolledPage,
  enrolmentInvitation,
  enrolmentSecret,
  showSecret,
} from '#functions/identity/pages/enrolment-page.ts';
import { readCode } from '#functions/identity/totp.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { oldLinkPage, pageHeaders, tooLargePage, unknownLinkPage } from '#functions/web/page.ts';

/** The page of the link. Reads only. */
export async function showEnrolment(
  store: Pick<Store, 'codes' | 'links'>,
  { secret, now }: { secret: string; now: string },
): Promise<HttpAnswer> {
  const opened = await openEnrolmentLink(store, secret, now);
  if (opened === undefined) return unknownLinkPage();
  if (opened === 'too-old') return oldLinkPage();
  return opened.status === 'enrolled' ? enrolledPage() : enrolmentInvitation();
}

export interface ProofDeps {
  store: Pick<Store, 'codes' | 'commit' | 'links'>;
  codeSecrets: () => Promise<CodeSecrets>;
}

/** The longest form, in bytes: a button or six digits. */
const maxFormBytes = 1024;

/**
 * Shows the secret after the button was pressed, enrols the person whose code is right, or shows the same page with
 * what is wrong.
 *
 * @param post the secret of the link, the form-encoded body, and when it came
 */
export async function takeProof(
  { store, codeSecrets }: ProofDeps,
  { secret: linkSecret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> {
  const opened = await openEnrolmentLink(store, linkSecret, now);
  if (opened === undefined) return unknownLinkPage();
  if (opened === 'too-old') return oldLinkPage();
  if (opened.status === 'enrolled') return enrolledPage();
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const { codes } = opened;
  const secret = (await codeSecrets()).decrypt(codes.personId, codes.secret);
  const values = readForm(body);
  if (values[showSecret] !== undefined) return enrolmentSecret(codes.personId, secret);
  const digits = readCode(values.code);
  if (digits === undefined)
    return enrolmentSecret(codes.personId, secret, [problem('code-malformed', 'code')]);
  if (!(await proveEnrolment(store, { codes, secret, digits, now })))
    return enrolmentSecret(codes.personId, secret, [problem('code-not-proved', 'code')]);
  return { statusCode: 303, headers: { ...pageHeaders([]), location: linkSecret }, body: '' };
}
