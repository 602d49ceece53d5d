/** One service of the embedded cloud behind a bare HTTP server, for tests of that service alone with the SDK's client. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Activity } from '#local/activity.ts';
import type { Clock, Timer } from '#local/clock.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import type { AuthorizationQuery, Service } from '#local/gateway/service.ts';

export const account = '123456789012';
export const region = 'ap-southeast-3';

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  readonly mode = 'virtual';
  #now: number;
  #count = 0;
  readonly #timers = new Set<{ at: number; order: number; callback: () => void }>();

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void): Timer {
    this.#count += 1;
    const timer = { at, order: this.#count, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  nextTimer(): number | undefined {
    return this.#first()?.at;
  }

  async advanceTo(to: number, settled: () => Promise<void>): Promise<void> {
    for (;;) {
      await settled();
      const first = this.#first();
      if (!first || first.at > to) break;
      this.#timers.delete(first);
      this.#now = Math.max(this.#now, first.at);
      first.callback();
    }
    this.#now = Math.max(this.#now, to);
  }

  #first(): { at: number; order: number; callback: () => void } | undefined {
    return [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** A folder, a database in it, a clock and the count of what is under way. */
export class Surroundings {
  readonly directory = mkdtempSync(join(tmpdir(), 'cloud-'));
  readonly activity = new Activity();
  readonly account = account;
  readonly region = region;
  readonly clock: TestClock;
  db = this.#open();

  constructor(start = '2026-11-24T07:00:00Z') {
    this.clock = new TestClock(start);
  }

  /** As a new process would find it. */
  reopen(): void {
    this.db.close();
    this.db = this.#open();
  }

  async settle(): Promise<void> {
    await this.activity.whenIdle();
  }

  /** Moves time forward, waiting for what each timer begins. */
  async advance(seconds: number): Promise<void> {
    await this.clock.advanceTo(this.clock.now() + seconds * 1000, () => this.settle());
    await this.settle();
  }

  remove(): void {
    if (this.db.isOpen) this.db.close();
    rmSync(this.directory, { recursive: true });
  }

  #open(): DatabaseSync {
    return new DatabaseSync(join(this.directory, 'state.sqlite'));
  }
}

export interface HostedService {
  readonly endpoint: string;
  /** What the service asked IAM, in order. */
  readonly asked: AuthorizationQuery[];
  /** Actions that are refused from now on. */
  readonly denied: Set<string>;
  close(): Promise<void>;
}

export const credentials = { accessKeyId: 'TESTER', secretAccessKey: 'secret' };

/** Serves one service as the gateway would, to a caller that may do everything not denied. */
export async function host(service: Service): Promise<HostedService> {
  const asked: AuthorizationQuery[] = [];
  const denied = new Set<string>();
  const server: Server = createServer((message, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(Buffer.from(chunk));
      const [path = '/', query = ''] = (message.url ?? '/').split('?');
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(message.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
      }
      try {
        const answer = await service.handle({
          method: message.method ?? 'GET',
          path,
          query: new URLSearchParams(query),
          headers,
          body: Buffer.concat(chunks),
          principal: { arn: `arn:aws:iam::${account}:root`, owner: true },
          authorize: (question) => {
            asked.push(question);
            if (denied.has(question.action)) throw new AwsError(accessDenied(service), 'Access Denied', 403);
          },
        });
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      } catch (error) {
        const refusal =
          error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
        response.writeHead(refusal.status, { 'x-amzn-errortype': refusal.code });
        if (message.method === 'HEAD') response.end();
        else if (service.errorFormat === 'json') {
          response.end(JSON.stringify({ __type: refusal.code, message: refusal.message }));
        } else {
          response.end(
            `<Error><Code>${refusal.code}</Code><Message>${refusal.message.replaceAll('<', '&lt;')}</Message></Error>`,
          );
        }
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    denied,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function accessDenied(service: Service): string {
  return service.errorFormat === 'xml' ? 'AccessDenied' : 'AccessDeniedException';
}
