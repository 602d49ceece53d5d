/**
 * A bank that misbehaves, outside the application: it knows only its two folders in the bank bucket, what time it is, and the
 * format of the files. What it does when is in `hostile-letters.ts`; this reads instructions, sends what is due, and keeps a
 * log of every oddity with the files that it did it in.
 */
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { BankDeed } from './fake-bank.ts';
import { HostileLetters, type Letter } from './hostile-letters.ts';
import { readInstruction } from './instructions.ts';

export interface HostileBankSettings {
  /** With the rights of the bank connector's role: may list, read `outbox/`, write `inbox/`. */
  client: S3Client;
  bucket: string;
  seed: string;
}

/** A file that was sent: its number in the log of oddities, and which object it is. */
export interface SentLetter {
  number: number;
  key: string;
  versionId: string;
  at: string;
  deeds: BankDeed[];
}

export class HostileBank {
  readonly letters: HostileLetters;
  readonly sent: SentLetter[] = [];
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #read = new Set<string>();

  constructor({ client, bucket, seed }: HostileBankSettings) {
    this.#client = client;
    this.#bucket = bucket;
    this.letters = new HostileLetters(seed);
  }

  /** When it has something to send: ISO 8601. */
  get waitsUntil(): string | undefined {
    return this.letters.next;
  }

  /**
   * Reads every instruction that it has not read, and sends what is due.
   * @param now the cloud's time: ISO 8601
   * @returns the files that it sent
   * @throws {UnreadableInstruction}
   */
  async tick(now: string): Promise<SentLetter[]> {
    for (const key of await this.#instructions()) {
      if (this.#read.has(key)) continue;
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const instruction = readInstruction(key, (await Body?.transformToString('utf-8')) ?? '');
      this.letters.receive(instruction, now);
      this.#read.add(key);
    }
    const sent: SentLetter[] = [];
    for (const letter of this.letters.due(now)) sent.push(await this.#send(letter));
    this.sent.push(...sent);
    return sent;
  }

  async #send({ number, name, bytes, at, deeds }: Letter): Promise<SentLetter> {
    const key = `inbox/${name}`;
    const { VersionId = '' } = await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ContentType: 'text/plain' }),
    );
    return { number, key, versionId: VersionId, at, deeds };
  }

  async #instructions(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: 'outbox/' },
    ))
      for (const { Key } of Contents) if (Key !== undefined && /\.(txt|xml)$/.test(Key)) keys.push(Key);
    return keys.sort();
  }
}
