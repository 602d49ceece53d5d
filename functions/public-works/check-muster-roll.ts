/**
 * Checks the muster roll that the leader handed in: accepts it, or sends it back with everything that is wrong.
 *
 * Checks the muster roll that was handed in: reads the file, judges it, marks who was at work on which day, and accepts
 * it or sends it back.
 *
 * A transaction holds 100 items and a roll has hundreds of marks, so they are put in several. Each belongs to the
 * proposal, which may put it again: an attempt that dies in between is simply repeated. The roll counts only in the last transaction,
 * when all marks are there; a roll that is sent back has freed them before it says so.
 */

import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { type Evidence, evidenceProblems } from '#domain/asks/documents.ts';
import { musterRoll } from '#domain/asks/kinds/muster-roll.ts';
import { xlsxType } from '#domain/packet/media-type.ts';
import { maskNik } from '#domain/people/nik.ts';
import { acceptMusterRoll, returnMusterRoll } from '#domain/proposal/follow-up.ts';
import { type AwardedProposal, inStage, type Proposal } from '#domain/proposal/proposal.ts';
import {
  judgeRoll,
  type MusterRoll,
  mostImportant,
  type RollFacts,
  type RollLine,
  wagesLimit,
} from '#domain/public-works/muster-roll.ts';
import { readRollJson } from '#domain/public-works/muster-roll-json.ts';
import { readRollSheet } from '#domain/public-works/muster-roll-sheet.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { readObject } from '#functions/public-works/roll-object.ts';
import { NoWorks, worksOf } from '#functions/public-works/works-of-proposal.ts';
import { s3, secretsManager } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { PersonalData } from '#functions/runtime/personal-data.ts';
import { personalDataFrom } from '#functions/runtime/personal-data.ts';
import { readXlsx } from '#functions/runtime/xlsx.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, PresentElsewhere } from '#functions/store/errors.ts';
import type { Presence } from '#functions/store/presences.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface CheckDeps {
  store: Pick<Store, 'asks' | 'commit' | 'locks' | 'musterRolls' | 'presences' | 'proposals'>;
  s3: S3Client;
  uploadsBucket: string;
  personalData: () => Promise<PersonalData>;
}

export interface CheckStep {
  proposalId: string;
  /** Which roll it is, counted from 1: the key of its ask. */
  turn: number;
  now: string;
}

export type Checked = { outcome: 'accepted' | 'returned' };

/** The step was taken without an answer. The workflow never does. */
export class NoRollHandedIn extends Error {
  override readonly name = 'NoRollHandedIn';
  constructor(askId: string) {
    super(`${askId} has no answer with a muster roll.`);
  }
}

/** Checks the roll, once; again it answers the same. @throws {NoRollHandedIn} {NoWorks} */
export async function checkMusterRoll(deps: CheckDeps, step: CheckStep): Promise<Checked> {
  const { store } = deps;
  const proposal = followedUp(await store.proposals.get(step.proposalId));
  if (proposal.wages?.accepted !== undefined) return { outcome: 'accepted' };
  if ((proposal.wages?.returns ?? 0) >= step.turn) return { outcome: 'returned' };
  const judged = await judgedRoll(deps, proposal, step);
  if (judged.roll === undefined) return sendBack(store, step, judged.problems);
  const { roll } = judged;
  const held = await substitutesHeld(store, proposal, roll);
  const elsewhere = [...held, ...(await markAll(store, proposal, roll, step.now))];
  if (elsewhere.length === 0) return accept(store, step, roll, judged.sha256);
  await freeAll(store, proposal, roll, step.now);
  return sendBack(store, step, mostImportant(elsewhere));
}

type Judged = { roll: MusterRoll; sha256: string } | { roll?: undefined; problems: Problem[] };

/** The roll by the file; or as an earlier attempt judged it, which may have marked days by it already. */
async function judgedRoll(deps: CheckDeps, proposal: AwardedProposal, step: CheckStep): Promise<Judged> {
  const { asks, commit, musterRolls } = deps.store;
  const ask = await answeredAsk({ asks }, step);
  const { sha256 = '' } = rollFile(ask);
  const present = await musterRolls.find(proposal.id, step.turn);
  if (present !== undefined) return { roll: present, sha256 };
  const { lines, problems } = await readRoll(deps, ask);
  const { roll, problems: found } =
    lines.length === 0 && problems.length > 0
      ? { roll: undefined, problems: [] }
      : judgeRoll(lines, await judgingFacts(deps, proposal, ask));
  const all = [...problems, ...found, ...missingDecision(proposal, ask, lines)];
  if (roll === undefined || all.length > 0) return { problems: mostImportant(all) };
  try {
    const changes = [musterRolls.create(proposal.id, step.turn, roll)];
    await commit({ proposalId: proposal.id, now: step.now, events: [], changes });
    return { roll, sha256 };
  } catch (error) {
    // Another attempt at the same moment.
    if (!(error instanceof AlreadyExists)) throw error;
    return { roll: await musterRolls.get(proposal.id, step.turn), sha256 };
  }
}

/** The roll is for the time of the follow-up; after the close nothing is accepted any more. */
export function followedUp(proposal: Proposal): AwardedProposal {
  return inStage(proposal, ['payment', 'follow-up', 'closed'], 'have a muster roll');
}

async function answeredAsk({ asks }: Pick<Store, 'asks'>, { proposalId, turn }: CheckStep) {
  const askId = askIdOf(proposalId, musterRoll.name, { turn });
  const ask = await asks.get(proposalId, askId);
  if (ask.status !== 'answered') throw new NoRollHandedIn(askId);
  return ask;
}

/** The file with the roll, as it was when it was handed in. */
function rollFile(ask: AnsweredAsk): Evidence {
  const file = ask.evidence.find(({ documentType }) => documentType === 'muster-roll');
  if (file === undefined) throw new NoRollHandedIn(ask.id);
  return file;
}

/** The largest roll that is read, whatever a rule-pack allows, in bytes. */
const maxRollBytes = 2 ** 20;

async function readRoll(
  { s3, uploadsBucket }: Pick<CheckDeps, 's3' | 'uploadsBucket'>,
  ask: AnsweredAsk,
): Promise<{ lines: RollLine[]; problems: Problem[] }> {
  const file = rollFile(ask);
  const refused = (each: Problem) => ({ lines: [], problems: [each] });
  if (file.bytes > maxRollBytes)
    return refused(problem('roll-file-too-large', '', { bytes: file.bytes, maximum: maxRollBytes }));
  const { key: Key, versionId: VersionId } = file;
  const bytes = await readObject(s3, { Bucket: uploadsBucket, Key, VersionId }, maxRollBytes);
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== file.sha256)
    return refused(problem('roll-file-altered', ''));
  if (file.mediaType !== xlsxType) return readRollJson(bytes);
  const { sheet, problems } = readXlsx(bytes);
  return sheet === undefined ? { lines: [], problems } : readRollSheet(sheet);
}

async function judgingFacts(
  { personalData }: Pick<CheckDeps, 'personalData'>,
  proposal: AwardedProposal,
  ask: AnsweredAsk,
): Promise<RollFacts> {
  const { content, award, tranches } = proposal;
  const { works } = content.plan;
  if (works === undefined) throw new NoWorks(proposal.id);
  const { encryptNik, hashNik } = await personalData();
  return {
    rules: worksOf(proposal),
    plan: works,
    members: content.members,
    from: award.pks.date,
    until: jakartaDate(ask.answeredAt),
    limit: wagesLimit({ rab: content.rab, award: award.amount, tranches }),
    protect: (nik) => ({
      nikHash: hashNik(nik),
      nikMasked: maskNik(nik),
      nikEncrypted: encryptNik(nik),
    }),
  };
}

/** With a substitute, the village's decision has to be among the papers. */
function missingDecision(
  proposal: AwardedProposal,
  { evidence }: AnsweredAsk,
  lines: readonly RollLine[],
): Problem[] {
  return lines.some(({ replaces, decisionNumber }) => replaces !== undefined || decisionNumber !== undefined)
    ? evidenceProblems(
        worksOf(proposal)
          .musterRoll.documents.filter(({ type }) => type === 'village-decision')
          .map((document) => ({ ...document, min: Math.max(1, document.min) })),
        evidence,
      )
    : [];
}

/** A substitute takes no place in two groups: who is held by another proposal has one there. */
async function substitutesHeld(
  { locks }: Pick<Store, 'locks'>,
  { id }: AwardedProposal,
  { workers }: MusterRoll,
): Promise<Problem[]> {
  const substitutes = workers.filter(({ substitute }) => substitute !== undefined);
  if (substitutes.length === 0) return [];
  const held = (await locks.find(substitutes.map(({ nikHash }) => nikHash))).filter(
    ({ proposalId }) => proposalId !== id,
  );
  return substitutes
    .filter(({ nikHash }) => held.some((lock) => lock.nikHash === nikHash))
    .map(({ memberNumber: place }) => problem('roll-substitute-held', '', { number: place }));
}

function marksOf({ id }: AwardedProposal, { workers }: MusterRoll): Presence[] {
  return workers.flatMap(({ nikHash, days }) => days.map((date) => ({ nikHash, date, proposalId: id })));
}

/** As many as a transaction holds (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). */
const marksAtOnce = 100;

async function inTransactions(
  { commit }: Pick<Store, 'commit'>,
  proposalId: string,
  changes: readonly Change[],
  now: string,
): Promise<void> {
  for (let start = 0; start < changes.length; start += marksAtOnce)
    await commit({ proposalId, now, events: [], changes: changes.slice(start, start + marksAtOnce) });
}

/** Rounds of reading and marking before the workflow is to try again: each lost round met a mark of another group's. */
const maxRounds = 8;

/** Puts all marks. @returns who is marked elsewhere on which day, all at once; then not all marks were put */
async function markAll(
  store: Pick<Store, 'commit' | 'presences'>,
  proposal: AwardedProposal,
  roll: MusterRoll,
  now: string,
): Promise<Problem[]> {
  const marks = marksOf(proposal, roll).map(store.presences.mark);
  const conflicts = [PresentElsewhere];
  return retryOnConflict({ what: `The marks of ${proposal.id}`, rounds: maxRounds, conflicts }, async () => {
    try {
      await inTransactions(store, proposal.id, marks, now);
      return [];
    } catch (error) {
      if (!(error instanceof PresentElsewhere)) throw error;
      const taken = await takenElsewhere(store, proposal, roll);
      if (taken.length > 0) return taken;
      // The roll that was in the way has removed its mark meanwhile.
      throw error;
    }
  });
}

async function takenElsewhere(
  { presences }: Pick<Store, 'presences'>,
  proposal: AwardedProposal,
  roll: MusterRoll,
): Promise<Problem[]> {
  const found = await presences.find(marksOf(proposal, roll));
  return found
    .filter(({ proposalId }) => proposalId !== proposal.id)
    .map(({ nikHash, date }) => {
      const worker = roll.workers.find((each) => each.nikHash === nikHash);
      return problem('roll-double-presence', '', { date, number: worker?.memberNumber ?? 0 });
    });
}

/** Takes away what this roll has marked. */
async function freeAll(
  store: Pick<Store, 'commit' | 'presences'>,
  proposal: AwardedProposal,
  roll: MusterRoll,
  now: string,
): Promise<void> {
  const mine = (await store.presences.find(marksOf(proposal, roll))).filter(
    ({ proposalId }) => proposalId === proposal.id,
  );
  await inTransactions(store, proposal.id, mine.map(store.presences.free), now);
}

async function sendBack(
  { proposals }: Pick<Store, 'proposals'>,
  { proposalId, turn, now }: CheckStep,
  problems: readonly Problem[],
): Promise<Checked> {
  return proposals.update<Checked>(proposalId, now, (before) => {
    const proposal = followedUp(before);
    const returned = returnMusterRoll(proposal, turn, problems, now);
    const outcome = returned.proposal.wages?.accepted === undefined ? 'returned' : 'accepted';
    return { ...returned, result: { outcome } };
  });
}

async function accept(
  { proposals }: Pick<Store, 'proposals'>,
  { proposalId, turn, now }: CheckStep,
  roll: MusterRoll,
  sha256: string,
): Promise<Checked> {
  return proposals.update<Checked>(proposalId, now, (before) => {
    const proposal = followedUp(before);
    const { workers, wages, limit, unspentWages } = roll;
    const sums = {
      turn,
      workers: workers.length,
      substitutes: workers.filter(({ substitute }) => substitute !== undefined).length,
      personDays: workers.reduce((sum, { days }) => sum + days.length, 0),
      ...{ wages, limit, unspentWages, sha256 },
    };
    return { ...acceptMusterRoll(proposal, sums, now), result: { outcome: 'accepted' } };
  });
}

const eventSchema = z.object({ proposalId: z.string(), turn: z.int().min(1), now: nowSchema });

export const handler = taskHandler(
  'public-works/check-muster-roll',
  eventSchema,
  async (step, { env, store, logger }) => {
    const checked = await checkMusterRoll(
      {
        store,
        s3: s3(),
        uploadsBucket: env.UPLOADS_BUCKET,
        personalData: () => personalDataFrom(secretsManager(), env.PERSONAL_DATA_SECRET_ARN),
      },
      step,
    );
    logger.info('The muster roll was checked.', { turn: step.turn, outcome: checked.outcome });
    return checked;
  },
);
