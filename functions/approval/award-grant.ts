/**
 * Awards the grant once all steps of the ladder approved it, and tells the group. While its budget line has no room for it,
 * the award waits: the group and the administrators are told once, and the workflow calls again.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { formatRupiah } from '#domain/rupiah.ts';
import { awardGrant } from '#functions/approval/awarding.ts';
import { tellWaiting } from '#functions/approval/waiting-for-budget.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';
import { rulePack } from '#programmes/index.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('approval/award-grant', event, async (request, { env, metrics }) => {
  const { proposalId, now } = request;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const awarding = await awardGrant(store, request);
  if (awarding.outcome === 'no-budget') {
    await tellWaiting({ store, ...messengerOf(env), linkBaseUrl: env.LINK_BASE_URL }, awarding.waits, now);
    return { outcome: awarding.outcome };
  }
  const { proposal } = awarding;
  const { award, tranches } = proposal;
  for (const to of await recipientsOf(store.people, proposal))
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposalId}.awarded.${to.key}`,
        proposalId,
        to,
        language: to.language,
        template: 'award-granted',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          to,
          {
            proposalId,
            groupName: groupNameOf(proposal),
            decreeNumber: award.sk.number,
            agreementNumber: award.pks.number,
            date: award.sk.date,
            amount: formatRupiah(award.amount),
            tranches: tranches.map(({ number, amount }) => ({ number, amount: formatRupiah(amount) })),
          },
          now,
        ),
        now,
      },
    );
  metrics.addMetric('GrantAwarded', 'Count', 1);
  return {
    outcome: awarding.outcome,
    tranches: tranches.map(({ number }) => number),
    works: rulePack(proposal.pack.id, proposal.pack.version).works !== undefined,
  };
});
