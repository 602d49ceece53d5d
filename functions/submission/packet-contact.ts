/** Whom to write to about a packet that may be broken. */
import { type SalvagedContact, salvageContact } from '#domain/packet/packet.ts';
import type { ProposalText } from '#functions/submission/packet-objects.ts';

/** As the packet says, as far as it can be read; or else as the upload's metadata `contact` said. */
export function packetContact(found: ProposalText): SalvagedContact | undefined {
  if (found.outcome === 'gone') return undefined;
  const written = found.outcome === 'read' ? salvageContact(found.text) : undefined;
  return written ?? salvageContact(JSON.stringify({ contact: { email: found.contact } }));
}
