/**
 * The text message that a message becomes: who writes, what it is about, and the link, in the reader's language only,
 * because every part of it costs.
 *
 * A message of the GSM alphabet has 160 characters, or 153 in each of several parts; one with any other character has
 * 70, or 67 (3GPP TS 23.038, section 4; TS 23.040, section 9.2.3.24.1). So what has a plain form is written plainly.
 */

import type { Language } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import { oneLine } from '#functions/web/markup.ts';

/** The basic alphabet of TS 23.038, without the characters that take two places. */
const gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** The maximum of parts; a name that makes it longer is cut. */
const mostParts = 3;

/** How many parts the text takes. */
export function textParts(text: string): number {
  const [whole, part] = gsm.test(text) ? [160, 153] : [70, 67];
  return text.length <= whole ? 1 : Math.ceil(text.length / part);
}

/** Typographic characters by their plain form; accents that the GSM alphabet lacks are left out. */
function plain(text: string) {
  return text
    .replaceAll(/[‐-―−]/g, '-')
    .replaceAll(/[‘’‚`´]/g, "'")
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll('…', '...')
    .replaceAll('•', '*')
    .replaceAll(/[[{]/g, '(')
    .replaceAll(/[\]}]/g, ')')
    .split('')
    .map((character) =>
      gsm.test(character) ? character : character.normalize('NFD').replaceAll(/\p{M}/gu, ''),
    )
    .join('');
}

/** @param language the reader's */
export function composeText(message: Message, language: Language): string {
  const action = message.blocks.find((block) => 'url' in block);
  const link = action === undefined ? '' : ` ${action.url}`;
  const whole = `Jaring: ${plain(oneLine(message.subject[language]))}`;
  for (let length = whole.length; ; length--) {
    const text = `${length === whole.length ? whole : `${whole.slice(0, length).trimEnd()}...`}${link}`;
    if (textParts(text) <= mostParts || length === 0) return text;
  }
}
