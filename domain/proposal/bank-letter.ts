/** The letter by which a bank says whose an account is, among what a group handed in with its proposal. */

import { documentName } from '../asks/documents.ts';
import { packetKeys } from '../packet/packet.ts';
import type { Bilingual } from '../text/language.ts';
import type { AccountLetter } from './account-acceptance.ts';
import type { Content, StoredAttachment } from './content.ts';
import { contentOf, type Proposal } from './proposal.ts';

function lettersIn({ attachments }: Content): StoredAttachment[] {
  return attachments.filter(({ type }) => type === 'bank-reference');
}

/** The letter, at the version and with the hash that the checks recorded; none where none was handed in. */
export function bankLetterOf(
  proposal: Proposal,
): { name: Bilingual; key: string; versionId: string | undefined; bytes: number; sha256: string }[] {
  const content = contentOf(proposal);
  if (content === undefined) return [];
  return lettersIn(content).map(({ name, versionId, bytes, sha256 }) => ({
    name: documentName('bank-reference'),
    key: packetKeys(proposal.packetPrefix).attachment(name),
    ...{ versionId, bytes, sha256 },
  }));
}

/** What the record keeps of the letter by which the first account was accepted. */
export function letterOf(content: Content): AccountLetter | undefined {
  const [letter] = lettersIn(content);
  return letter?.versionId === undefined ? undefined : { versionId: letter.versionId, sha256: letter.sha256 };
}
