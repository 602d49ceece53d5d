/**
 * GET of a link to enrol for one-time codes: says what it is for, or that it was used. It shows nothing of the secret
 * and changes nothing, however often and by whatever scanner it is opened.
 *
 * @grants dynamodb: GetItem
 */
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { dynamoDb } from '#functions/runtime/clients.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/show-enrolment',
  ({ pathParameters, now }, { env }) =>
    showEnrolment(createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }), {
      secret: pathParameters.secret ?? '',
      now,
    }),
  failurePage(),
);
