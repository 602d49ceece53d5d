/**
 * GET of the link to a payment run that is to be released. Changes nothing, however often it is opened: the function
 * cannot write.
 */
import { showRun } from '#functions/payment/decide-run.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'payment/show-run',
  ({ pathParameters, query, now }, { store }) => {
    const { setelah: after } = query;
    return showRun(store, {
      secret: pathParameters.secret ?? '',
      ...(after !== undefined && { after }),
      now,
    });
  },
  failurePage(),
);
