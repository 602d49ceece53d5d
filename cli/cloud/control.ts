/** The embedded cloud's own controls, over HTTP: its clock, its mailbox, its meters. */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Mail, readMailbox } from '#players/mailbox.ts';
import { CommandError } from '../errors.ts';

/** The cloud did not do what it was asked. */
export class ControlRefused extends CommandError {
  override readonly name = 'ControlRefused';
  constructor(path: string, status: number, body: string) {
    super(`The embedded cloud answered ${status} to ${path}: ${body.slice(0, 500)}`);
  }
}

const clockSchema = z.looseObject({ now: z.string(), mode: z.enum(['flowing', 'virtual']) });
type ClockReading = z.output<typeof clockSchema>;

const skipSchema = z.looseObject({ fired: z.string().nullable() });

/** Which schedules are skipped: none, those with a rate, or those with a cron expression too. */
type SkippedSchedules = 'none' | 'rates' | 'schedules';

export interface Control {
  readonly endpoint: string;
  clock(): Promise<ClockReading>;
  /** Moves time forward by a number of seconds, or to a moment (ISO 8601), through every timer on the way. */
  advance(step: { seconds: number } | { to: string }): Promise<void>;
  /**
   * Waits until nothing is going on, then moves time to the next timer. False when there is none.
   * @param past schedules that are no reason to stop; each fires once on arrival, however often it fell due
   * @param before a moment (ISO 8601) that time does not reach by this: false where the next timer lies there or later
   */
  skip(past?: SkippedSchedules, before?: string): Promise<boolean>;
  /** Waits until nothing is going on. */
  idle(): Promise<void>;
  mailbox(): Promise<Mail[]>;
  /** Whom mail does not reach from now on, and how; or, by null, whom it reaches again. */
  failMail(address: string, as: 'bounce' | 'transient' | 'complaint' | null): Promise<void>;
  usage(): Promise<unknown>;
  outputs(): Promise<unknown>;
}

/** @param endpoint of the gateway, without a slash at the end */
export function createControl(endpoint: string): Control {
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const { status, answer } = await send(`${endpoint}/_local/${path}`, method, body);
    if (status < 200 || status > 299) throw new ControlRefused(`${method} /_local/${path}`, status, answer);
    return answer === '' ? undefined : JSON.parse(answer);
  };
  return {
    endpoint,
    clock: async () => clockSchema.parse(await call('GET', 'clock')),
    advance: async (step) => void (await call('POST', 'clock/advance', step)),
    skip: async (past = 'none', before = undefined) =>
      skipSchema.parse(await call('POST', 'clock/skip', { past, before })).fired !== null,
    idle: async () => void (await call('POST', 'idle', {})),
    mailbox: () => readMailbox(endpoint),
    failMail: async (address, as) => void (await call('POST', 'ses/failing', { address, as })),
    usage: () => call('GET', 'usage'),
    outputs: () => call('GET', 'outputs'),
  };
}

/** Sends a request and waits for its answer for as long as it takes, which `fetch` does not: a large run lasts minutes. */
async function send(
  url: string,
  method: 'GET' | 'POST',
  body: object | undefined,
): Promise<{ status: number; answer: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { method, headers }, resolve).once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { status: response.statusCode ?? 0, answer: await text(response) };
}
