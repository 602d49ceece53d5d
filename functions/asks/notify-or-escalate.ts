/**
 * Puts an ask to a person, and sees to it that it never waits for a person whom no message reaches: then the
 * administrators are notified of whom and why, and where it is the group's leader, they are asked in the group's place.
 */
import { createHash } from 'node:crypto';
import type { Ask, OpenAsk } from '#domain/asks/ask.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import { type Addressee, type AskMailDeps, type MailKind, mailAsk } from '#functions/asks/ask-mails.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import { notify } from '#functions/notifications/notify.ts';
import { adminsIn, type Recipient } from '#functions/notifications/recipients.ts';
import { maskAddress, maskPhone, type Sending } from '#functions/notifications/send-message.ts';
import type { Store } from '#functions/store/store.ts';

export interface EscalateDeps extends AskMailDeps {
  store: AskMailDeps['store'] & Pick<Store, 'people'>;
}

/** Whether it is with the person, or will be without any more work. */
export function isOnItsWay(sending: Sending): boolean {
  return sending === 'sent' || sending === 'sent-before' || sending === 'waiting';
}

/** Who a person is and where they were written to, as administrators may read it. */
function described({ name, email, phone }: Addressee): Bilingual {
  const ways = [
    ...(email === undefined ? [] : [maskAddress(email)]),
    ...(phone === undefined ? [] : [maskPhone(phone)]),
  ];
  const text = `${name}${ways.length === 0 ? '' : ` (${ways.join(', ')})`}`;
  return { id: text, en: text };
}

/** @param turn what makes this occasion its own, as for `mailAsk` */
export async function notifyOrEscalate(
  deps: EscalateDeps,
  subject: AskSubject,
  ask: OpenAsk,
  mail: { turn: number | string; to: Addressee; now: string } & MailKind,
): Promise<Sending> {
  const sending = await mailAsk(deps, subject, ask, mail);
  if (isOnItsWay(sending)) return sending;
  const { to, turn, now } = mail;
  const admins = await adminsIn(deps.store.people, subject.region);
  if (ask.assignee.kind === 'leader' && to.personId === undefined) {
    const template = mail.template === 'ask-reminder' ? mail.template : 'ask';
    for (const admin of admins)
      await mailAsk(deps, subject, ask, { template, turn, to: adminAddressee(admin), now });
  }
  await notifyUnreached(deps, subject, { ask, who: described(to), now });
  return sending;
}

/** An administrator as a person who may be asked. */
export function adminAddressee({ key, email, phone, language }: Recipient): Addressee {
  return {
    name: 'Administrator',
    personId: key,
    email,
    phone,
    language,
  };
}

/**
 * Notifies the administrators, once for each ask and person, that nothing reaches the person.
 *
 * @param ask what they are asked for; absent for a message that asked for nothing
 * @param who as the message names them
 */
export async function notifyUnreached(
  deps: EscalateDeps,
  subject: AskSubject,
  { ask, who, now }: { ask?: Ask; who: Bilingual; now: string },
): Promise<void> {
  const once = createHash('sha256').update(who.id).digest('hex').slice(0, 16);
  await notify(deps, await adminsIn(deps.store.people, subject.region), {
    idPrefix: `${ask?.id ?? subject.id}#unreached#${once}#`,
    subjectId: subject.id,
    template: 'nobody-reached',
    facts: {
      subject: subject.facts,
      who,
      ...(ask !== undefined && {
        ask: { kind: ask.kind, until: ask.expiresAt, inTheirPlace: ask.assignee.kind === 'leader' },
      }),
    },
    now,
  });
}
