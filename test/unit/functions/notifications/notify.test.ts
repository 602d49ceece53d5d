import { SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '#functions/notifications/notify.ts';
import type { Recipient } from '#functions/notifications/recipients.ts';
import { createStore, type Store } from '#functions/store/store.ts';
import { useTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
import { at } from '../scene.ts';

let store: Store;
useTable((table) => {
  store = createStore(table);
});

let mails: SendEmailCommandInput[];
beforeEach(() => {
  mails = [];
});

/** A mail service that refuses the addresses in `broken` with an error of its own. */
function sesWith(broken: readonly string[] = []): SESv2Client {
  const ses = new SESv2Client({ region: 'ap-southeast-3' });
  ses.middlewareStack.add(
    () => async (args) => {
      const mail = args.input as SendEmailCommandInput;
      if (mail.Destination?.ToAddresses?.some((address) => broken.includes(address)))
        throw new Error('The service is down.');
      mails.push(mail);
      return { output: { MessageId: `mail-${mails.length}`, $metadata: {} }, response: undefined };
    },
    { step: 'initialize' },
  );
  return ses;
}

function deps(broken?: readonly string[]) {
  return posting({
    ...{ store, ses: sesWith(broken), linkBaseUrl: 'https://jaring.example/', logger: { warn: () => {} } },
    ...{ sender: 'noreply@jaring.example', replyTo: undefined, texts: undefined },
  });
}
function recipient(key: string, language: Recipient['language']): Recipient {
  return {
    key,
    email: `${key}@dinas.example`,
    language,
  };
}
const admins = [recipient('ADM-01', 'id'), recipient('ADM-02', 'en')];
function sentTo() {
  return mails.map(({ Destination }) => Destination?.ToAddresses?.[0]);
}
function refusal(occasion: string) {
  return {
    idPrefix: `settings.${occasion}.`,
    template: 'settings-refused' as const,
    facts: { file: 'people.json' as const, count: 0, problems: [] },
    now: at(0),
  };
}
function subjects() {
  return mails.map(({ Content }) => Content?.Simple?.Subject?.Data);
}

describe('notify', () => {
  it('sends one message to each, in their language, under the prefix and their key', async () => {
    await notify(deps(), admins, refusal('each'));
    expect(sentTo()).toEqual(['ADM-01@dinas.example', 'ADM-02@dinas.example']);
    expect(new Set(subjects()).size).toBe(2);
    const tags = mails.map(({ EmailTags }) => EmailTags?.find(({ Name }) => Name === 'message')?.Value ?? '');
    expect(tags.map((tag) => Buffer.from(tag, 'base64url').toString())).toEqual([
      'settings.each.ADM-01',
      'settings.each.ADM-02',
    ]);
  });

  it('says to each what is theirs, where the facts follow from the recipient', async () => {
    await notify(deps(), admins, {
      ...refusal('own'),
      template: 'overdue-recorded',
      subjectId: 'PRP-0000000000',
      facts: ({ key }) => ({
        proposalId: 'PRP-0000000000',
        groupName: `Group of ${key}`,
        what: { id: 'LPJ', en: 'LPJ' },
        since: at(0),
        duty: 'officer',
      }),
    });
    expect(subjects()[0]).toContain('Group of ADM-01');
    expect(subjects()[1]).toContain('Group of ADM-02');
  });

  it('sends nothing twice, and to those who are left after one was not reached', async () => {
    const notice = refusal('again');
    const broken = deps(['ADM-02@dinas.example']);
    await notify(broken, admins, notice);
    expect(broken.unsent).toMatchObject([{ cause: { message: 'The service is down.' } }]);
    expect(sentTo()).toEqual(['ADM-01@dinas.example']);
    await notify(deps(), admins, notice);
    await notify(deps(), admins, notice);
    expect(sentTo()).toEqual(['ADM-01@dinas.example', 'ADM-02@dinas.example']);
  });

  it('sends nothing where there is no one', async () => {
    await notify(deps(), [], refusal('none'));
    expect(mails).toEqual([]);
  });
});
