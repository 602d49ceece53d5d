/**
 * POST of one's own asks: several answers at once, or one with its own page, for who has signed in.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; s3: ListBucket (prefix evidence/), GetObject evidence/* and drafts/*, PutObject evidence/*; states: SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage; secretsmanager: GetSecretValue
 */
import { openOwnAsk } from '#functions/people/opened-link.ts';
import { pageAsked } from '#functions/people/pages/my-asks-page.ts';
import { failurePage, forSession, unknownLinkPage } from '#functions/people/pages/page.ts';
import { foreignFormPage, signedOutPage } from '#functions/people/pages/sign-in-pages.ts';
import { isOwnForm, signedIn } from '#functions/people/session.ts';
import { takeAnswerTo } from '#functions/people/take-answer.ts';
import { takeAnswers } from '#functions/people/take-answers.ts';
import { takeDepsOf } from '#functions/people/take-deps.ts';
import { httpHandler } from '#functions/shared/handler.ts';

export const handler = httpHandler(
  'people/answer-my-asks',
  async (request, { env, logger }) => {
    const { body, now } = request;
    const deps = takeDepsOf(env, logger);
    const { store } = deps;
    const { askId } = request.pathParameters;
    if (!isOwnForm(request, env.LINK_BASE_URL)) return foreignFormPage();
    const person = await signedIn(store, request);
    if (person === undefined) return signedOutPage(askId === undefined ? 'masuk' : '../masuk');
    if (askId === undefined)
      return forSession(
        await takeAnswers(deps, { person, body, page: pageAsked(request.query.halaman), now }),
      );
    const opened = await openOwnAsk(store, person, askId, now);
    return opened === undefined
      ? unknownLinkPage()
      : forSession(await takeAnswerTo(deps, opened, { body, now }));
  },
  failurePage(),
);
