/** What every function behind a personal link does first. */
import { type AskContext, openLink } from '#functions/asks/ask-context.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { oldLinkPage, unknownLinkPage } from '#functions/web/page.ts';

/**
 * Opens a personal link and answers with what `show` makes of it; an unknown link, or one whose time is over, is answered as such.
 *
 * @param link its secret, and when it was opened (ISO)
 */
export async function withLink(
  store: Parameters<typeof openLink>[0],
  { secret, now }: { secret: string; now: string },
  show: (opened: AskContext) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const opened = await openLink(store, secret, now);
  if (opened === undefined) return unknownLinkPage();
  return opened === 'too-old' ? oldLinkPage() : show(opened);
}
