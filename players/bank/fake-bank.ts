/**
 * A bank to try things with: outside the application, it knows only its two folders in the bank bucket and the format
 * of the files in them.
 *
 * Reads every instruction in `outbox/`, once, and answers into `inbox/`: every payment settled, except to accounts
 * that it was instructed to refuse. It shares no code with the application, so that both must really agree on the format.
 */
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type AnswerFormat, type BankAdvice, canReport, extensions, writeLetter } from './bank-answers.ts';
import { readInstruction } from './instructions.ts';

export interface FakeBankSettings {
  /** With the rights of the bank connector's role: may list, read `outbox/`, write `inbox/`. */
  client: S3Client;
  bucket: string;
}

/** What the bank did with one payment. */
export interface BankDeed {
  endToEndId: string;
  /** In rupiah. */
  amount: number;
  account: string;
  outcome: 'SETTLED' | 'REJECTED';
}

/** ISO 20022 external status reason: incorrect account number. */
const wrongAccount = 'AC01';

export class FakeBank {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #refused = new Set<string>();
  readonly #silent = new Set<string>();
  readonly #answered = new Set<string>();
  #format: AnswerFormat | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<BankDeed[]> | undefined;

  constructor({ client, bucket }: FakeBankSettings) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Payments to this account number will be refused (AC01). */
  refuse(account: string): void {
    this.#refused.add(account);
  }

  /** Payments to this account number will get no answer. */
  ignore(account: string): void {
    this.#silent.add(account);
  }

  /**
   * From now on answers come in this format; what it cannot report (a statement knows no refusals) comes as pain.002. Without one
   * they come as MT940, and refusals as text.
   */
  answerIn(format: AnswerFormat | undefined): void {
    this.#format = format;
  }

  /**
   * Answers every instruction that has no answer yet.
   * @throws {UnreadableInstruction}
   */
  async tick(): Promise<BankDeed[]> {
    // One at a time: two would answer the same file twice.
    this.#working ??= this.#answerAll().finally(() => {
      this.#working = undefined;
    });
    return await this.#working;
  }

  /** Looks for instructions every `interval` milliseconds, until `stop`. */
  run(interval: number): void {
    this.#timer ??= setInterval(() => {
      this.tick().catch((error: unknown) => {
        console.error(`The fake bank: ${error instanceof Error ? error.message : String(error)}`);
      });
    }, interval);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#working?.catch(() => undefined);
  }

  async #answerAll(): Promise<BankDeed[]> {
    const deeds: BankDeed[] = [];
    const unanswered = (await this.#list('outbox/')).filter((key) => !this.#answered.has(key));
    if (unanswered.length === 0) return deeds;
    const given = await this.#list('inbox/');
    for (const key of unanswered) {
      const base = key.replace(/^outbox\//, 'inbox/').replace(/\.(txt|xml)$/, '.answer.');
      if (given.some((each) => each.startsWith(base))) continue;
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const answer = this.#answer(key, (await Body?.transformToString('utf-8')) ?? '');
      for (const [extension, text] of answer.files)
        await this.#client.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: `${base}${extension}`,
            Body: text,
            ContentType: 'text/plain',
          }),
        );
      this.#answered.add(key);
      deeds.push(...answer.deeds);
    }
    return deeds;
  }

  async #list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: prefix },
    )) {
      for (const { Key } of page.Contents ?? [])
        if (Key !== undefined && /\.(txt|xml|csv)$/.test(Key)) keys.push(Key);
    }
    return keys;
  }

  #answer(key: string, text: string): { files: [extension: string, text: string][]; deeds: BankDeed[] } {
    const { runId, original, date, debitAccount, orders } = readInstruction(key, text);
    const deeds = orders
      .filter(({ account }) => !this.#silent.has(account))
      .map(({ endToEndId, amount, account }): BankDeed => {
        const outcome = this.#refused.has(account) ? 'REJECTED' : 'SETTLED';
        return { endToEndId, amount, account, outcome };
      });
    const referenceOf = (index: number) => `FB${date}${String(index + 1).padStart(6, '0')}`;
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    const advices = deeds.map(({ endToEndId, amount, outcome }, index): BankAdvice => {
      const one = { endToEndId, amount, day, reference: referenceOf(index) };
      return outcome === 'SETTLED'
        ? { ...one, status: 'ACSC' }
        : { ...one, status: 'RJCT', reason: wrongAccount };
    });
    // What it paid it books, and its statement says so; what it refused it never booked.
    const format = this.#format ?? 'mt940';
    const letterOf = (some: BankAdvice[]) => ({
      ...{ id: `FB${runId.slice(-8)}`, day, debitAccount, original, advices: some },
      partial: some.length < orders.length,
    });
    const [reportable, unreportable] = [true, false].map((can) =>
      advices.filter((advice) => canReport(format, advice) === can),
    ) as [BankAdvice[], BankAdvice[]];
    const files: [string, string][] = [];
    // A bank that sends statements only says in its own text what it refused.
    if (this.#format !== undefined || reportable.length > 0)
      files.push([extensions[format], writeLetter(format, letterOf(reportable))]);
    if (unreportable.length > 0)
      files.push(
        this.#format === undefined
          ? ['txt', this.#text(runId, date, unreportable)]
          : [extensions['pain.002'], writeLetter('pain.002', letterOf(unreportable))],
      );
    return { files, deeds };
  }

  /** What it refused, in the text of the rail `bulk-text`. */
  #text(runId: string, date: string, refused: readonly BankAdvice[]): string {
    const lines = refused.map(
      ({ endToEndId, reference, reason }) => `D|${endToEndId}|REJECTED|${reference}|${date}|${reason}`,
    );
    const all = [`H|JARING-ANSWER-1|${runId}|${date}`, ...lines, `T|${refused.length}`];
    return `${all.join('\n')}\n`;
  }
}
