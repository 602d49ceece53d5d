/** Where the personal links in messages lead: found as the application finds it, by the hash of their secret. */
import { chunk } from '#domain/chunk.ts';
import { hashLinkSecret, type Link } from '#functions/store/links.ts';
import type { MessageLink } from '#functions/store/messages.ts';
import type { Store } from '#functions/store/store.ts';
import { enrolmentLinkIn, linkIn, type Mail } from '#players/mailbox.ts';

/** How many links are looked up at the same time. */
const atOnce = 40;

/** A link that a message brought. */
export interface MailedLink {
  mail: Mail;
  url: string;
  link: Link | MessageLink;
}

export class Links {
  readonly #store: Pick<Store, 'links' | 'messages'>;
  readonly #found = new Map<string, Promise<MailedLink | undefined>>();
  /** By the ask that they lead to, the newest last. */
  readonly #byAsk = new Map<string, MailedLink[]>();

  constructor(store: Pick<Store, 'links' | 'messages'>) {
    this.#store = store;
  }

  /** Where the messages lead, in their order; undefined for one without a link, or whose time is over. @param now ISO 8601 */
  async of(mails: readonly Mail[], now: string): Promise<(MailedLink | undefined)[]> {
    const found: (MailedLink | undefined)[] = [];
    for (const some of chunk(mails, atOnce))
      found.push(
        ...(await Promise.all(
          some.map((mail) => {
            const known = this.#found.get(mail.id) ?? this.#find(mail, now);
            this.#found.set(mail.id, known);
            return known;
          }),
        )),
      );
    for (const each of found) {
      const ask = each === undefined ? undefined : askOf(each.link);
      if (each === undefined || ask === undefined) continue;
      const others = (this.#byAsk.get(ask) ?? []).filter(({ mail }) => mail.id !== each.mail.id);
      this.#byAsk.set(ask, [...others, each]);
    }
    return found;
  }

  /** The links to an ask, the newest last. */
  to(ask: string): readonly MailedLink[] {
    return this.#byAsk.get(ask) ?? [];
  }

  /** The ids of asks that links lead to and that begin so. */
  asksUnder(beginning: string): string[] {
    return [...this.#byAsk.keys()].filter((ask) => ask.startsWith(beginning));
  }

  async #find(mail: Mail, now: string): Promise<MailedLink | undefined> {
    const url = linkIn(mail) ?? enrolmentLinkIn(mail);
    const secret = url?.slice(url.lastIndexOf('/') + 1);
    if (url === undefined || secret === undefined) return undefined;
    const { links, messages } = this.#store;
    const link = (await messages.link(secret, now)) ?? (await links.find(hashLinkSecret(secret), now));
    return link === undefined || link === 'too-old' ? undefined : { mail, url, link };
  }
}

/** The ask that a link leads to. */
export function askOf(link: Link | MessageLink): string | undefined {
  return link.to === 'ask' ? link.askId : undefined;
}

/** The person of the directory whom a link was sent to; undefined where it was a group. */
export function addresseeOf(link: Link | MessageLink): string | undefined {
  return link.to === 'status' ? undefined : link.personId;
}
