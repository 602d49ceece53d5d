/** GET of the sign-in page and of a sign-in link. Changes nothing: a link is used up by its button only. */

import { addressPage } from '#functions/identity/pages/sign-in-pages.ts';
import { showSignIn } from '#functions/identity/sign-in.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/show-sign-in',
  async ({ pathParameters: { secret }, now }, { store }) => {
    if (secret === undefined) return addressPage();
    return showSignIn({ store }, { secret, now });
  },
  failurePage(),
);
