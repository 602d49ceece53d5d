/**
 * The history of an execution as Step Functions records it, with the executions that it started in their place, and
 * without task tokens: the holder of one can answer in a person's place.
 */
import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';

/** A step of an execution: a state that was entered, or a thing that happened in it. */
export interface HistoryLine {
  /** How deep the execution lies in others, from 0. */
  depth: number;
  at: Date;
  /** The execution's name. */
  execution: string;
  type: string;
  text: string;
}

/**
 * The whole story, in order, each child execution where its parent waited for it.
 * @throws ExecutionDoesNotExist
 */
export async function readHistory(
  client: SFNClient,
  executionArn: string,
  depth = 0,
): Promise<HistoryLine[]> {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData: true });
  for await (const page of pages) events.push(...(page.events ?? []));
  const execution = executionArn.split(':').at(-1) ?? executionArn;
  const lines: HistoryLine[] = [];
  const children = new Set<string>();
  for (const event of events) {
    const text = textOf(event);
    if (text !== undefined) {
      lines.push({ depth, at: event.timestamp ?? new Date(0), execution, type: event.type ?? '', text });
    }
    const child = childOf(event);
    if (child !== undefined && !children.has(child)) {
      children.add(child);
      lines.push(...(await readHistory(client, child, depth + 1)));
    }
  }
  return lines;
}

const childSchema = z.looseObject({ ExecutionArn: z.string() });

/** The execution that a task has just started. */
function childOf({ taskSubmittedEventDetails: details }: HistoryEvent): string | undefined {
  if (details?.resourceType !== 'states') return undefined;
  return childSchema.safeParse(readJson(details.output)).data?.ExecutionArn;
}

/** One line about an event, or nothing about those that only repeat others. */
function textOf(event: HistoryEvent): string | undefined {
  const { type = '' } = event;
  switch (type) {
    case 'ExecutionStarted':
      return `started with ${short(event.executionStartedEventDetails?.input)}`;
    case 'ExecutionSucceeded':
      return `succeeded with ${short(event.executionSucceededEventDetails?.output)}`;
    case 'ExecutionFailed':
      return failure('failed', event.executionFailedEventDetails);
    case 'ExecutionAborted':
      return failure('was stopped', event.executionAbortedEventDetails);
    case 'ExecutionTimedOut':
      return failure('timed out', event.executionTimedOutEventDetails);
    case 'ExecutionRedriven':
      return 'was redriven';
    case 'TaskScheduled':
      return `  asks ${targetOf(event.taskScheduledEventDetails)}`;
    case 'TaskSucceeded':
      return `  got ${short(payloadOf(event.taskSucceededEventDetails?.output))}`;
    case 'TaskFailed':
      return failure('  failed', event.taskFailedEventDetails);
    case 'TaskTimedOut':
      return failure('  waited in vain', event.taskTimedOutEventDetails);
    case 'TaskSubmitFailed':
      return failure('  could not be asked', event.taskSubmitFailedEventDetails);
    case 'TaskStartFailed':
      return failure('  could not start', event.taskStartFailedEventDetails);
    case 'EvaluationFailed':
      return failure('  could not be evaluated', event.evaluationFailedEventDetails);
    case 'MapIterationStarted':
      return `  item ${(event.mapIterationStartedEventDetails?.index ?? 0) + 1} begins`;
    default:
      return type.endsWith('StateEntered') ? `→ ${event.stateEnteredEventDetails?.name ?? type}` : undefined;
  }
}

function targetOf(details: HistoryEvent['taskScheduledEventDetails']): string {
  const parameters = z
    .looseObject({
      FunctionName: z.string().optional(),
      Payload: z.looseObject({ step: z.string().optional() }).optional(),
      StateMachineArn: z.string().optional(),
    })
    .safeParse(readJson(details?.parameters)).data;
  const arn = parameters?.FunctionName ?? parameters?.StateMachineArn;
  const name = parameters?.Payload?.step ?? arn?.replace(/^arn:.*?:(?:function|stateMachine):/, '');
  const waits = details?.resource?.endsWith('.waitForTaskToken') ? ' and waits' : '';
  return `${name ?? details?.resource ?? ''}${waits}`;
}

/** What a function answered, without what the service says around it. */
function payloadOf(output: string | undefined): string | undefined {
  const answer = z.looseObject({ Payload: z.unknown() }).safeParse(readJson(output)).data;
  return answer?.Payload === undefined ? output : JSON.stringify(answer.Payload);
}

function failure(
  what: string,
  details: { error?: string | undefined; cause?: string | undefined } | undefined,
): string {
  const { error, cause } = details ?? {};
  return [what, error, cause === undefined ? undefined : short(cause)].filter(Boolean).join(': ');
}

const longest = 200;

function short(text = ''): string {
  const masked = maskTokens(text);
  return masked.length > longest ? `${masked.slice(0, longest)}…` : masked;
}

/** The text with every task token replaced. */
export function maskTokens(text: string): string {
  return text.replaceAll(/((?:\\?")?task_?token(?:\\?")?\s*[:=]\s*\\?")[^"\\]*/gi, '$1•••');
}

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
