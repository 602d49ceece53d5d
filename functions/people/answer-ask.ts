/**
 * POST of a personal link: the only way by which a person's form decides anything.
 *
 * The answer is recorded first, then the execution is resumed; see `record-answer.ts`. Afterwards the browser is sent
 * back to the page, which shows what was recorded, so that reloading sends nothing again.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; s3: ListBucket (prefix evidence/), GetObject evidence/* and drafts/*, PutObject as show-ask (it renders the same forms); states: SendTaskSuccess, StartExecution (deposit); ses: SendEmail; sms-voice: SendTextMessage; secretsmanager: GetSecretValue
 */
import { failurePage } from '#functions/people/pages/page.ts';
import { takeAnswer } from '#functions/people/take-answer.ts';
import { takeDepsOf } from '#functions/people/take-deps.ts';
import { httpHandler } from '#functions/shared/handler.ts';

export const handler = httpHandler(
  'people/answer-ask',
  ({ pathParameters, body, now }, { env, logger }) =>
    takeAnswer(takeDepsOf(env, logger), { secret: pathParameters.secret ?? '', body, now }),
  failurePage(),
);
