/**
 * GET of a personal link: shows the question, or what became of it. Changes nothing, however often, by any client and
 * by whatever scanner it is opened.
 *
 * The function cannot write to the table. It holds `s3:PutObject` and `s3:GetObject…` because the upload forms and the links to
 * files on the page are presigned with its credentials, and S3 lets them do what their signer may do. It puts nothing itself, and
 * reads only files that a decision rests on, at the version of the record, to compare their hash.
 */
import '#functions/behaviours.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { withLink } from '#functions/asks/with-link.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage, readsFor } from '#functions/web/page.ts';

export const handler = httpHandler(
  'asks/show-ask',
  async ({ pathParameters, query, now }, { env, store }) => {
    return withLink(store, { secret: pathParameters.secret ?? '', now, reads: readsFor(query) }, (opened) =>
      pageOf(
        {
          ...{ store, s3: s3(), uploadsBucket: env.UPLOADS_BUCKET, bankBucket: env.BANK_BUCKET },
          linkBaseUrl: env.LINK_BASE_URL,
        },
        opened,
        // S3 adds the object's key when it sends the browser back from an upload.
        { justUploaded: query.key !== undefined, part: query.setelah },
      ),
    );
  },
  failurePage(),
);
