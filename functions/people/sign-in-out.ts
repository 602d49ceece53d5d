/**
 * POST: asks for a sign-in link (`/masuk`), uses one up (`/masuk/{secret}`), or ends the session (`/keluar`).
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import { failurePage } from '#functions/people/pages/page.ts';
import { requestSignIn, signIn, signOut } from '#functions/people/sign-in.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/sign-in-out',
  (request, { env, logger }) => {
    const deps = {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      ...messengerOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
      logger,
    };
    const { secret } = request.pathParameters;
    if (secret !== undefined) return signIn(deps, { secret, request });
    return request.path.endsWith('/keluar') ? signOut(deps, request) : requestSignIn(deps, request);
  },
  failurePage(),
);
