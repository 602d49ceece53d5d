/**
 * GET of the sign-in page and of a sign-in link. Changes nothing: a link is used up by its button only.
 *
 * @grants dynamodb: GetItem
 */

import { addressPage } from '#functions/identity/pages/sign-in-pages.ts';
import { showSignIn } from '#functions/identity/sign-in.ts';
import { dynamoDb } from '#functions/runtime/clients.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/show-sign-in',
  async ({ pathParameters: { secret }, now }, { env }) => {
    if (secret === undefined) return addressPage();
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    return showSignIn({ store }, { secret, now });
  },
  failurePage(),
);
