/**
 * Records which members confirmed having received the benefit of a tranche. If too few did after the last one, or if
 * somebody denied it, the auditors are told; where a tranche waits, they are asked instead.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { recordReceipts } from '#functions/payment/receipts.ts';
import { tellAuditors } from '#functions/people/tell-auditors.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler('payment/record-receipts', event, async (step, { env, metrics }) => {
  const { proposalId, tranche, now } = step;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { proposal, counts, needed, reviewed } = await recordReceipts(store, step);
  if (!reviewed && (counts.confirmed < needed || counts.denied > 0))
    await tellAuditors(
      { store, ...messengerOf(env) },
      { occasion: `${proposalId}.receipts.${tranche}`, proposal, tranche, counts, needed, now },
    );
  metrics.addMetric('ReceiptsConfirmed', 'Count', counts.confirmed);
  return { ...counts };
});
