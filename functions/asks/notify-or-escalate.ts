/**
 * What puts an ask to a person, and sees to it that it never waits for a person whom no message reaches: then the
 * administrators are notified of whom and why, and where it is the group's leader, they are asked in the group's place.
 */
import { createHash } from 'node:crypto';
import type { Ask, OpenAsk } from '#domain/asks/ask.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import { type Addressee, type AskMailDeps, type MailKind, writeAsk } from '#functions/asks/ask-mails.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { maskAddress, maskPhone } from '#functions/notifications/outgoing.ts';
import { adminsIn, type Recipient } from '#functions/notifications/recipients.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

export interface EscalateDeps extends AskMailDeps {
  store: AskMailDeps['store'] & Pick<Store, 'people'>;
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

/** Members as administrators find them in the packet. */
export function membersNumbered(members: readonly number[]): Bilingual {
  const numbers = members.toSorted((a, b) => a - b).join(', ');
  return { id: `Anggota nomor ${numbers}`, en: `Member number ${numbers}` };
}

/** The message that puts an ask to a person: what makes the occasion its own, as for `writeAsk`, to whom, and when. */
type AskMail = { turn: number | string; to: Addressee; now: string } & MailKind;

/** The message to the person; where there is no way to them, the messages to the administrators instead. */
export async function writeOrEscalate(
  deps: EscalateDeps,
  subject: AskSubject,
  ask: OpenAsk,
  mail: AskMail,
): Promise<QueuedMessage[]> {
  const message = await writeAsk(deps, subject, ask, mail);
  return message === undefined ? escalate(deps, subject, ask, mail) : [message];
}

/** The messages to the administrators about a person whom nothing reaches. */
export async function escalate(
  deps: EscalateDeps,
  subject: AskSubject,
  ask: OpenAsk,
  { to, turn, now, template }: AskMail,
): Promise<QueuedMessage[]> {
  const messages: (QueuedMessage | undefined)[] = [];
  if (ask.assignee.kind === 'leader' && to.personId === undefined) {
    const kind = template === 'ask-reminder' ? template : 'ask';
    for (const admin of await adminsIn(deps.store.people, subject.region))
      messages.push(
        await writeAsk(deps, subject, ask, { template: kind, turn, to: adminAddressee(admin), now }),
      );
  }
  return [
    ...messages.filter((message) => message !== undefined),
    ...(await writeUnreached(deps, subject, { ask, who: described(to), now })),
  ];
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
 * What notifies the administrators, once for each ask and person, that nothing reaches the person.
 *
 * @param ask what they are asked for; absent for a message that asked for nothing
 * @param who as the message names them
 */
export async function writeUnreached(
  deps: EscalateDeps,
  subject: AskSubject,
  { ask, who, now }: { ask?: Ask; who: Bilingual; now: string },
): Promise<QueuedMessage[]> {
  const once = createHash('sha256').update(who.id).digest('hex').slice(0, 16);
  return writeNotices(deps, await adminsIn(deps.store.people, subject.region), {
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
