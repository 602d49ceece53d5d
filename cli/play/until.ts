/**
 * Plays proposals until they stand where that is asked: the sample people answer agreeably the mail that was really sent, the bank
 * answers, and time moves only as far as it must. What has arrived is left alone, and time is not moved past the end of what it
 * waits for. The record is read to see who is to answer; everything that happens, happens by mail, links and files.
 */
import type { Proposal } from '#domain/proposal/proposal.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { ProposalState } from '#functions/store/proposal-items.ts';
import type { Store } from '#functions/store/store.ts';
import type { Authenticators } from '#players/authenticators.ts';
import type { Mail } from '#players/mailbox.ts';
import { PageRefused } from '#players/page.ts';
import { type Bank, play } from '#players/play.ts';
import { AnswerRefused, type Deed, outcomeOf, People } from '#players/player.ts';
import { agreeableReplies, correctedBy, type Situation } from '#players/replies.ts';
import type { Connection } from '../cloud/connection.ts';
import { type Asked, askedAbout } from './asked.ts';
import { Cast } from './cast.ts';
import { correctionOf } from './corrections.ts';
import { Links } from './links.ts';
import { type Standing, standingOf, whereItIs } from './standing.ts';
import type { Target, Wanted } from './target.ts';

export interface PlayRequest<OfBank> {
  connection: Connection;
  bank: Bank<OfBank>;
  /** Their ids; they need not be there yet. */
  proposals: readonly string[];
  target: Target;
  /** What is left unanswered, so that it runs out as time moves. */
  except?: readonly Wanted[];
  authenticators: Authenticators;
  /** Called after each round of answers. */
  round?: (deeds: readonly Deed[], bank: readonly OfBank[]) => void | Promise<void>;
  /** Called for each person who has enrolled an authenticator. */
  enrolled?: (mail: Mail) => void;
  /** Called when a leader is about to correct a packet, with the page that says what is wrong. */
  correcting?: (situation: Situation) => void;
}

/** An answer that was given in a play. */
interface Answered {
  proposal: string;
  kind: string;
  about: string;
  /** The id of the person in the directory, `leader`, or `member-3`. */
  person: string;
  outcome: string;
}

/** How a proposal stands when a play has ended. */
interface PlayedProposal {
  id: string;
  proposal: Proposal | undefined;
  asked: readonly Asked[];
  standing: Standing;
}

export interface Played {
  /** The cloud's time: ISO 8601. */
  now: string;
  proposals: PlayedProposal[];
  answered: Answered[];
}

/** Money of these tranches is with the bank, or on its way there, or soon will be. */
const onItsWay: ReadonlySet<string> = new Set(['ready', 'gathered', 'sent', 'accepted']);

export async function playUntil<OfBank>(request: PlayRequest<OfBank>): Promise<Played> {
  const { connection, bank, proposals, target, authenticators, except = [] } = request;
  const { control, store } = connection;
  const links = new Links(store);
  const stuck = new Map<string, string>();
  const standings = new Map<string, PlayedProposal>();

  /** Whether it has not come there yet, by the smallest read; where that does not show it, false. */
  const isBefore = async (id: string): Promise<boolean> => {
    if (target.ask !== undefined || stuck.has(id)) return false;
    const state = await stateOf(store, id);
    return state === undefined || standingOf(target, state, []).state === 'on-its-way';
  };
  const look = async (id: string): Promise<PlayedProposal> => {
    const [proposal, asked] = await Promise.all([store.proposals.find(id), askedAbout(store, id, links)]);
    const why = stuck.get(id);
    const standing: Standing =
      proposal === undefined ? { state: 'on-its-way' } : standingOf(target, proposal, asked);
    if (standing.state !== 'on-its-way' || why === undefined) return { id, proposal, asked, standing };
    return { id, proposal, asked, standing: { state: 'ended', why } };
  };
  const lookAtAll = async () => {
    for (const each of await Promise.all(proposals.map(look))) standings.set(each.id, each);
  };
  const lookForArrivals = async () => {
    await Promise.all(
      proposals.map(async (id) => {
        if (await isBefore(id)) standings.delete(id);
        else standings.set(id, await look(id));
      }),
    );
  };
  const isUnderWay = (id: string) =>
    proposals.includes(id) && (standings.get(id)?.standing.state ?? 'on-its-way') === 'on-its-way';

  const cast = new Cast({
    ...{ store, links, authenticators, except },
    plays: isUnderWay,
    stuck: (id, why) => void stuck.set(id, why),
  });
  const answered: Answered[] = [];
  const people = new People({
    endpoint: control.endpoint,
    // The page that an answer leads to shows them what they know.
    lookAfterwards: false,
    authenticators,
    choose: async (waiting, now) => {
      // Links first: what was asked is listed with them.
      await links.of(waiting, now);
      // Who plays on to the end need not look around before.
      if (target.stage !== 'closed') await lookForArrivals();
      return cast.choose(waiting, now);
    },
    did: (deed) => {
      const part = cast.partOf(deed.situation.mail);
      if (part === undefined) return;
      const { kind, about, person } = part;
      for (const proposal of part.proposals)
        answered.push({ proposal, kind, about, person, outcome: outcomeOf(deed) });
    },
    ...(request.enrolled !== undefined && { enrolled: request.enrolled }),
    replies: {
      ...agreeableReplies,
      correction: async (situation: Situation) => {
        const { packetPrefix } = await store.proposals.get(situation.subjectId);
        const corrected = await correctionOf(connection, packetPrefix);
        if (corrected === undefined) {
          stuck.set(
            situation.subjectId,
            'is to be corrected, and there is no corrected packet of it in samples/packets: send one with "jaring submit"',
          );
          return undefined;
        }
        request.correcting?.(situation);
        return correctedBy(corrected)();
      },
    },
  });

  /** When the first of what has arrived runs out. */
  const heldUntil = () =>
    [...standings.values()]
      .filter(({ standing }) => standing.state === 'reached')
      .flatMap(({ asked }) => asked.filter(({ open }) => open).map(({ expiresAt }) => expiresAt))
      .sort()[0];
  let inTheWay: string | undefined;
  const finished = async () => {
    await lookForArrivals();
    return proposals.every((id) => !isUnderWay(id));
  };
  let broken: string | undefined;
  try {
    const payments = await Promise.all(proposals.map((id) => store.payments.list(id)));
    await play({
      clock: {
        idle: () => control.idle(),
        skip: async (past) => {
          const held = heldUntil();
          const moved = await control.skip(past, held);
          if (!moved && held !== undefined) inTheWay = held;
          return moved;
        },
        advance: async (step) => {
          const held = heldUntil();
          if (held !== undefined && step.to >= held) throw new TimeIsHeld();
          await control.advance(step);
        },
      },
      people,
      bank,
      moneyOnItsWay: payments.flat().some(({ state }) => onItsWay.has(state)),
      finished,
      ...(request.round !== undefined && { round: request.round }),
    });
  } catch (error) {
    if (error instanceof TimeIsHeld) inTheWay = heldUntil();
    else if (error instanceof AnswerRefused || error instanceof PageRefused) broken = error.message;
    else throw error;
  }
  await lookAtAll();
  const { now } = await control.clock();
  const all = proposals.map((id): PlayedProposal => {
    const found = standings.get(id) ?? {
      id,
      proposal: undefined,
      asked: [],
      standing: { state: 'on-its-way' },
    };
    if (found.standing.state !== 'on-its-way') return found;
    return { ...found, standing: { state: 'ended', why: whyNot(found, { broken, inTheWay }) } };
  });
  return { now, proposals: all, answered };
}

/** Time cannot be moved without that something runs out before which a proposal was to stand. */
class TimeIsHeld extends Error {
  override readonly name = 'TimeIsHeld';
}

/** The proposal's state, if it is there: what is known of it without its content. */
export async function stateOf(
  { proposals }: Pick<Store, 'proposals'>,
  id: string,
): Promise<ProposalState | undefined> {
  try {
    return await proposals.state(id);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Why a proposal has not come where it was to come, in words that continue its name. */
function whyNot(
  { proposal, asked }: PlayedProposal,
  { broken, inTheWay }: { broken: string | undefined; inTheWay: string | undefined },
): string {
  if (proposal === undefined) return 'is not there';
  const where = whereItIs(proposal, asked);
  if (broken !== undefined) return `${where}; an answer was not taken: ${broken}`;
  if (inTheWay !== undefined)
    return `${where}; time would have to move past ${inTheWay}, when what another proposal waits for runs out. Play them one by one`;
  return `${where}, and nothing falls due any more that would take it further`;
}
