/**
 * GET of a link to enrol for one-time codes: says what it is for, or that it was used. It shows nothing of the secret
 * and changes nothing, however often and by whatever scanner it is opened.
 *
 * @grants dynamodb: GetItem
 */
import { showEnrolment } from '#functions/people/enrolment-visits.ts';
import { failurePage } from '#functions/people/pages/page.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/show-enrolment',
  ({ pathParameters, now }, { env }) =>
    showEnrolment(createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }), {
      secret: pathParameters.secret ?? '',
      now,
    }),
  failurePage(),
);
