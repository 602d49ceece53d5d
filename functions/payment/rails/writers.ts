/** Which writer a rail has. */
import { jaringBulk1 } from '#domain/money/bulk-layout.ts';
import type { FileRail } from '#domain/money/rail.ts';
import { bulkText } from './bulk-text.ts';
import { pain001 } from './pain-001.ts';
import type { RailWriter } from './rail.ts';

export function writerOf(rail: FileRail): RailWriter {
  if (rail === 'bulk-text') return bulkText(jaringBulk1);
  return rail.format === 'bulk-text' ? bulkText(rail) : pain001;
}
