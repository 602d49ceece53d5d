/** Every message that was sent, kept for ever: what people read here instead of waiting for real mail or text messages. */
import type { DatabaseSync } from 'node:sqlite';

export interface Attachment {
  readonly name: string;
  readonly type: string;
  /** Length in bytes. */
  readonly size: number;
}

export interface Message {
  /** The MessageId that the sender was given. */
  readonly id: string;
  readonly channel: 'email' | 'text';
  /** When it was sent, ISO 8601 in the cloud's time. */
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  /** The sender's own headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | null;
}

export class Mailbox {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS ses_message (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, message TEXT NOT NULL, raw BLOB
      ) STRICT`);
  }

  /** The number the next message will bear. */
  next(): number {
    return Number(this.#db.prepare('SELECT coalesce(max(seq), 0) + 1 AS next FROM ses_message').get()?.next);
  }

  keep(message: Message, raw: Buffer | null): void {
    this.#db
      .prepare('INSERT INTO ses_message (id, message, raw) VALUES (?, ?, ?)')
      .run(message.id, JSON.stringify(message), raw);
  }

  /** At most that many of the newest messages, newest last. */
  newest(atMost: number): Message[] {
    return this.#db
      .prepare(
        'SELECT message FROM (SELECT seq, message FROM ses_message ORDER BY seq DESC LIMIT ?) ORDER BY seq',
      )
      .all(atMost)
      .map((row) => messageOf(row.message));
  }

  /**
   * The messages after the one with that id, or from the first on, at most that many, newest last; none when there is no
   * such message.
   */
  after(id: string | undefined, atMost: number): Message[] {
    const from = id === undefined ? '0' : '(SELECT seq FROM ses_message WHERE id = ?)';
    return this.#db
      .prepare(`SELECT message FROM ses_message WHERE seq > ${from} ORDER BY seq LIMIT ?`)
      .all(...(id === undefined ? [] : [id]), atMost)
      .map((row) => messageOf(row.message));
  }

  get(id: string): Message | undefined {
    const row = this.#db.prepare('SELECT message FROM ses_message WHERE id = ?').get(id);
    return row && messageOf(row.message);
  }
}

/** A message as it was kept; those of older states were all mails. */
function messageOf(kept: unknown): Message {
  return { channel: 'email', ...JSON.parse(String(kept)) };
}
