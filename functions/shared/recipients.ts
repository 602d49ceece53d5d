/** To whom mails about a proposal go when nobody in particular is asked. */
import type { DirectoryRole } from '#domain/ask-kinds.ts';
import type { Language } from '#domain/language.ts';
import { contactOf, type Proposal } from '#domain/proposal.ts';
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
const regionOf = (proposal: Proposal | undefined) =>
  proposal !== undefined && 'content' in proposal ? (proposal.content?.group.village ?? '') : '';

const holdersFor = async (
  people: Pick<Store['people'], 'byRole'>,
  role: DirectoryRole,
  proposal: Proposal | undefined,
): Promise<Recipient[]> =>
  (await people.byRole(role, regionOf(proposal))).map(({ id, email, phone, language }) => ({
    key: id,
    email,
    phone,
    language,
  }));

/** The programme's administrators for the group's region. */
export const adminsFor = (
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal | undefined,
): Promise<Recipient[]> => holdersFor(people, 'admin', proposal);

/** The auditors for the group's region; while there are none, the administrators, so that nothing is said to nobody. */
export const auditorsFor = async (
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal,
): Promise<Recipient[]> => {
  const auditors = await holdersFor(people, 'auditor', proposal);
  return auditors.length > 0 ? auditors : adminsFor(people, proposal);
};

/** The group's contact; while none is known, the administrators, so that nothing is said to nobody. */
export const recipientsOf = async (
  people: Pick<Store['people'], 'byRole'>,
  proposal: Proposal,
): Promise<Recipient[]> => {
  const contact = contactOf(proposal);
  return contact === undefined
    ? adminsFor(people, proposal)
    : [{ key: contactKey, email: contact.email, phone: contact.phone, language: contact.language }];
};

/** The group's name, or the packet's folder while the packet could not be read. */
export const groupNameOf = (proposal: Proposal): string =>
  'content' in proposal && proposal.content !== undefined
    ? proposal.content.group.name
    : proposal.packetPrefix;
