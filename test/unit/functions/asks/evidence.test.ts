import { describe, expect, it } from 'vitest';
import type { DocumentRequirement } from '#domain/asks/documents.ts';
import { inspectEvidence } from '#functions/asks/evidence.ts';
import { readObject } from '#functions/public-works/roll-object.ts';
import { signedDownloads } from '#functions/web/downloads.ts';
import { jpegFile, pdfFile } from '#samples/files.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openStage, type Stage, versionOf } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const id = 'P-ABCDEFGHJK';
const ask = { id: idOfAsk(id, 'tranche-documents', '1'), subject: { of: 'proposal' as const, id } };
const wanted: DocumentRequirement[] = [
  { type: 'sptjm', min: 1, max: 1, mediaTypes: ['application/pdf'], maxBytes: 100_000 },
  { type: 'photos', min: 1, max: 1, mediaTypes: ['image/jpeg'], maxBytes: 10 },
];

describe('what a group hands in', () => {
  it('is kept by version and hash, so that a file put in its place later is not what is read and linked', async () => {
    const [signed, other] = [pdfFile(['Ditandatangani']), pdfFile(['Ditukar'])];
    stage.upload(id, 'tranche-documents', '1', 'sptjm', 'sptjm.pdf', signed);
    // Too large to be taken, so that only its head is read.
    stage.upload(
      id,
      'tranche-documents',
      '1',
      'photos',
      'foto.jpg',
      jpegFile(3, 3, () => 9),
    );
    const found = await inspectEvidence(stage.deps.s3, 'uploads', { ...ask, documents: wanted });
    expect(found.map(({ versionId }) => versionId)).toEqual(
      [signed, jpegFile(3, 3, () => 9)].map((bytes) => versionOf(bytes)),
    );
    stage.upload(id, 'tranche-documents', '1', 'sptjm', 'sptjm.pdf', other);
    const [paper] = found;
    expect(paper?.versionId).not.toBe(versionOf(other));
    const [link] = await signedDownloads(stage.deps.s3, 'uploads', found);
    expect(new URL(link?.url ?? '').searchParams.get('versionId')).toBe(versionOf(signed));
    const object = { Bucket: 'uploads', Key: paper?.key ?? '' };
    const pinned = { ...object, VersionId: paper?.versionId };
    expect(await readObject(stage.deps.s3, pinned, 100_000)).toEqual(Buffer.from(signed));
    expect(await readObject(stage.deps.s3, object, 100_000)).toEqual(Buffer.from(other));
  });

  it('is linked by its key alone where no version was recorded of it', async () => {
    const [link] = await signedDownloads(stage.deps.s3, 'uploads', [{ key: 'drafts/x/pks.pdf', bytes: 10 }]);
    expect(new URL(link?.url ?? '').searchParams.has('versionId')).toBe(false);
  });
});
