/** From the packet's arrival to the checks: received, revised, corrected, accepted. */
import type { ProposalId } from '../identifiers.ts';
import type { PackReference } from '../programme.ts';
import type { Problem } from '../text/problem.ts';
import type { Actor } from './audit.ts';
import type { Content, KnownContact } from './content.ts';
import { event } from './events.ts';
import { type Decided, inStage, type Proposal, type ProposalIn } from './proposal.ts';

/** As the record has always named them. */
const registrar: Actor = { kind: 'system', id: 'submission/register-proposal' };
const checker: Actor = { kind: 'system', id: 'verification/run-checks' };

/** A packet has arrived. */
export function receive(
  facts: {
    id: ProposalId;
    packetPrefix: string;
    contact?: KnownContact | undefined;
    /** The rule-pack in force, where the packet names one. */
    pack?: PackReference | undefined;
  },
  now: string,
): Decided<ProposalIn<'received'>> {
  const { id, packetPrefix, contact, pack } = facts;
  return {
    proposal: {
      ...{ stage: 'received', schemaVersion: 1, version: 1 },
      ...{ id, packetPrefix, revision: 1, corrections: 0, receivedAt: now, updatedAt: now },
      ...{ involvements: [], returns: [], rejections: [], redrives: 0 },
      ...(contact !== undefined && { contact }),
      ...(pack !== undefined && { pack }),
    },
    events: [
      event(
        now,
        'proposal.registered',
        { packet: packetPrefix, programme: pack?.id ?? null, packVersion: pack?.version ?? null },
        registrar,
      ),
    ],
  };
}

/** The leader has uploaded a new version of `proposal.json`, which will be read. @param versionId as S3 names it */
export function revise(
  proposal: Proposal,
  versionId: string,
  now: string,
): Decided<ProposalIn<'received' | 'verification'>> {
  const before = inStage(proposal, ['received', 'verification'], 'be revised');
  const revision = before.revision + 1;
  return {
    proposal: { ...before, revision, updatedAt: now },
    events: [
      event(now, 'packet.revised', { packet: before.packetPrefix, versionId, revision }, { kind: 'leader' }),
    ],
  };
}

/** The checks found problems, so the group is asked to correct: one more correction is used up. */
export function askForCorrection(
  proposal: Proposal,
  problems: Problem[],
  now: string,
  known: { pack?: PackReference | undefined; contact?: KnownContact | undefined } = {},
): Decided<ProposalIn<'received' | 'verification'>> {
  const before = inStage(proposal, ['received', 'verification'], 'be corrected');
  const facts = { revision: before.revision, problems: problems.length };
  const events = [event(now, 'checks.failed', facts, checker)];
  const changed = { problems, corrections: before.corrections + 1, updatedAt: now };
  if (before.stage === 'verification') return { proposal: { ...before, ...changed }, events };
  // The first packet that names a programme in force pins the version, for the proposal's whole life.
  const pack = before.pack ?? known.pack;
  const contact = known.contact ?? before.contact;
  return {
    proposal: {
      ...before,
      ...changed,
      ...(pack !== undefined && { pack }),
      ...(contact !== undefined && { contact }),
    },
    events,
  };
}

/** The checks found problems, and the group has been asked to correct as often as it may be. */
export function endCorrections(
  proposal: Proposal,
  problems: Problem[],
  now: string,
): Decided<ProposalIn<'received' | 'verification'>> {
  const before = inStage(proposal, ['received', 'verification'], 'be checked');
  const facts = { revision: before.revision, problems: problems.length };
  return {
    proposal: { ...before, problems, updatedAt: now },
    events: [event(now, 'checks.exhausted', facts, checker)],
  };
}

/**
 * The checks passed: the content is taken over and the rule-pack pinned, unless it already was.
 *
 * @param facts.members a digest of who the members are
 */
export function accept(
  proposal: Proposal,
  facts: { content: Content; pack: PackReference; round: number; members: string },
  now: string,
): Decided<ProposalIn<'verification'>> {
  const before = inStage(proposal, ['received', 'verification'], 'be accepted');
  const { content, pack, round, members } = facts;
  // From here on the contact is the content's.
  const { problems: _, contact: __, ...kept } = { contact: undefined, ...before };
  return {
    proposal: {
      ...kept,
      stage: 'verification',
      pack: before.pack ?? pack,
      content,
      round,
      updatedAt: now,
    },
    events: [
      event(
        now,
        'checks.passed',
        { round, revision: before.revision, warnings: content.warnings.length, members },
        checker,
      ),
    ],
  };
}
