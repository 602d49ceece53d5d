/** What the cloud reports of itself and lets be done to its time, under `/_local/`. */
import { createReadStream, existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Activity } from '../activity.ts';
import type { Clock, Passing } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { restAnswer } from '../gateway/aws-json.ts';
import type { ControlRequest } from '../gateway/gateway.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import { type Iam, NoSuchStatement } from '../iam/iam.ts';
import { mailboxPageHeaders } from '../ses/mailbox-page.ts';
import { soundMail, type Verdicts } from '../ses/received-mail.ts';
import type { SesService } from '../ses/service.ts';
import type { Usage } from '../usage/meter.ts';

export interface ControlPorts {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly mail: SesService;
  usage(): readonly Usage[];
  readonly iam: Pick<Iam, 'uses' | 'refusals' | 'withhold'>;
  status(): object;
  outputs(): Readonly<Record<string, string>>;
  logFile(functionName: string): string | undefined;
}

/** How far `advance` may go in one call: a century, in milliseconds. */
const farthest = 100 * 366 * 86_400_000;

/** Answers requests under `/_local/`. */
export class Control {
  readonly #ports: ControlPorts;
  /** Time moves for one at a time. */
  #moving: Promise<unknown> = Promise.resolve();

  constructor(ports: ControlPorts) {
    this.#ports = ports;
  }

  /** @throws {AwsError} with the status to answer */
  async handle(request: ControlRequest): Promise<ServiceResponse> {
    const { method, path, query } = request;
    const { activity, mail } = this.#ports;
    if (method === 'POST') {
      if (path === '/idle') {
        await activity.whenIdle();
        return restAnswer(this.#time());
      }
      if (path === '/clock/advance') return restAnswer(await this.#advance(request.body));
      if (path === '/clock/skip') return restAnswer(await this.#skip(request.body));
      if (path === '/iam/withhold') return restAnswer(this.#withhold(request.body));
      if (path === '/ses/inbound') return restAnswer(await this.#receive(request));
      if (path === '/ses/failing') return restAnswer(this.#setFailing(request.body));
    }
    if (method === 'GET') {
      if (path === '/status')
        return restAnswer({ ...this.#ports.status(), ...this.#time(), idle: activity.underWay === 0 });
      if (path === '/clock') return restAnswer(this.#time());
      if (path === '/outputs') return restAnswer(this.#ports.outputs());
      if (path === '/usage') return restAnswer(this.#ports.usage());
      if (path === '/iam') return restAnswer(this.#ports.iam.uses());
      if (path === '/iam/refusals') return restAnswer(this.#ports.iam.refusals());
      if (path === '/mailbox') return restAnswer(mail.list(query.get('after') ?? undefined));
      if (path === '/mailbox.html') {
        const body = mail.page(query.get('id') ?? undefined);
        return {
          status: 200,
          headers: { 'content-type': 'text/html; charset=utf-8', ...mailboxPageHeaders },
          body,
        };
      }
      const messageId = /^\/mailbox\/([^/]+)$/.exec(path)?.[1];
      if (messageId !== undefined) {
        const message = mail.get(decodeURIComponent(messageId));
        if (message === undefined) throw new AwsError('NotFound', 'There is no such message.', 404);
        return restAnswer(message);
      }
      const name = /^\/logs\/([^/]+)$/.exec(path)?.[1];
      if (name !== undefined) return this.#logs(decodeURIComponent(name));
    }
    throw new AwsError('NotFound', `The embedded cloud has nothing at ${method} /_local${path}.`, 404);
  }

  #withhold(body: Buffer): object {
    const { statements } = wishOf(body);
    if (!Array.isArray(statements) || !statements.every((id) => typeof id === 'string')) {
      throw new AwsError('BadRequest', 'Give {"statements": ["<id>", …]}; none takes all back.');
    }
    try {
      this.#ports.iam.withhold(statements);
    } catch (error) {
      if (error instanceof NoSuchStatement) throw new AwsError('NotFound', error.message, 404);
      throw error;
    }
    return { withheld: statements };
  }

  /** A mail from outside: its text is the body; who sends it to whom, and what is found out about it, the query. */
  async #receive({ query, body }: ControlRequest): Promise<object> {
    const to = query.getAll('to');
    if (to.length === 0) throw new AwsError('BadRequest', 'Give ?to=<address>, and the mail as the body.');
    const verdict = (name: keyof Verdicts): string => query.get(name) ?? soundMail[name];
    return this.#ports.mail.receive({
      from: query.get('from') ?? '',
      to,
      raw: body,
      verdicts: {
        spf: verdict('spf'),
        dkim: verdict('dkim'),
        dmarc: verdict('dmarc'),
        spam: verdict('spam'),
        virus: verdict('virus'),
      },
    });
  }

  #setFailing(body: Buffer): object {
    const { address, as = null } = wishOf(body);
    const failing = (['bounce', 'transient', 'complaint'] as const).find((one) => one === as);
    if (typeof address !== 'string' || (failing === undefined && as !== null)) {
      throw new AwsError(
        'BadRequest',
        'Give {"address": "<address>", "as": "bounce" | "transient" | "complaint" | null}.',
      );
    }
    this.#ports.mail.setFailing(address, failing);
    return { address, as };
  }

  async #logs(name: string): Promise<ServiceResponse> {
    const file = this.#ports.logFile(name);
    if (file === undefined) throw new AwsError('NotFound', `There is no function ${name}.`, 404);
    const body = existsSync(file) ? await text(createReadStream(file)) : '';
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
  }

  #time(): object {
    const { clock } = this.#ports;
    const next = clock.nextTimer();
    return {
      now: new Date(clock.now()).toISOString(),
      mode: clock.mode,
      nextTimer: next === undefined ? null : new Date(next).toISOString(),
    };
  }

  async #advance(body: Buffer): Promise<object> {
    const { seconds, to } = wishOf(body);
    const { clock } = this.#ports;
    const target =
      typeof to === 'string'
        ? Date.parse(to)
        : typeof seconds === 'number'
          ? clock.now() + seconds * 1000
          : Number.NaN;
    if (!(target >= clock.now()) || target - clock.now() > farthest) {
      throw new AwsError(
        'BadRequest',
        'Give {"seconds": n} or {"to": "<ISO 8601 time>"}, not before now and at most 100 years ahead.',
      );
    }
    await this.#move(target);
    return this.#time();
  }

  async #skip(body: Buffer): Promise<object> {
    const { clock, activity } = this.#ports;
    const { past, before } = wishOf(body);
    const passing = passingOf(past);
    const end = momentOf(before);
    await activity.whenIdle();
    const next = clock.nextTimer(passing);
    if (next === undefined || next >= end) return { ...this.#time(), fired: null };
    await this.#move(Math.max(next, clock.now()), passing);
    return { ...this.#time(), fired: new Date(next).toISOString() };
  }

  async #move(to: number, passing: Passing = 'none'): Promise<void> {
    const { clock, activity } = this.#ports;
    const move = this.#moving.then(() => clock.advanceTo(to, () => activity.whenIdle(), passing));
    // A move that failed is reported to its caller and does not stop the next one.
    this.#moving = move.catch(() => {});
    await move;
  }
}

/** What a request's body asks for. @throws {AwsError} when it is not a JSON object */
function wishOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const wish: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof wish === 'object' && wish !== null && !Array.isArray(wish)) return { ...wish };
  } catch {
    // Refused below, as everything that is no JSON object is.
  }
  throw new AwsError('BadRequest', 'The body must be a JSON object, or nothing.');
}

/** The moment (ms) that a skip stays before; by default none. */
function momentOf(before: unknown): number {
  if (before === undefined) return Number.POSITIVE_INFINITY;
  const moment = typeof before === 'string' ? Date.parse(before) : Number.NaN;
  if (Number.isNaN(moment)) throw new AwsError('BadRequest', 'Give "before" as an ISO 8601 time.');
  return moment;
}

/** Which schedules a skip passes over. */
function passingOf(past: unknown): Passing {
  if (past === undefined || past === 'none') return 'none';
  if (past === 'rates' || past === 'schedules') return past;
  throw new AwsError('BadRequest', 'Give "past" as "none", "rates" or "schedules".');
}
