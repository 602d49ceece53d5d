/** All machines, children before the parents that start them. */

import type { MachineName } from '#functions/machines.ts';
import { approval } from './approval.ts';
import { deposit } from './deposit.ts';
import { musterRoll } from './muster-roll.ts';
import { objection } from './objection.ts';
import { payment } from './payment.ts';
import { paymentRun } from './payment-run.ts';
import { proposal } from './proposal.ts';
import { training } from './training.ts';
import { verification } from './verification.ts';
import type { Workflow } from './workflow.ts';

export const workflows: Readonly<Record<MachineName, Workflow>> = {
  verification,
  approval,
  payment,
  training,
  'muster-roll': musterRoll,
  objection,
  deposit,
  proposal,
  'payment-run': paymentRun,
};
