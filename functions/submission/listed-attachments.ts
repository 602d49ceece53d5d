/** Which attachments a packet names, read leniently: a packet with mistakes still says what is on its way. */
import * as z from 'zod';

const lenient = z.object({ attachments: z.array(z.object({ name: z.string() }).catch({ name: '' })) });

/** The names, in order, each once. Empty when the text is not JSON or names none; checks report that later. */
export function listedAttachments(text: string): string[] {
  try {
    const { attachments } = lenient.parse(JSON.parse(text));
    return [...new Set(attachments.map(({ name }) => name).filter((name) => name !== ''))];
  } catch {
    return [];
  }
}
