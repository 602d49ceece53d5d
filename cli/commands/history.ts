/** `jaring history`: the execution behind a proposal, step by step, as Step Functions recorded it. */
import { ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { NoSuchProposal } from '../errors.ts';
import { readHistory } from '../history.ts';
import { jakartaTime } from '../time.ts';
import { withCloud } from './context.ts';

export function historyCommand(program: Command): void {
  program
    .command('history')
    .description('show the execution behind a proposal, with the executions that it started in their place')
    .argument('<proposal>', 'its id, as "jaring list" shows it')
    .addHelpText('after', '\nTask tokens are masked: who holds one could answer in a person’s place.')
    .action(async (id: string, _: object, command: Command) => {
      await withCloud(command, async ({ stepFunctions, outputs }, output) => {
        const arn = executionArn(outputs.ProposalStateMachineArn, id.toUpperCase());
        const lines = await readHistory(stepFunctions, arn).catch((error: unknown) => {
          throw error instanceof ExecutionDoesNotExist ? new NoSuchProposal(id) : error;
        });
        output.data(lines);
        let execution = '';
        for (const line of lines) {
          const indent = '    '.repeat(line.depth);
          if (line.execution !== execution) output.line(`${' '.repeat(18)}${indent}${line.execution}`);
          execution = line.execution;
          output.line(`${jakartaTime(line.at)}  ${indent}  ${line.text}`);
        }
      });
    });
}

/** The ARN of an execution by the ARN of its machine, with or without an alias, and its name. */
export function executionArn(machineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = machineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}
