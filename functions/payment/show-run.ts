/**
 * GET of the link to a payment run that is to be released. Changes nothing, however often it is opened: the function
 * cannot write.
 *
 * @grants dynamodb: GetItem, Query
 */
import { showRun } from '#functions/payment/deciding-run.ts';
import { failurePage } from '#functions/people/pages/page.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'payment/show-run',
  ({ pathParameters, query, now }, { env }) => {
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    const { setelah: after } = query;
    return showRun(store, {
      secret: pathParameters.secret ?? '',
      ...(after !== undefined && { after }),
      now,
    });
  },
  failurePage(),
);
