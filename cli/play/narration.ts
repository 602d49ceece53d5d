/** A play as it is narrated line by line: who does what, and where the proposals are. */
import type { Mail } from '#players/mailbox.ts';
import type { Deed } from '#players/player.ts';
import type { Situation } from '#players/replies.ts';
import type { Connection } from '../cloud/connection.ts';
import type { Output } from '../output.ts';
import { deedText, timelineLine } from './timeline.ts';
import { stateOf } from './until.ts';

/** What a narration covers: as `PlayRequest` has it. */
export interface Narration<OfBank> {
  round(deeds: readonly Deed[], bank: readonly OfBank[]): Promise<void>;
  enrolled(mail: Mail): void;
  correcting(situation: Situation): void;
  /** Where the proposals are, as far as it has not been printed. */
  stages(): Promise<void>;
}

/** @param bankDeedText what the bank did, to continue from “the bank” */
export function narrate<OfBank>(
  { control, store }: Pick<Connection, 'control' | 'store'>,
  proposals: readonly string[],
  output: Output,
  bankDeedText: (deed: OfBank) => string,
): Narration<OfBank> {
  const enrolled: Mail[] = [];
  const printed = new Map<string, string>();
  const now = async () => (await control.clock()).now;
  const stages = async () => {
    if (output.json) return;
    for (const found of await Promise.all(proposals.map((id) => stateOf(store, id)))) {
      if (found === undefined || printed.get(found.id) === found.stage) continue;
      output.line(timelineLine(await now(), found.id, `is now in stage: ${found.stage}`));
      printed.set(found.id, found.stage);
    }
  };
  return {
    stages,
    enrolled: (mail) => void enrolled.push(mail),
    correcting: ({ page }) => {
      for (const problem of page.notes) output.line(`${' '.repeat(18)}- ${problem}`);
    },
    round: async (deeds, bankDeeds) => {
      const [invitation] = enrolled;
      if (invitation !== undefined) {
        const who = `${enrolled.splice(0).length} officials`;
        output.line(timelineLine(invitation.at, who, 'enrol an authenticator for one-time codes'));
      }
      printDeeds(deeds, output);
      for (const deed of bankDeeds) output.line(timelineLine(await now(), 'the bank', bankDeedText(deed)));
      await control.idle();
      await stages();
    },
  };
}

/** Deeds in order; the same thing done by many for one proposal is one line. */
function printDeeds(deeds: readonly Deed[], output: Output): void {
  const together = new Map<string, Deed[]>();
  for (const deed of deeds) {
    const { kind, subjectId, person } = deed.situation;
    const key =
      kind === 'membership' || kind === 'receipt'
        ? `${kind}/${subjectId}`
        : `${kind}/${subjectId}/${person}/${deed.situation.mail.id}`;
    together.set(key, [...(together.get(key) ?? []), deed]);
  }
  for (const same of together.values()) {
    const [first] = same;
    if (first === undefined) continue;
    const who =
      same.length === 1 ? first.situation.person : `${same.length} members of ${first.situation.subjectId}`;
    output.line(timelineLine(first.situation.mail.at, who, deedText(first)));
  }
}
