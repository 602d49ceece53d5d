/** On whose chain of events it stands that wrong codes locked something, or that it was unlocked. */
import { readAskId } from '#domain/asks/ask-id.ts';
import { chainOfSubject } from '#functions/store/keys.ts';

/** The chain of what the ask is about; undefined for what is no ask. */
export function chainOfCoded(askId: string): ReturnType<typeof chainOfSubject> | undefined {
  const subject = readAskId(askId)?.subject;
  return subject && chainOfSubject(subject);
}
