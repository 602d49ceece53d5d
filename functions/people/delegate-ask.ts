/**
 * POST below an ask's page, by a personal link or for who has signed in: hands the ask on to somebody else who may
 * answer it. By it a person who was asked delegates, and an administrator names somebody while nobody is eligible;
 * neither answers anything.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import { openOwnAsk } from '#functions/people/opened-link.ts';
import { failurePage, forSession, unknownLinkPage } from '#functions/people/pages/page.ts';
import { foreignFormPage, signedOutPage } from '#functions/people/pages/sign-in-pages.ts';
import { isOwnForm, signedIn } from '#functions/people/session.ts';
import { takeReassignment, takeReassignmentOf } from '#functions/people/take-reassignment.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/delegate-ask',
  async (request, { env }) => {
    const { pathParameters, body, now } = request;
    const { askId, secret = '' } = pathParameters;
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    const deps = { store, linkBaseUrl: env.LINK_BASE_URL, ...messengerOf(env) };
    if (askId === undefined) return takeReassignment(deps, { secret, body, now });
    if (!isOwnForm(request, env.LINK_BASE_URL)) return foreignFormPage();
    const person = await signedIn(store, request);
    if (person === undefined) return signedOutPage('../../masuk');
    const opened = await openOwnAsk(store, person, askId, now);
    return opened === undefined
      ? unknownLinkPage()
      : forSession(await takeReassignmentOf(deps, opened, { body, now }));
  },
  failurePage(),
);
