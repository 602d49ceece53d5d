/** The tables of Map Runs: their settings, and which executions they consist of. */
import type { DatabaseSync } from 'node:sqlite';
import type { ChildInput, MapRunPlan } from './core/distributed-map.ts';

type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface MapRunRow {
  readonly arn: string;
  readonly executionArn: string;
  /** The state that waits for it. */
  readonly token: string;
  /** As it stands now: its limits can be changed while it runs. */
  readonly plan: MapRunPlan;
  /** Of the item processor; null until the items are read. */
  readonly definitionId: number | null;
  readonly status: MapRunStatus;
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly redriveCount: number;
  readonly redrivenAt: number | null;
}

/** An execution of a Map Run. */
export interface ChildRow {
  readonly index: number;
  readonly arn: string;
  readonly input: string;
  readonly items: number;
  /** Null while it has not started. */
  readonly status: string | null;
}

const schema = `
CREATE TABLE IF NOT EXISTS sfn_map_runs (
  arn TEXT PRIMARY KEY, execution_arn TEXT NOT NULL, token TEXT NOT NULL, plan TEXT NOT NULL, definition_id INTEGER,
  status TEXT NOT NULL, started_at INTEGER NOT NULL, stopped_at INTEGER, redrive_count INTEGER NOT NULL,
  redriven_at INTEGER);
CREATE INDEX IF NOT EXISTS sfn_map_runs_by_execution ON sfn_map_runs (execution_arn);
CREATE TABLE IF NOT EXISTS sfn_map_run_children (
  map_run_arn TEXT NOT NULL, idx INTEGER NOT NULL, arn TEXT NOT NULL UNIQUE, input TEXT NOT NULL,
  items INTEGER NOT NULL, PRIMARY KEY (map_run_arn, idx)) WITHOUT ROWID;
`;
const columns = `arn, execution_arn AS executionArn, token, plan, definition_id AS definitionId, status,
  started_at AS startedAt, stopped_at AS stoppedAt, redrive_count AS redriveCount, redriven_at AS redrivenAt`;

export class MapRunStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(schema);
  }

  put(row: MapRunRow): void {
    this.#run(
      `INSERT OR REPLACE INTO sfn_map_runs (arn, execution_arn, token, plan, definition_id, status, started_at,
        stopped_at, redrive_count, redriven_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.arn, row.executionArn, row.token, JSON.stringify(row.plan), row.definitionId, row.status],
      ...[row.startedAt, row.stoppedAt, row.redriveCount, row.redrivenAt],
    );
  }

  get(arn: string): MapRunRow | undefined {
    return this.#rows('arn = ?', arn)[0];
  }

  /** Map Runs of an execution, newest first. */
  of(executionArn: string): readonly MapRunRow[] {
    return this.#rows('execution_arn = ? ORDER BY started_at DESC, rowid DESC', executionArn);
  }

  #rows(where: string, value: string): readonly MapRunRow[] {
    const rows = this.#all<Omit<MapRunRow, 'plan'> & { readonly plan: string }>(
      `SELECT ${columns} FROM sfn_map_runs WHERE ${where}`,
      value,
    );
    return rows.map((row) => ({ ...row, plan: JSON.parse(row.plan) }));
  }

  /** Notes the executions that a Map Run consists of, and the machine that they run. */
  putChildren(
    mapRun: MapRunRow,
    definitionId: number,
    children: readonly (ChildInput & { readonly arn: string })[],
  ): void {
    this.put({ ...mapRun, definitionId });
    for (const [index, { arn, input, items }] of children.entries()) {
      this.#run(
        'INSERT INTO sfn_map_run_children (map_run_arn, idx, arn, input, items) VALUES (?, ?, ?, ?, ?)',
        ...[mapRun.arn, index, arn, input, items],
      );
    }
  }

  /** A Map Run's executions, in the order of its items. */
  children(mapRunArn: string): readonly ChildRow[] {
    return this.#all(
      `SELECT child.idx AS "index", child.arn, child.input, child.items, execution.status
        FROM sfn_map_run_children AS child LEFT JOIN sfn_executions AS execution ON execution.arn = child.arn
        WHERE child.map_run_arn = ? ORDER BY child.idx`,
      mapRunArn,
    );
  }

  /** The Map Run that an execution belongs to. */
  ofChild(executionArn: string): string | undefined {
    return this.#all<{ readonly arn: string }>(
      'SELECT map_run_arn AS arn FROM sfn_map_run_children WHERE arn = ?',
      executionArn,
    )[0]?.arn;
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#db.prepare(sql).run(...values);
  }

  /** The rows as the caller, who wrote the SQL, knows them to be. */
  #all<Row>(sql: string, ...values: (string | number)[]): readonly Row[] {
    return this.#db.prepare(sql).all(...values) as unknown as readonly Row[];
  }
}
