/** The state machines by name: what functions start and resume, and what `workflows/` defines. */

/** Children before the parents that start them. */
export const machineNames = [
  'verification',
  'approval',
  'payment',
  'training',
  'muster-roll',
  'objection',
  'deposit',
  'proposal',
  'payment-run',
] as const;

/** The name of a state machine. */
export type MachineName = (typeof machineNames)[number];

/** Whose an execution is, and whether another one waits for it. */
export interface ExecutionOwner {
  /** Absent for a payment run, which belongs to no proposal. */
  proposalId?: string;
  /** Nothing waits for it, so that no other execution reports its failure: it has to be seen by itself. */
  alone: boolean;
}

/** The machines of which functions or the schedule start executions that nothing waits for. */
const standAlone: Readonly<Record<MachineName, (name: string) => boolean>> = {
  proposal: () => true,
  'payment-run': () => true,
  deposit: () => true,
  // Money that came back is taken up by an execution of its own; any other is a proposal's child.
  payment: (name) => /-returned-\d+$/.test(name),
  verification: () => false,
  approval: () => false,
  training: () => false,
  'muster-roll': () => false,
  objection: () => false,
};

/**
 * Where an execution belongs, by its name: all but payment runs begin with their proposal's id.
 *
 * @returns undefined for an execution that was started by hand under a name of another kind
 */
export function ownerOf(machine: MachineName, name: string): ExecutionOwner | undefined {
  if (machine === 'payment-run') return { alone: true };
  const [proposalId] = /^P-[0-9A-Z]{10}/.exec(name) ?? [];
  return proposalId === undefined ? undefined : { proposalId, alone: standAlone[machine](name) };
}

/** No machine of ours has this ARN. */
class NoSuchMachine extends Error {
  override readonly name = 'NoSuchMachine';
  constructor(arn: string) {
    super(`${arn} is no machine of this application.`);
  }
}

/** Which machine an ARN names: `…:stateMachine:jaring-<stage>-<name>`. @throws {NoSuchMachine} */
export function machineOf(arn: string): MachineName {
  const name = (arn.split(':stateMachine:')[1] ?? '').replace(/^jaring-[^-]+-/, '').split(':')[0];
  const found = machineNames.find((each) => each === name);
  if (found === undefined) throw new NoSuchMachine(arn);
  return found;
}
