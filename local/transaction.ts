import type { DatabaseSync } from 'node:sqlite';

/** Does `work` as one transaction, undone if it throws; inside another transaction it is part of that one. */
export function atomically<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // On a full disk SQLite has undone it already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
