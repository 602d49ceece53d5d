/**
 * GET of one's own asks, all or one, for who has signed in. Changes nothing; `s3:PutObject` is for the upload forms, as
 * in `show-ask.ts`.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query; s3: ListBucket (prefix evidence/), GetObject evidence/* and drafts/*, PutObject evidence/*
 */
import { openOwnAsk } from '#functions/people/opened-link.ts';
import { pageOf } from '#functions/people/pages/ask-page.ts';
import { myAsksPage, pageAsked } from '#functions/people/pages/my-asks-page.ts';
import { failurePage, forSession, unknownLinkPage } from '#functions/people/pages/page.ts';
import { signedOutPage } from '#functions/people/pages/sign-in-pages.ts';
import { signedIn } from '#functions/people/session.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/show-my-asks',
  async (request, { env }) => {
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
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
    const deps = { store, s3: s3(), uploadsBucket: env.UPLOADS_BUCKET, linkBaseUrl: env.LINK_BASE_URL };
    // S3 adds the object's key when it sends the browser back from an upload.
    return forSession(await pageOf(deps, opened, { justUploaded: request.query.key !== undefined }));
  },
  failurePage(),
);
