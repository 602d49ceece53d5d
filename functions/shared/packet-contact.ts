/** Whom to write to about a packet that may be broken. */
import { type SalvagedContact, salvageContact } from '#domain/packet.ts';
import type { ProposalText } from '#functions/shared/packet-objects.ts';

/** As the packet says, as far as it can be read; or else as the upload's metadata `contact` said. */
export const packetContact = (found: ProposalText): SalvagedContact | undefined => {
  if (found.outcome === 'gone') return undefined;
  const written = found.outcome === 'read' ? salvageContact(found.text) : undefined;
  return written ?? salvageContact(JSON.stringify({ contact: { email: found.contact } }));
};
