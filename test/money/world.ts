/**
 * The application's own steps on a table in memory, with the services outside it: the bank's bucket, Step Functions, mail.
 *
 * Four groups stand before their award on one budget line, brought there by the application's own logic: two are paid at
 * once by text file, two in two tranches by pain.001. A world can be copied, so that a history begins in no time.
 */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  ExecutionAlreadyExists,
  type SendTaskSuccessCommandInput,
  type SFNClient,
  type StartExecutionCommandInput,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { inStage } from '#domain/proposal/proposal.ts';
import { takeUpReturn } from '#functions/payment/return-payment.ts';
import { createStore } from '#functions/store/store.ts';
import { openTreasury } from '../unit/functions/payment/treasury.ts';
import { at } from '../unit/functions/scene.ts';
import { type Gate, straight } from './interleaving.ts';
import { MemoryTable } from './memory-table.ts';
import { copyOf, type Model } from './model.ts';
import type { Step } from './steps.ts';

/** Room for two awards of four: to the last rupiah. */
const ceiling = 80_000_000;
const tableName = 'money';

const textRail = 'bulk-text-002-000100000001';
const messageRail = 'pain.001.001.09-KEMNAKERPKK-002-000100000001';
export const rails = [textRail, messageRail];

/** What is outside the application, and stays when a step dies. */
export interface Outside {
  objects: Map<string, Buffer>;
  /** Task tokens that were used up, and what for. */
  resumed: Map<string, string>;
  /** Executions that were started. */
  started: Set<string>;
}

export class World {
  readonly table: MemoryTable;
  readonly outside: Outside;
  model: Model;
  /** What was done, to be done again. */
  readonly history: Step[] = [];
  /** The same in words. */
  readonly story: string[] = [];
  /** Seconds since the beginning. */
  #clock: number;

  constructor(table: MemoryTable, outside: Outside, model: Model, clock: number) {
    this.table = table;
    this.outside = outside;
    this.model = model;
    this.#clock = clock;
  }

  copy(): World {
    const { objects, resumed, started } = this.outside;
    const outside = { objects: new Map(objects), resumed: new Map(resumed), started: new Set(started) };
    const copy = new World(this.table.copy(), outside, copyOf(this.model), this.#clock);
    copy.history.push(...this.history);
    copy.story.push(...this.story);
    return copy;
  }

  /** What was done, a step a line, for the reader who has to find out why something broke. */
  account(): string {
    return `the last of these steps broke it:\n${this.story.join('\n')}\n`;
  }

  /** A moment later than any before. */
  tick(): string {
    return new Date(Date.parse(at(40)) + ++this.#clock * 1000).toISOString();
  }

  /** What the functions are given: clients whose calls go through the gate. */
  hands(gate: Gate = straight) {
    const send =
      (answer: (command: { input: object }) => object) =>
      (command: { input: object }): Promise<object> =>
        gate(() => answer(command));
    const store = createStore({
      client: { send: send((command) => this.table.send(command)) } as never,
      tableName,
      pause: () => gate(() => undefined),
    });
    const deps = {
      store,
      s3: { send: send((command) => this.#s3(command)) } as unknown as S3Client,
      stepFunctions: { send: send(({ input }) => this.#stepFunctions(input)) } as unknown as SFNClient,
      // What is written is sent by another function, which moves no money.
      ...{ canReply: false, byText: false, nudge: () => gate(() => undefined) },
      ...{ bankBucket: 'bank', linkBaseUrl: 'https://jaring.example/', paymentMachineArn: 'payment' },
      depositMachineArn: 'deposit',
      logger: { warn: () => {} },
    };
    return { ...deps, returned: takeUpReturn(deps) };
  }

  #s3(command: { input: object }): object {
    if (command instanceof PutObjectCommand) return this.#put(command.input);
    if (command instanceof HeadObjectCommand) return this.#head(command.input.Key ?? '');
    if (!(command instanceof GetObjectCommand))
      throw new Error(`S3 is asked for ${command.constructor.name}`);
    const bytes = this.outside.objects.get(command.input.Key ?? '');
    return { Body: { transformToByteArray: async () => bytes } };
  }

  #head(key: string): object {
    if (this.outside.objects.has(key)) return { VersionId: '1' };
    throw new S3ServiceException({
      ...{ name: 'NotFound', $fault: 'client', message: 'there is none' },
      $metadata: { httpStatusCode: 404 },
    });
  }

  #put({ Key = '', Body, IfNoneMatch }: PutObjectCommandInput): object {
    if (IfNoneMatch === '*' && this.outside.objects.has(Key))
      throw new S3ServiceException({
        ...{ name: 'PreconditionFailed', $fault: 'client', message: 'there is one' },
        $metadata: { httpStatusCode: 412 },
      });
    // Bytes are never changed: a file that is put twice is one buffer, which is read once.
    this.outside.objects.set(Key, Body instanceof Buffer ? Body : Buffer.from(Body as Uint8Array));
    return {};
  }

  #stepFunctions(input: object): object {
    const { resumed, started } = this.outside;
    if ('stateMachineArn' in input) {
      const { name = '' } = input as StartExecutionCommandInput;
      if (started.has(name)) throw new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
      started.add(name);
      return { executionArn: name };
    }
    const { taskToken = '', output = '{}' } = input as SendTaskSuccessCommandInput;
    if (resumed.has(taskToken)) throw new TaskTimedOut({ message: 'timed out', $metadata: {} });
    resumed.set(taskToken, JSON.parse(output).outcome);
    return {};
  }
}

export type Hands = ReturnType<World['hands']>;

/** The world before any award. */
export async function firstWorld(): Promise<World> {
  const table = new MemoryTable();
  const { approved, store } = await openTreasury({ client: table.client(), tableName }, ceiling);
  const model: Model = {
    ...{
      ceiling,
      groups: {},
      payments: {},
      runs: {},
      files: {},
      references: {},
      items: {},
      credits: {},
      started: [],
      resumed: {},
    },
  };
  for (const number of [1, 2, 3, 4]) {
    const inTwo = number > 2;
    const id = await approved(number, (packet) => {
      if (inTwo) packet.programme = 'tkm-2020-two-tranches';
    });
    // Nineteen of twenty members have no part in what happens to the money, and take most of the time to read.
    const { content } = await store.proposals.update(id, at(39), (before) => {
      const proposal = inStage(before, ['approval'], 'be made small');
      const content = {
        ...proposal.content,
        members: proposal.content.members.slice(0, 1),
        rab: proposal.content.rab.slice(0, 1),
        ...{ attachments: [], warnings: [] },
      };
      return { proposal: { ...proposal, content }, result: { content } };
    });
    model.groups[id] = {
      ...{ stage: 'approval', waits: false, amount: content.amountAsked, account: content.account.number },
      ...{
        schedule: inTwo ? [70, 30] : [100],
        rail: inTwo ? messageRail : textRail,
        tranches: [],
        moves: [],
        deposits: [],
      },
    };
  }
  return new World(table, { objects: new Map(), resumed: new Map(), started: new Set() }, model, 0);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
