/** The group corrects everything that the checks found, and uploads the packet again. */
import { maxPacketBytes, packetKeys } from '#domain/packet/packet.ts';
import { type Proposal, problemsOf } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import type { Upload } from '#functions/web/upload-form.ts';
import { fileName, storedType } from '#functions/web/uploads.ts';
import { packOf } from '#programmes/index.ts';

export const correction: Behaviour<'correction'> = {
  opening: (proposal) => ({ problems: problemsOf(proposal) }),
  page: { outline: 'number', uploads },
};

function uploads(proposal: Proposal): Upload[] {
  const { packetPrefix } = proposal;
  const { attachments } = packOf(proposal);
  return [
    {
      name: 'attachment',
      label: {
        id: 'Lampiran yang hilang atau diganti (unggah lebih dahulu, dengan nama seperti dalam proposal.json)',
        en: 'Attachments that are missing or replaced (upload them first, named as in proposal.json)',
      },
      key: packetKeys(packetPrefix).attachment(fileName),
      contentType: storedType,
      accept: [...new Set(attachments.flatMap(({ mediaTypes }) => mediaTypes))].join(','),
      maxBytes: Math.max(...attachments.map(({ maxBytes }) => maxBytes)),
    },
    {
      name: 'proposal',
      label: { id: 'proposal.json yang sudah diperbaiki', en: 'The corrected proposal.json' },
      key: packetKeys(packetPrefix).proposal,
      contentType: 'application/json',
      accept: 'application/json,.json',
      maxBytes: maxPacketBytes,
    },
  ];
}
