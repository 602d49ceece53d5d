/** To whom mails about a proposal go when no one in particular is asked. */
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { contactOf, contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import type { Language } from '#domain/text/language.ts';
import type { ProposalState } from '#functions/store/proposal-items.ts';
import type { Store } from '#functions/store/store.ts';

/** One address, and a key that makes the message's id its own. */
export interface Recipient {
  key: string;
  email: string;
  phone?: string | undefined;
  language: Language;
}

/** The key of the group's contact. */
export const contactKey = 'contact';

/** The village of the group, as far as it is known; the country otherwise, for which only its own officials stand. */
function regionOf(proposal: Proposal | undefined) {
  return (proposal && contentOf(proposal)?.group.village) ?? '';
}

async function holdersFor(
  people: Pick<Store['people'], 'byRole'>,
  role: DirectoryRole,
  region: string,
): Promise<Recipient[]> {
  return (await people.byRole(role, region)).map(({ id, email, phone, language }) => ({
    key: id,
    email,
    phone,
    language,
  }));
}

/** The programme's administrators for the group's region. */
export function adminsFor(
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal | undefined,
): Promise<Recipient[]> {
  return adminsIn(people, regionOf(proposal));
}

/** The programme's administrators for a village, or, where it is empty, for the whole country. */
export function adminsIn(people: Pick<Store['people'], 'byRole'>, region: string): Promise<Recipient[]> {
  return holdersFor(people, 'admin', region);
}

/** The auditors for the group's region; while there are none, the administrators, so that no message goes unread. */
export async function auditorsFor(
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal,
): Promise<Recipient[]> {
  const auditors = await holdersFor(people, 'auditor', regionOf(proposal));
  return auditors.length > 0 ? auditors : adminsFor(people, proposal);
}

/** The group's contact; while none is known, the administrators, so that no message goes unread. */
export async function recipientsOf(
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal,
): Promise<Recipient[]> {
  const contact = contactOf(proposal);
  return contact === undefined
    ? adminsFor(people, proposal)
    : [{ key: contactKey, email: contact.email, phone: contact.phone, language: contact.language }];
}

/** The group's name, or the packet's folder while the packet could not be read. */
export function groupNameOf(proposal: Proposal): string {
  return contentOf(proposal)?.group.name ?? proposal.packetPrefix;
}

/** The same by the state alone. */
export function groupNameIn({ group, packetPrefix }: Pick<ProposalState, 'group' | 'packetPrefix'>): string {
  return group?.name ?? packetPrefix;
}
