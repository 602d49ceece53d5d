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
