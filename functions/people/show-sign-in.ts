/**
 * GET of the sign-in page and of a sign-in link. Changes nothing: a link is used up by its button only.
 *
 * @grants dynamodb: GetItem
 */

import { failurePage } from '#functions/people/pages/page.ts';
import { addressPage } from '#functions/people/pages/sign-in-pages.ts';
import { showSignIn } from '#functions/people/sign-in.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/show-sign-in',
  async ({ pathParameters: { secret }, now }, { env }) => {
    if (secret === undefined) return addressPage();
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    return showSignIn({ store }, { secret, now });
  },
  failurePage(),
);
