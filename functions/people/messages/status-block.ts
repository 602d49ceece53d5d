/** The way to the status page, at the end of every message to a group's leader. */
import type { Block } from '#functions/people/messages/message.ts';

/** @param statusUrl the link; nothing is written without one, as when the administrators get the message instead */
export const statusBlocks = (statusUrl: string | undefined): Block[] =>
  statusUrl === undefined
    ? []
    : [
        {
          action: { id: 'Lihat perkembangan proposal', en: 'See where the proposal stands' },
          url: statusUrl,
        },
      ];
