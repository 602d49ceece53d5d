/** POST: asks for a sign-in link (`/masuk`), uses one up (`/masuk/{secret}`), or ends the session (`/keluar`). */

import { requestSignIn, signIn, signOut } from '#functions/identity/sign-in.ts';
import { postOf } from '#functions/notifications/post.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/sign-in-out',
  (request, { env, store, logger }) => {
    const deps = {
      store,
      ...postOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
      logger,
    };
    const { secret } = request.pathParameters;
    if (secret !== undefined) return signIn(deps, { secret, request });
    return request.path.endsWith('/keluar') ? signOut(deps, request) : requestSignIn(deps, request);
  },
  failurePage(),
);
