/** Which writer a rail has. */
import type { FileRail } from '#domain/rail.ts';
import { bulkText } from './bulk-text.ts';
import { pain001 } from './pain-001.ts';
import type { RailWriter } from './rail.ts';

export const writerOf = (rail: FileRail): RailWriter => (rail === 'bulk-text' ? bulkText : pain001);
