/** A cloud with proposals in flight, and the way to every kind of page in it. */

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '#cli/cloud/connection.ts';
import { functionFor } from '#cli/cloud/invoke.ts';
import { linkIn, readMailbox } from '#players/mailbox.ts';
import { silence } from '#players/replies.ts';
import { withProposal, withWrongSum } from '#samples/packet.ts';
import { approvedByPpk, startWorld, tkmGroup, type World } from '../e2e/world.ts';

/** Markup, a mark that turns the direction of writing, and a word longer than any line. */
const hostileName = `<i onclick=alert(1)>Maju</i> \u202eamasreB ${'Sejahtera'.repeat(6)}`;

export interface Places {
  world: World;
  /** The public URL, without a slash at the end. */
  api: string;
  /** The address and the proposals of an approver who has several to decide. */
  approver: { email: string; links: string[] };
  /** The address of an approver who can decide several on the list of what they are asked. */
  lister: string;
  /** The page that a link in the newest message leads to whose subject holds these words; by default to anyone. */
  link(subject: string, to?: string): Promise<string>;
  status(to: string): Promise<string>;
  /** A new link to enrol for codes. */
  enrolment(): Promise<string>;
  /** The link of an ask that was not answered in time. */
  expired: string;
  member: string;
  /** One who has confirmed. */
  confirmed: string;
  /** The leader of the group whose packet is wrong. */
  leader: string;
  /** The leader of a group whose tranche is open. */
  paidLeader: string;
}

export const verifier = 'ratri.wulandari@dinnaker-banyumas.example';

/**
 * Groups of Banyumas: three wait for a PPK, three for a KPA, one for its verifier, one for its members; one has to correct, one
 * has papers to sign.
 */
export async function openPlaces(): Promise<Places> {
  const world = await startWorld();
  const forgotten = withWrongSum(tkmGroup(608));
  await world.submit(forgotten, { correction: silence });
  await world.settle();
  await world.connection.control.advance({ seconds: 40 * 86_400 });
  const named = (number: number) =>
    withProposal(tkmGroup(number), (proposal) => ({
      ...proposal,
      group: { ...proposal.group, name: hostileName },
    }));
  const atPpk: string[] = [];
  for (const number of [601, 602, 603]) atPpk.push(await world.submit(named(number), { approval: silence }));
  const atKpa: string[] = [];
  for (const number of [610, 611, 612])
    atKpa.push(await world.submit(named(number), { approval: approvedByPpk }));
  const visited = tkmGroup(605);
  await world.submit(visited, { 'site-visit': silence });
  const wrong = withWrongSum(named(606));
  await world.submit(wrong, { correction: silence });
  const unconfirmed = named(607);
  await world.submit(unconfirmed, { membership: silence });
  const awarded = named(609);
  await world.submit(awarded, { 'tranche-documents': silence });
  await world.answerAll();
  const mails = () => readMailbox(world.endpoint);
  const link = async (subject: string, to?: string) => {
    const found = (await mails())
      .filter((mail) => (to === undefined || mail.to.includes(to)) && mail.subject.includes(subject))
      .at(-1);
    const url = found && linkIn(found);
    if (url === undefined) throw new Error(`There is no link about ${subject}.`);
    return url;
  };
  const approvals = (await mails()).filter(({ subject }) => subject.startsWith('Persetujuan bantuan'));
  // Three asks come at once, so how they are shared out is not the same each time; of two approvers, one has two.
  const busiest = (ids: readonly string[], among: readonly string[]) => {
    const asked = approvals.filter(({ subject }) => ids.some((id) => subject.includes(id)));
    const of = (address: string) => asked.filter(({ to }) => to.includes(address));
    const [email = ''] = asked
      .flatMap(({ to }) => to)
      .filter((address) => !among.includes(address))
      .toSorted((one, other) => of(other).length - of(one).length);
    return { email, links: of(email).flatMap((mail) => linkIn(mail) ?? []) };
  };
  const approver = busiest(atPpk, []);
  const ppks = approvals
    .filter(({ subject }) => atPpk.some((id) => subject.includes(id)))
    .flatMap(({ to }) => to);
  return {
    world,
    api: world.connection.outputs.ApiUrl.replace(/\/$/, ''),
    approver,
    lister: busiest(atKpa, ppks).email,
    link,
    status: async (to) => {
      const texts = (await mails()).filter((mail) => mail.to.includes(to)).map(({ text }) => text ?? '');
      return /https?:\/\/\S+\/s\/[\w-]{43}/.exec(texts.at(-1) ?? '')?.[0] ?? '';
    },
    enrolment: async () => {
      const { control } = world.connection;
      const client = new LambdaClient(clientSettings(world.endpoint));
      const { now } = await control.clock();
      const wish = { step: 'identity/restore-codes', do: 'reset', personId: 'surya.dharma', now };
      await client.send(
        new InvokeCommand({
          FunctionName: functionFor(world.connection, 'identity/restore-codes'),
          Payload: JSON.stringify(wish),
        }),
      );
      client.destroy();
      await world.settle();
      const texts = (await mails()).map(({ text }) => text ?? '').filter((text) => text.includes('/kode/'));
      return /https?:\/\/\S+\/kode\/[\w-]{43}/.exec(texts.at(-1) ?? '')?.[0] ?? '';
    },
    expired: await link('Perbaikan proposal', forgotten.proposal.contact.email),
    confirmed: visited.proposal.members[2]?.email ?? '',
    member: unconfirmed.proposal.members[0]?.email ?? '',
    leader: wrong.proposal.contact.email,
    paidLeader: awarded.proposal.contact.email,
  };
}
