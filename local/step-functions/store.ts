/** The service's tables in SQLite. Every change of an execution is one transaction: history, snapshot and status. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HistoryEvent } from './core/history.ts';
import type { ExecutionStatus } from './core/snapshot.ts';
import type { StatusChange } from './ports.ts';

/** A state machine as it stands now. */
export interface StateMachineRow {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definitionId: number;
  /** Milliseconds, as all times in these rows. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A definition with its role, kept as long as an execution may still run on it. */
export interface DefinitionRow {
  readonly id: number;
  readonly stateMachineArn: string;
  readonly definition: string;
  readonly roleArn: string;
}

export interface VersionRow {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly number: number;
  readonly definitionId: number;
  readonly description: string | null;
  readonly createdAt: number;
}

export interface AliasRow {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly routing: readonly { readonly versionArn: string; readonly weight: number }[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ExecutionRow {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly versionArn: string | null;
  readonly aliasArn: string | null;
  readonly definitionId: number;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redriveCount: number;
  readonly redrivenAt: number | null;
  /** Token of the task that waits for this execution, for a nested one. */
  readonly parentToken: string | null;
}

/** What one stimulus changed. */
export interface Change {
  readonly executionId: number;
  readonly events: readonly HistoryEvent[];
  /** Written when the execution begins. */
  readonly begun?: ExecutionRow;
  readonly status: ExecutionStatus;
  readonly stoppedAt: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redriveCount: number;
  readonly redrivenAt: number | null;
  /** What to go on from; null when there is nothing more to come. */
  readonly snapshot: string | null;
  /** Whether the status is other than before. */
  readonly statusChanged: boolean;
  /** Events for EventBridge. */
  readonly announcements: readonly StatusChange[];
}

interface Pending {
  readonly change: Change;
  readonly resolve: (announcement: number | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Events kept in one row: few enough to read a page quickly, many enough to write quickly. */
const eventsPerRow = 250;

const schema = `
CREATE TABLE IF NOT EXISTS sfn_definitions (
  id INTEGER PRIMARY KEY, state_machine_arn TEXT NOT NULL, definition TEXT NOT NULL, role_arn TEXT NOT NULL,
  UNIQUE (state_machine_arn, definition, role_arn));
CREATE TABLE IF NOT EXISTS sfn_state_machines (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, role_arn TEXT NOT NULL, definition_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_versions (
  arn TEXT PRIMARY KEY, state_machine_arn TEXT NOT NULL, number INTEGER NOT NULL, definition_id INTEGER NOT NULL,
  description TEXT, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_aliases (
  arn TEXT PRIMARY KEY, state_machine_arn TEXT NOT NULL, name TEXT NOT NULL, routing TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_executions (
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, state_machine_arn TEXT NOT NULL,
  version_arn TEXT, alias_arn TEXT, definition_id INTEGER NOT NULL, status TEXT NOT NULL,
  started_at INTEGER NOT NULL, stopped_at INTEGER, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT,
  redrive_count INTEGER NOT NULL, redriven_at INTEGER, parent_token TEXT);
CREATE INDEX IF NOT EXISTS sfn_executions_by_machine ON sfn_executions (state_machine_arn, id);
CREATE INDEX IF NOT EXISTS sfn_executions_by_parent ON sfn_executions (parent_token) WHERE parent_token IS NOT NULL;
CREATE TABLE IF NOT EXISTS sfn_snapshots (
  execution_id INTEGER PRIMARY KEY, running INTEGER NOT NULL, snapshot TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_history (
  execution_id INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, events TEXT NOT NULL,
  PRIMARY KEY (execution_id, first)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_outbox (id INTEGER PRIMARY KEY, event TEXT NOT NULL);
`;

const executionColumns = `id, arn, name, state_machine_arn AS stateMachineArn, version_arn AS versionArn,
  alias_arn AS aliasArn, definition_id AS definitionId, status, started_at AS startedAt, stopped_at AS stoppedAt,
  input, output, error, cause, redrive_count AS redriveCount, redriven_at AS redrivenAt, parent_token AS parentToken`;

/** Reads and writes the service's tables. */
export class StepFunctionsStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #pending: Pending[] = [];
  readonly #definitions = new Map<number, DefinitionRow>();
  readonly #machines = new Map<string, StateMachineRow>();
  #nextExecution: number;
  #nextAnnouncement: number;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16000;',
    );
    db.exec(schema);
    this.#nextExecution = this.#number('SELECT coalesce(max(id), 0) + 1 AS value FROM sfn_executions');
    this.#nextAnnouncement = this.#number('SELECT coalesce(max(id), 0) + 1 AS value FROM sfn_outbox');
  }

  /** A number for a new execution. */
  takeExecutionId(): number {
    const id = this.#nextExecution;
    this.#nextExecution += 1;
    return id;
  }

  /** Runs `work`, which must not await, as one transaction. */
  transaction<Result>(work: () => Result): Result {
    if (this.#db.isTransaction) return work();
    this.#run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#run('COMMIT');
      return result;
    } catch (error) {
      this.#run('ROLLBACK');
      throw error;
    }
  }

  /**
   * Stores what one stimulus changed, all or nothing, together with what other executions have to store at the same
   * moment: a commit costs more than its rows.
   * @returns the number under which the announcements are kept until `announced`, if there are any
   */
  commit(change: Change): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#pending.push({ change, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  /** Refuses what is not yet stored, as a killed process would have lost it. */
  close(reason: Error): void {
    for (const { reject } of this.#pending.splice(0)) reject(reason);
  }

  #flush(): void {
    const batch = this.#pending.splice(0);
    if (batch.length === 0) return;
    try {
      const written = this.transaction(() => batch.map(({ change }) => this.#write(change)));
      for (const [index, { resolve }] of batch.entries()) resolve(written[index]);
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) this.#flushOne(one);
    }
  }

  /** One that fails must not take others with it. */
  #flushOne({ change, resolve, reject }: Pending): void {
    try {
      resolve(this.transaction(() => this.#write(change)));
    } catch (error) {
      reject(error);
    }
  }

  #write(change: Change): number | undefined {
    if (change.begun !== undefined) this.#insertExecution(change.begun, change);
    else if (change.statusChanged) this.#updateExecution(change);
    const { events } = change;
    for (let from = 0; from < events.length; from += eventsPerRow) {
      const part = events.slice(from, from + eventsPerRow);
      this.#run(
        'INSERT INTO sfn_history (execution_id, first, last, events) VALUES (?, ?, ?, ?)',
        change.executionId,
        part[0]?.id ?? 0,
        part.at(-1)?.id ?? 0,
        JSON.stringify(part),
      );
    }
    if (change.snapshot !== null) {
      this.#run(
        'INSERT OR REPLACE INTO sfn_snapshots (execution_id, running, snapshot) VALUES (?, ?, ?)',
        change.executionId,
        change.status === 'RUNNING' ? 1 : 0,
        change.snapshot,
      );
    } else if (change.begun === undefined) {
      this.#run('DELETE FROM sfn_snapshots WHERE execution_id = ?', change.executionId);
    }
    if (change.announcements.length === 0) return undefined;
    const id = this.#nextAnnouncement;
    this.#nextAnnouncement += 1;
    this.#run('INSERT INTO sfn_outbox (id, event) VALUES (?, ?)', id, JSON.stringify(change.announcements));
    return id;
  }

  #insertExecution(row: ExecutionRow, change: Change): void {
    this.#run(
      `INSERT INTO sfn_executions (id, arn, name, state_machine_arn, version_arn, alias_arn, definition_id, status,
        started_at, stopped_at, input, output, error, cause, redrive_count, redriven_at, parent_token)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.id, row.arn, row.name, row.stateMachineArn, row.versionArn, row.aliasArn, row.definitionId],
      ...[
        change.status,
        row.startedAt,
        change.stoppedAt,
        row.input,
        change.output,
        change.error,
        change.cause,
      ],
      ...[change.redriveCount, change.redrivenAt, row.parentToken],
    );
  }

  #updateExecution(change: Change): void {
    this.#run(
      `UPDATE sfn_executions SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ?, redrive_count = ?,
        redriven_at = ? WHERE id = ?`,
      ...[change.status, change.stoppedAt, change.output, change.error, change.cause, change.redriveCount],
      ...[change.redrivenAt, change.executionId],
    );
  }

  /** Forgets announcements that were handed over. */
  announced(ids: readonly number[]): void {
    const sorted = [...ids].sort((one, other) => one - other);
    this.transaction(() => {
      let first = sorted[0] ?? 0;
      for (const [index, id] of sorted.entries()) {
        const next = sorted[index + 1];
        if (next === id + 1) continue;
        this.#run('DELETE FROM sfn_outbox WHERE id BETWEEN ? AND ?', first, id);
        first = next ?? 0;
      }
    });
  }

  /** Announcements not yet handed over. */
  unannounced(): readonly { readonly id: number; readonly events: readonly StatusChange[] }[] {
    // A row is the events of one change; in state of before it was one event.
    return this.#all<{ readonly id: number; readonly event: string }>(
      'SELECT id, event FROM sfn_outbox ORDER BY id',
    ).map(({ id, event }) => ({ id, events: [JSON.parse(event)].flat() }));
  }

  /** The definition's number; the same definition and role of a machine keep theirs. */
  definitionId(stateMachineArn: string, definition: string, roleArn: string): number {
    this.#run(
      'INSERT OR IGNORE INTO sfn_definitions (state_machine_arn, definition, role_arn) VALUES (?, ?, ?)',
      ...[stateMachineArn, definition, roleArn],
    );
    return this.#number(
      'SELECT id AS value FROM sfn_definitions WHERE state_machine_arn = ? AND definition = ? AND role_arn = ?',
      ...[stateMachineArn, definition, roleArn],
    );
  }

  /** Definitions never change, so they are read once. */
  definition(id: number): DefinitionRow | undefined {
    const known = this.#definitions.get(id);
    if (known !== undefined) return known;
    const row = this.#get<DefinitionRow>(
      `SELECT id, state_machine_arn AS stateMachineArn, definition, role_arn AS roleArn FROM sfn_definitions
        WHERE id = ?`,
      id,
    );
    if (row !== undefined) this.#definitions.set(id, row);
    return row;
  }

  putStateMachine(row: StateMachineRow): void {
    this.#machines.delete(row.arn);
    this.#run(
      `INSERT INTO sfn_state_machines (arn, name, role_arn, definition_id, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET role_arn = excluded.role_arn,
        definition_id = excluded.definition_id, updated_at = excluded.updated_at`,
      ...[row.arn, row.name, row.roleArn, row.definitionId, row.createdAt, row.updatedAt],
    );
  }

  stateMachine(arn: string): StateMachineRow | undefined {
    const known = this.#machines.get(arn);
    if (known !== undefined) return known;
    const row = this.#get<StateMachineRow>(
      `SELECT arn, name, role_arn AS roleArn, definition_id AS definitionId, created_at AS createdAt,
        updated_at AS updatedAt FROM sfn_state_machines WHERE arn = ?`,
      arn,
    );
    if (row !== undefined) this.#machines.set(arn, row);
    return row;
  }

  stateMachines(): readonly StateMachineRow[] {
    return this.#all(
      `SELECT arn, name, role_arn AS roleArn, definition_id AS definitionId, created_at AS createdAt,
        updated_at AS updatedAt FROM sfn_state_machines ORDER BY created_at, name`,
    );
  }

  putVersion(row: VersionRow): void {
    this.#run(
      `INSERT INTO sfn_versions (arn, state_machine_arn, number, definition_id, description, created_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET definition_id = excluded.definition_id,
        description = excluded.description`,
      ...[row.arn, row.stateMachineArn, row.number, row.definitionId, row.description, row.createdAt],
    );
  }

  version(arn: string): VersionRow | undefined {
    return this.#get(
      `SELECT arn, state_machine_arn AS stateMachineArn, number, definition_id AS definitionId, description,
        created_at AS createdAt FROM sfn_versions WHERE arn = ?`,
      arn,
    );
  }

  /** A machine's versions, newest first. */
  versions(stateMachineArn: string): readonly VersionRow[] {
    return this.#all(
      `SELECT arn, state_machine_arn AS stateMachineArn, number, definition_id AS definitionId, description,
        created_at AS createdAt FROM sfn_versions WHERE state_machine_arn = ? ORDER BY number DESC`,
      stateMachineArn,
    );
  }

  putAlias(row: AliasRow): void {
    this.#run(
      `INSERT INTO sfn_aliases (arn, state_machine_arn, name, routing, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET routing = excluded.routing,
        updated_at = excluded.updated_at`,
      ...[row.arn, row.stateMachineArn, row.name, JSON.stringify(row.routing), row.createdAt, row.updatedAt],
    );
  }

  alias(arn: string): AliasRow | undefined {
    return this.#aliases('arn = ?', arn)[0];
  }

  /** Forgets a machine with its versions and aliases; executions keep the definition that they run on. */
  deleteStateMachine(arn: string): void {
    this.#machines.delete(arn);
    this.transaction(() => {
      this.#run('DELETE FROM sfn_aliases WHERE state_machine_arn = ?', arn);
      this.#run('DELETE FROM sfn_versions WHERE state_machine_arn = ?', arn);
      this.#run('DELETE FROM sfn_state_machines WHERE arn = ?', arn);
    });
  }

  deleteVersion(arn: string): void {
    this.#run('DELETE FROM sfn_versions WHERE arn = ?', arn);
  }

  deleteAlias(arn: string): void {
    this.#run('DELETE FROM sfn_aliases WHERE arn = ?', arn);
  }

  aliases(stateMachineArn: string): readonly AliasRow[] {
    return this.#aliases('state_machine_arn = ? ORDER BY name', stateMachineArn);
  }

  #aliases(where: string, value: string): readonly AliasRow[] {
    const rows = this.#all<Omit<AliasRow, 'routing'> & { readonly routing: string }>(
      `SELECT arn, state_machine_arn AS stateMachineArn, name, routing, created_at AS createdAt,
        updated_at AS updatedAt FROM sfn_aliases WHERE ${where}`,
      value,
    );
    return rows.map((row) => ({ ...row, routing: JSON.parse(row.routing) }));
  }

  executionByArn(arn: string): ExecutionRow | undefined {
    return this.#get(`SELECT ${executionColumns} FROM sfn_executions WHERE arn = ?`, arn);
  }

  execution(id: number): ExecutionRow | undefined {
    return this.#get(`SELECT ${executionColumns} FROM sfn_executions WHERE id = ?`, id);
  }

  /** The nested execution that the task with this token started. */
  executionByParent(token: string): ExecutionRow | undefined {
    return this.#get(`SELECT ${executionColumns} FROM sfn_executions WHERE parent_token = ?`, token);
  }

  /** Executions of a machine, newest first, that are older than `before`. */
  executions(filter: {
    readonly stateMachineArn: string;
    readonly status?: string;
    /** ARN of the version or alias they were started by. */
    readonly qualified?: string;
    readonly before: number;
    readonly limit: number;
  }): readonly ExecutionRow[] {
    return this.#all(
      `SELECT ${executionColumns} FROM sfn_executions WHERE state_machine_arn = ? AND id < ?
        AND (? IS NULL OR status = ?) AND (? IS NULL OR version_arn = ? OR alias_arn = ?)
        ORDER BY id DESC LIMIT ?`,
      ...[filter.stateMachineArn, filter.before, filter.status ?? null, filter.status ?? null],
      ...[filter.qualified ?? null, filter.qualified ?? null, filter.qualified ?? null, filter.limit],
    );
  }

  /** Numbers of the executions that have not ended, oldest first. */
  running(): readonly number[] {
    return this.#all<{ readonly id: number }>(
      'SELECT execution_id AS id FROM sfn_snapshots WHERE running = 1 ORDER BY execution_id',
    ).map((row) => row.id);
  }

  snapshot(executionId: number): string | undefined {
    return this.#get<{ readonly snapshot: string }>(
      'SELECT snapshot FROM sfn_snapshots WHERE execution_id = ?',
      executionId,
    )?.snapshot;
  }

  /** Events `from` to `to`, both included, in order. */
  history(executionId: number, from: number, to: number): readonly HistoryEvent[] {
    const rows = this.#all<{ readonly events: string }>(
      'SELECT events FROM sfn_history WHERE execution_id = ? AND last >= ? AND first <= ? ORDER BY first',
      ...[executionId, from, to],
    );
    return rows
      .flatMap((row): HistoryEvent[] => JSON.parse(row.events))
      .filter((event) => event.id >= from && event.id <= to);
  }

  /** How many events an execution has. */
  historyLength(executionId: number): number {
    return this.#number(
      'SELECT coalesce(max(last), 0) AS value FROM sfn_history WHERE execution_id = ?',
      executionId,
    );
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#prepared(sql).run(...values);
  }

  /** The rows as the caller, who wrote the SQL, knows them to be. */
  #all<Row>(sql: string, ...values: (string | number | null)[]): readonly Row[] {
    return this.#prepared(sql).all(...values) as unknown as readonly Row[];
  }

  #get<Row>(sql: string, ...values: (string | number | null)[]): Row | undefined {
    return this.#prepared(sql).get(...values) as unknown as Row | undefined;
  }

  #number(sql: string, ...values: (string | number | null)[]): number {
    return this.#get<{ readonly value: number }>(sql, ...values)?.value ?? 0;
  }
}
