/** The way to the status page, at the end of every message to a group's leader. */
import type { Block } from '#functions/notifications/messages/message.ts';

/** @param statusUrl the link; nothing is written without one, as when the administrators get the message instead */
export function statusBlocks(statusUrl: string | undefined): Block[] {
  return statusUrl === undefined
    ? []
    : [
        {
          action: { id: 'Lihat perkembangan proposal', en: 'See where the proposal stands' },
          url: statusUrl,
        },
      ];
}
