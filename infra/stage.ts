/** What differs between a stage to try things in and the one that pays money. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The stages there are. */
export const stages = ['dev', 'prod'] as const;
export type StageName = (typeof stages)[number];

/** One stage's settings. */
export interface Stage {
  readonly name: StageName;
  /** What becomes of tables, buckets, keys and secrets when their stack is deleted. */
  readonly removal: RemovalPolicy;
  /** Whether stacks and the table refuse to be deleted. */
  readonly protect: boolean;
  /** How long logs are kept. */
  readonly logs: RetentionDays;
  /** How long an overwritten or deleted packet, paper or bank file can still be brought back. */
  readonly oldVersions: Duration;
  /** For how long no file of the bank's can be changed or deleted by anyone; by default not locked. */
  readonly bankFilesLocked?: Duration;
}

const settings: Readonly<Record<StageName, Stage>> = {
  dev: {
    name: 'dev',
    removal: RemovalPolicy.DESTROY,
    protect: false,
    logs: RetentionDays.ONE_MONTH,
    oldVersions: Duration.days(30),
  },
  // Papers and logs of a grant are asked for by auditors years later; ten years is the retention of financial records.
  prod: {
    name: 'prod',
    removal: RemovalPolicy.RETAIN,
    protect: true,
    logs: RetentionDays.TWO_YEARS,
    oldVersions: Duration.days(3650),
    bankFilesLocked: Duration.days(3650),
  },
};

/**
 * The name of the bank connector's role. It is given, not made, because the policy of the bank's bucket names the role, and the bucket
 * is there before it.
 */
export function connectorRoleName({ name }: Stage): string {
  return `jaring-${name}-bank-connector`;
}

/** The context value `stage` is none of the stages. */
export class UnknownStage extends Error {
  override readonly name = 'UnknownStage';
  constructor(stage: string) {
    super(`There is no stage "${stage}"; choose ${stages.join(' or ')} (cdk deploy -c stage=prod).`);
  }
}

/** @throws {UnknownStage} */
export function stageOf(name: string): Stage {
  const known = stages.find((stage) => stage === name);
  if (known === undefined) throw new UnknownStage(name);
  return settings[known];
}
