/**
 * Runs the automatic checks on a packet and records what they found.
 *
 * The automatic step of verification: everything that a machine can find wrong with a packet, in one list; or its
 * content taken over and its people held, in one transaction.
 *
 * One revision of a packet uses up at most one correction. Corrections and revisions alternate, so that
 * `corrections = revision` means that this revision's problems were recorded before: a repeated call answers the same.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import type { About } from '#domain/asks/ask-kinds.ts';
import { correctionAbout } from '#domain/asks/kinds/correction.ts';
import { membership } from '#domain/asks/kinds/membership.ts';
import { membershipReview } from '#domain/asks/kinds/membership-review.ts';
import { type CheckContext, checkPacket, type FoundFile } from '#domain/packet/checks.ts';
import type { Packet } from '#domain/packet/packet.ts';
import { maskNik } from '#domain/people/nik.ts';
import type { RegionDirectory } from '#domain/people/region.ts';
import type { RulePack } from '#domain/programme.ts';
import { noteAccountClaim } from '#domain/proposal/account-claims.ts';
import type { Content } from '#domain/proposal/content.ts';
import { contentOf, inStage, type Proposal, type ProposalIn } from '#domain/proposal/proposal.ts';
import { readProposalEvent } from '#domain/proposal/recorded-events.ts';
import { accept, askForCorrection, endCorrections } from '#domain/proposal/submission.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { s3, secretsManager } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { PersonalData } from '#functions/runtime/personal-data.ts';
import { personalDataFrom } from '#functions/runtime/personal-data.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Change } from '#functions/store/commit.ts';
import { AccountAlreadyClaimed, NotFound, PersonAlreadyHeld } from '#functions/store/errors.ts';
import { currentUpload } from '#functions/store/packets.ts';
import type { Decision } from '#functions/store/proposals.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';
import type { Consistency } from '#functions/store/table.ts';
import type { PacketObjects } from '#functions/submission/packet-objects.ts';
import { packetObjects } from '#functions/submission/packet-objects.ts';
import { readProposal } from '#functions/submission/read-proposal.ts';
import { foundFiles } from '#functions/verification/found-files.ts';
import { packOf, rulePacksInForce } from '#programmes/index.ts';

export interface CheckPorts {
  store: Pick<Store, 'accountClaims' | 'asks' | 'audit' | 'locks' | 'packets' | 'proposals'>;
  objects: Pick<PacketObjects, 'proposal' | 'attachments' | 'inspect'>;
  personalData: PersonalData;
  regions: () => RegionDirectory;
  /** Whether members without an e-mail address can be asked by text message. */
  texts?: boolean;
}

export interface CheckOutcome {
  outcome: 'passed' | 'problems' | 'uncorrectable';
  /** What the correction is about that is to be asked for: the revision that needs it. */
  correction: About<'correction'>;
  membershipNeeded: boolean;
  visitNeeded: boolean;
}

/** Corrections while no rule-pack is known, because the packet never named one. */
const correctionsWithoutPack = 3;

/** Most problems that one correction lists; a packet with more is broken throughout, and the next round lists the rest. */
const maxProblems = 200;

/** Rounds of checking and committing when other groups take people in between. */
const maxRaces = 5;

/** Checks the packet at the version that counts now, and records what was found. */
export async function runChecks(
  { proposalId, round, now }: { proposalId: string; round: number; now: string },
  ports: CheckPorts,
): Promise<CheckOutcome> {
  const { store } = ports;
  const present = await store.proposals.get(proposalId);
  // A redriven verification may find that its findings were written before it halted: there is nothing left to ask.
  if (present.stage === 'approval' && present.findings.round === round)
    return { outcome: 'passed', correction: correctionAbout(present), ...withoutAsks };
  const proposal = inStage(present, ['received', 'verification'], 'be checked');
  const before = await answerOfBefore(ports, proposal, round, now);
  if (before !== undefined) return before;

  const checked = await check(ports, proposal);
  // Another group was accepted with one of these people, or their account, meanwhile: then that is a problem like any other.
  const conflicts = [PersonAlreadyHeld, AccountAlreadyClaimed];
  return retryOnConflict(
    { what: `The people of ${proposalId}`, rounds: maxRaces, conflicts },
    async (attempt) => {
      // Who is free as far as one sees is taken on the condition that they are; who was not after all is looked at again.
      const reads = attempt === 0 ? 'eventual' : 'strong';
      const held = await heldPeople(ports, proposal, checked.packet, reads);
      const claimed = await claimedAccount(ports, proposal, checked.packet, { now, reads });
      const problems = [...checked.problems, ...held, ...claimed].slice(0, maxProblems);
      if (problems.length > 0 || checked.packet === undefined || checked.pack === undefined)
        return recordProblems(ports, proposalId, problems, checked, now);
      return recordPassed(
        ports,
        { proposalId, round, reads },
        { ...checked, packet: checked.packet },
        checked.pack,
        now,
      );
    },
  );
}

/** Whether this revision's problems were recorded before. */
function isCounted(proposal: Proposal) {
  return proposal.corrections >= proposal.revision;
}

/**
 * The answer that was given when this very step was done before: a repeated call comes with the same time. The time
 * alone proves nothing, because a clock may stand still; a passed check is looked up in the record.
 */
async function answerOfBefore(
  ports: CheckPorts,
  proposal: ProposalIn<'received' | 'verification'>,
  round: number,
  now: string,
): Promise<CheckOutcome | undefined> {
  if (proposal.updatedAt !== now) return undefined;
  if (proposal.problems !== undefined)
    return isCounted(proposal)
      ? { outcome: 'problems', correction: correctionAbout(proposal), ...withoutAsks }
      : undefined;
  if (proposal.stage === 'received') return undefined;
  const passed = (await passes(ports, proposal.id)).some(
    ({ at, facts }) => at === now && facts.round === round && facts.revision === proposal.revision,
  );
  return passed ? answerPassed(ports, proposal, round, packOf(proposal)) : undefined;
}

/** The record of every time that the checks found nothing wrong. */
async function passes({ store }: CheckPorts, proposalId: string) {
  const recorded = (await store.audit.list({ proposalId })).map(readProposalEvent);
  return recorded.filter((each) => each.action === 'checks.passed');
}

interface Checked {
  packet: Packet | undefined;
  pack: RulePack | undefined;
  problems: Problem[];
  warnings: Problem[];
  contact: ProposalIn<'received'>['contact'];
  /** The files that were read. */
  found: readonly FoundFile[];
}

/** All that can be said without asking who holds the people. */
async function check(
  { store, objects, regions, texts = false }: CheckPorts,
  proposal: ProposalIn<'received' | 'verification'>,
): Promise<Checked> {
  const prefix = proposal.packetPrefix;
  const record = await store.packets.get(prefix);
  if (record === undefined) throw new NotFound(`Packet ${prefix}`);
  const reading = await readProposal(objects, prefix, currentUpload(record).versionId);
  // Age and rule-pack are those of the day of registration, however long corrections take.
  const today = jakartaDate(proposal.receivedAt);
  const context: CheckContext = {
    pinned: proposal.pack && packOf(proposal),
    inForce: rulePacksInForce(today),
    regions: regions(),
    found: reading.parts === undefined ? [] : await foundFiles(objects, prefix, reading),
    today,
    texts,
  };
  const { packet, pack, problems, warnings } = checkPacket(reading, context);
  return { packet, pack, problems, warnings, contact: reading.contact, found: context.found };
}

/** Members whom another proposal holds, without a word about whose it is. */
async function heldPeople(
  { store, personalData }: CheckPorts,
  { id }: Proposal,
  packet: Packet | undefined,
  reads: Consistency,
): Promise<Problem[]> {
  if (packet === undefined) return [];
  const hashes = packet.members.map(({ nik }) => personalData.hashNik(nik));
  const found = await store.locks.find([...new Set(hashes)], reads);
  const locks = new Map(found.map((lock) => [lock.nikHash, lock]));
  return packet.members.flatMap(({ number }, index) => {
    const lock = locks.get(hashes[index] ?? '');
    if (lock === undefined || (lock.proposalId === id && lock.reason === 'live')) return [];
    const code = lock.reason === 'overdue' ? 'person-has-overdue-report' : 'person-already-held';
    return [problem(code, `/members/${index}/nik`, { number })];
  });
}

/** Whether another living proposal has the account. That one is marked, and stopped by nothing but its own officials. */
async function claimedAccount(
  { store, personalData }: CheckPorts,
  { id }: Proposal,
  packet: Packet | undefined,
  { now, reads }: { now: string; reads: Consistency },
): Promise<Problem[]> {
  if (packet === undefined) return [];
  const claim = await store.accountClaims.look(personalData.hashAccount(packet.account), reads);
  if (claim === undefined || claim.proposalId === id || !claim.lives) return [];
  await store.proposals.update(claim.proposalId, now, (earlier) => ({
    ...noteAccountClaim(earlier, id, now),
    result: undefined,
  }));
  return [problem('account-in-use', '/account/number')];
}

const withoutAsks = { membershipNeeded: false, visitNeeded: false };

/** Stores the problems for the mail to the leader, or says that there were too many corrections. */
function recordProblems(
  { store }: CheckPorts,
  proposalId: string,
  problems: Problem[],
  { pack, contact }: Checked,
  now: string,
): Promise<CheckOutcome> {
  return store.proposals.update(proposalId, now, (proposal): Decision<CheckOutcome> => {
    const result = { correction: correctionAbout(proposal), ...withoutAsks };
    if (isCounted(proposal)) return { result: { outcome: 'problems', ...result } };
    // A granted objection is worth one correction more.
    const allowed =
      (pack?.verification.maxCorrections ?? correctionsWithoutPack) + proposal.rejections.length;
    if (proposal.corrections >= allowed)
      return { ...endCorrections(proposal, problems, now), result: { outcome: 'uncorrectable', ...result } };
    return {
      ...askForCorrection(proposal, problems, now, {
        pack: pack && { id: pack.id, version: pack.version },
        contact,
      }),
      result: { outcome: 'problems', ...result },
    };
  });
}

/** Takes the content over and holds its people, in the same transaction; members who were replaced are free. */
async function recordPassed(
  ports: CheckPorts,
  { proposalId, round, reads }: { proposalId: string; round: number; reads: Consistency },
  checked: CheckedPacket,
  pack: RulePack,
  now: string,
): Promise<CheckOutcome> {
  const { store, personalData } = ports;
  const content = storedContent(checked, personalData);
  const accepted = await store.proposals.update(
    proposalId,
    now,
    async (proposal): Promise<Decision<ProposalIn<'verification'>>> => {
      const accepted = accept(
        proposal,
        { content, pack: { id: pack.id, version: pack.version }, round, members: membersDigest(content) },
        now,
      );
      return {
        ...accepted,
        changes: [
          ...(await peopleChanges(store, proposal, content, { now, reads })),
          ...(await accountChanges(ports, proposal, content, now)),
        ],
        result: accepted.proposal,
      };
    },
  );
  return answerPassed(ports, accepted, round, pack);
}

/** A packet without fault, with the files that were read of it. */
type CheckedPacket = Pick<Checked, 'warnings' | 'found'> & { packet: Packet };

function storedContent({ packet, warnings, found }: CheckedPacket, personalData: PersonalData): Content {
  const versions = new Map(found.map(({ name, versionId }) => [name, versionId]));
  return {
    group: packet.group,
    members: packet.members.map(({ nik, ...member }) => ({
      ...member,
      nikEncrypted: personalData.encryptNik(nik),
      nikHash: personalData.hashNik(nik),
      nikMasked: maskNik(nik),
    })),
    plan: packet.plan,
    rab: packet.rab,
    amountAsked: packet.amountAsked,
    account: packet.account,
    contact: packet.contact,
    attachments: packet.attachments.map((attachment) => {
      const versionId = versions.get(attachment.name);
      // Identity cards are on no page, and there is one for each member.
      const isShown = attachment.member === undefined && versionId !== undefined;
      return { ...attachment, ...(isShown && { versionId }) };
    }),
    warnings: warnings.slice(0, maxProblems),
  };
}

async function peopleChanges(
  { locks }: Pick<Store, 'locks'>,
  proposal: Proposal,
  content: Content,
  { now, reads }: { now: string; reads: Consistency },
): Promise<Change[]> {
  const before = (contentOf(proposal)?.members ?? []).map((member) => member.nikHash);
  const after = content.members.map((member) => member.nikHash);
  // Whom to free is decided by what was read.
  const { held, ended } = await locks.look(
    [...new Set([...before, ...after])],
    before.length === 0 ? reads : 'strong',
  );
  const mine = new Set(
    held
      .filter((lock) => lock.proposalId === proposal.id && lock.reason === 'live')
      .map((lock) => lock.nikHash),
  );
  return [
    ...after
      .filter((hash) => !mine.has(hash))
      .map((hash) => locks.acquire(hash, proposal.id, now, ended.get(hash))),
    ...before
      .filter((hash) => mine.has(hash) && !after.includes(hash))
      .map((hash) => locks.release(hash, proposal.id)),
  ];
}

/** Claims the account, and gives up the one that a revision replaces. */
async function accountChanges(
  { store: { accountClaims }, personalData }: CheckPorts,
  proposal: Proposal,
  { account }: Content,
  now: string,
): Promise<Change[]> {
  const before = contentOf(proposal)?.account;
  const [old, hash] = [before && personalData.hashAccount(before), personalData.hashAccount(account)];
  const met = await accountClaims.look(hash, 'eventual');
  return [
    ...accountClaims.claim(hash, proposal.id, now, met),
    ...(old === undefined || old === hash ? [] : await accountClaims.release(old, proposal.id)),
  ];
}

/** Distinguishes two member lists without revealing who is in them: SHA-256 of the sorted keyed hashes. */
function membersDigest({ members }: Pick<Content, 'members'>) {
  return createHash('sha256')
    .update(
      members
        .map(({ nikHash }) => nikHash)
        .toSorted()
        .join('\n'),
    )
    .digest('hex');
}

async function answerPassed(
  ports: CheckPorts,
  proposal: ProposalIn<'verification'>,
  round: number,
  { verification }: RulePack,
): Promise<CheckOutcome> {
  return {
    outcome: 'passed',
    correction: correctionAbout(proposal),
    membershipNeeded: verification.membership.required && !(await membersConfirmed(ports, proposal, round)),
    visitNeeded: verification.siteVisit.required,
  };
}

function settlesMembership({ kind, outcome }: AnsweredAsk) {
  return (
    (kind === membership.name && outcome === 'quorum') ||
    (kind === membershipReview.name && outcome === 'mistaken')
  );
}

/**
 * Whether these very members confirmed in an earlier round, or a verifier found that a denial among them was a mistake:
 * after a return no one is asked the same again.
 */
async function membersConfirmed(
  ports: CheckPorts,
  proposal: ProposalIn<'verification'>,
  round: number,
): Promise<boolean> {
  if (round === 1) return false;
  const confirmedIn = (await ports.store.asks.bySubject(proposal.id))
    .filter((ask) => ask.status === 'answered' && settlesMembership(ask))
    .map(({ about }) => about.round);
  const passed = await passes(ports, proposal.id);
  const digest = membersDigest(proposal.content);
  return confirmedIn.some(
    (confirmed) => passed.findLast(({ facts }) => facts.round === confirmed)?.facts.members === digest,
  );
}

const eventSchema = z.object({ proposalId: z.string(), round: z.int().min(1), now: nowSchema });

export const handler = taskHandler(
  'verification/run-checks',
  eventSchema,
  async (task, { env, store, logger, metrics }) => {
    const checked = await runChecks(task, {
      store,
      objects: packetObjects(s3(), env.UPLOADS_BUCKET),
      personalData: await personalDataFrom(secretsManager(), env.PERSONAL_DATA_SECRET_ARN),
      regions,
      texts: env.TEXT_SENDER !== 'off',
    });
    logger.info('The packet was checked.', { ...checked });
    if (checked.outcome !== 'passed') metrics.addMetric('PacketWithProblems', 'Count', 1);
    return checked;
  },
);
