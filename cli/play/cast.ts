/**
 * Who answers in a play, and what: of the messages that wait, those about the proposals that are on their way, each ask once,
 * no more members than it takes, and nothing that is to be left.
 */
import { type Ask, codedOutcomes, isOver } from '#domain/asks/ask.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { Store } from '#functions/store/store.ts';
import type { Authenticators } from '#players/authenticators.ts';
import type { Mail } from '#players/mailbox.ts';
import type { Choice } from '#players/player.ts';
import { aboutOf, trancheAbout } from './about.ts';
import { personOf } from './asked.ts';
import { addresseeOf, askOf, type Links, type MailedLink } from './links.ts';
import { isWanted, type Wanted } from './target.ts';

/** What a message asks for, as it is named in results. */
export interface Part {
  /** The proposals that it is about: several where a payment run holds money of several. */
  proposals: string[];
  kind: AskKind;
  about: string;
  person: string;
}

export interface CastSettings {
  store: Pick<Store, 'asks' | 'codes' | 'runs'>;
  links: Links;
  authenticators: Authenticators;
  /** What is left unanswered. */
  except: readonly Wanted[];
  /** Whether people answer for the proposal now. */
  plays(proposalId: string): boolean;
  /** Called with the reason why people cannot answer for a proposal, in words that continue its name. */
  stuck(proposalId: string, why: string): void;
}

/** An ask to which messages lead, as far as it askKinds who answers it. */
interface Question {
  open: boolean;
  kind: AskKind;
  about: string;
  tranche?: number | undefined;
  proposals: string[];
  /** How many members' answers are still wanted. */
  wanted: number;
  /** Members' parts that are not open any more. */
  ended: ReadonlySet<string>;
  /** Whom it was put to, where it was put to one person. */
  assignee?: string | undefined;
}

export class Cast {
  readonly #settings: CastSettings;
  readonly #parts = new Map<string, Part>();

  constructor(settings: CastSettings) {
    this.#settings = settings;
  }

  /** What a message asked for; undefined for one that was never chosen. */
  partOf(mail: Mail): Part | undefined {
    return this.#parts.get(mail.id);
  }

  /** What becomes of the messages that wait. @param now ISO 8601 */
  async choose(waiting: readonly Mail[], now: string): Promise<Choice> {
    const links = await this.#settings.links.of(waiting, now);
    const choice = new Map<Mail, 'now' | 'never'>();
    const byAsk = new Map<string, MailedLink[]>();
    for (const [index, mail] of waiting.entries()) {
      const found = links[index];
      const ask = found && askOf(found.link);
      if (found === undefined) choice.set(mail, 'never');
      else if (found.link.to === 'enrolment') choice.set(mail, await this.#fateOfInvitation(found));
      else if (ask === undefined) choice.set(mail, 'never');
      else byAsk.set(groupAskIdOf(ask) ?? ask, [...(byAsk.get(groupAskIdOf(ask) ?? ask) ?? []), found]);
    }
    for (const [ask, mailed] of byAsk)
      for (const [mail, what] of await this.#chooseOf(ask, mailed, now)) choice.set(mail, what);
    return choice;
  }

  /** A link to enrol is followed while it leads to a secret that is not proved yet. */
  async #fateOfInvitation({ mail, link }: MailedLink): Promise<'now' | 'never'> {
    const { store, authenticators } = this.#settings;
    if (link.to !== 'enrolment') return 'never';
    const codes = await store.codes.get(link.personId);
    if (codes?.status !== 'enrolling' || codes.enrolment !== link.enrolment) return 'never';
    // A key of before no longer counts.
    authenticators.forget(mail.to[0] ?? '');
    return 'now';
  }

  async #chooseOf(ask: string, mailed: readonly MailedLink[], now: string): Promise<Choice> {
    const { except, plays } = this.#settings;
    const choice = new Map<Mail, 'now' | 'never'>();
    const question = await this.#read(ask, now);
    if (question === undefined || !question.open) return new Map(mailed.map(({ mail }) => [mail, 'never']));
    const proposals = question.proposals.filter(plays);
    if (proposals.length === 0 || except.some((one) => isWanted(one, question))) return choice;
    let wanted = question.wanted;
    for (const [answerer, own] of byAnswerer(mailed)) {
      const found = own.at(-1);
      if (found === undefined) continue;
      if (question.ended.has(askOf(found.link) ?? '')) {
        for (const { mail } of own) choice.set(mail, 'never');
        continue;
      }
      for (const { mail } of own) if (mail !== found.mail) choice.set(mail, 'never');
      const others =
        answerer !== question.assignee && mailed.some((one) => addresseeOf(one.link) === question.assignee);
      if (wanted <= 0 || (question.assignee !== undefined && others)) continue;
      const why = await this.#obstacle(found, question.kind);
      if (why !== undefined) {
        for (const proposal of proposals) this.#settings.stuck(proposal, why);
        continue;
      }
      wanted -= 1;
      const { kind, about } = question;
      const person = personOf(askOf(found.link) ?? '', addresseeOf(found.link));
      this.#parts.set(found.mail.id, { proposals, kind, about, person });
      choice.set(found.mail, 'now');
    }
    return choice;
  }

  /** Why the person cannot answer: their codes come from an authenticator that is not at hand. */
  async #obstacle(found: MailedLink, kind: AskKind): Promise<string | undefined> {
    const { store, authenticators } = this.#settings;
    const personId = addresseeOf(found.link);
    const coded = codedOutcomes(kind).length > 0;
    if (personId === undefined || !coded || authenticators.has(found.mail.to[0] ?? '')) return undefined;
    if ((await store.codes.get(personId))?.status !== 'enrolled') return undefined;
    return `waits for ${personId}, whose one-time codes come from an authenticator that is not kept here. End it with: npm run jaring -- code reset ${personId}`;
  }

  async #read(ask: string, now: string): Promise<Question | undefined> {
    const { store } = this.#settings;
    const subject = readAskId(ask)?.subject;
    const found = subject && (await store.asks.find(subject.id, ask));
    if (found === undefined) return undefined;
    const { kind, quorum, assignee } = found;
    const parts = quorum === undefined ? [] : (await store.asks.group(found)).parts;
    const ended = new Set(parts.filter(({ status }) => status !== 'open').map(({ id }) => id));
    const confirmed = parts.filter(
      (part) => part.status === 'answered' && part.outcome === 'confirmed',
    ).length;
    return {
      open: found.status === 'open' && !isOver(found, now),
      ...{ ended, kind, about: aboutOf(found), tranche: trancheAbout(found) },
      proposals: await this.#proposalsOf(found.subject),
      wanted: quorum === undefined ? 1 : quorum.needed - confirmed,
      assignee: assignee.kind === 'person' ? assignee.personId : undefined,
    };
  }

  /** The proposals that a subject is about: those whose money lies in a payment run. */
  async #proposalsOf({ of, id }: Ask['subject']): Promise<string[]> {
    if (of === 'proposal') return [id];
    const payments = await this.#settings.store.runs.payments(id);
    return [...new Set(payments.map(({ proposalId }) => proposalId))];
  }
}

/** The links to one ask by who would answer: a person, or a member; each one's in their order. */
function byAnswerer(mailed: readonly MailedLink[]): Map<string, MailedLink[]> {
  const all = new Map<string, MailedLink[]>();
  for (const found of mailed) {
    const who = personOf(askOf(found.link) ?? '', addresseeOf(found.link));
    all.set(who, [...(all.get(who) ?? []), found]);
  }
  return all;
}
