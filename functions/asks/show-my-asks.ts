/**
 * GET of one's own asks, all or one, for who has signed in. Changes nothing; `s3:PutObject` is for the upload forms, as
 * in `show-ask.ts`.
 */
import '#functions/behaviours.ts';
import { openOwnAsk } from '#functions/asks/ask-context.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { myAsksPage, pageAsked } from '#functions/asks/pages/my-asks-page.ts';
import { signedOutPage } from '#functions/identity/pages/sign-in-pages.ts';
import { signedIn } from '#functions/identity/session.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage, forSession, unknownLinkPage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'asks/show-my-asks',
  async (request, { env, store }) => {
    const { askId } = request.pathParameters;
    const person = await signedIn(store, request);
    if (person === undefined) return signedOutPage(askId === undefined ? 'masuk' : '../masuk');
    if (askId === undefined) {
      const [asks, codes] = await Promise.all([store.assignments.of(person.id), store.codes.get(person.id)]);
      const enrolled = codes?.status === 'enrolled';
      return forSession(myAsksPage({ person, asks, page: pageAsked(request.query.halaman), enrolled }));
    }
    const opened = await openOwnAsk(store, person, askId, request.now);
    if (opened === undefined) return unknownLinkPage();
    const deps = {
      ...{ store, s3: s3(), uploadsBucket: env.UPLOADS_BUCKET, bankBucket: env.BANK_BUCKET },
      linkBaseUrl: env.LINK_BASE_URL,
    };
    // S3 adds the object's key when it sends the browser back from an upload.
    return forSession(
      await pageOf(deps, opened, {
        justUploaded: request.query.key !== undefined,
        part: request.query.setelah,
      }),
    );
  },
  failurePage(),
);
