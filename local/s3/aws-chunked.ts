/**
 * Bodies in the `aws-chunked` encoding, in which the SDKs stream: each chunk with its length in hexadecimal (and, when
 * signed, its signature), a last empty chunk, then trailing headers such as the checksum.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { AwsError } from '../gateway/aws-error.ts';

export interface ChunkedBody {
  readonly bytes: Buffer;
  /** Trailing headers, names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Whether the headers announce the encoding. */
export function isAwsChunked(headers: Readonly<Record<string, string>>): boolean {
  return (
    (headers['content-encoding'] ?? '').split(',').some((part) => part.trim() === 'aws-chunked') ||
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}

/**
 * Takes the chunks apart.
 * @throws AwsError `IncompleteBody` when the body ends early or its bytes are not laid out so
 */
export function decodeAwsChunked(body: Buffer): ChunkedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const [head, next] = lineAt(body, at);
    const size = /^([0-9a-fA-F]+)(?:;|$)/.exec(head)?.[1];
    if (size === undefined) throw incomplete();
    at = next;
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (at + length + 2 > body.length) throw incomplete();
    chunks.push(body.subarray(at, at + length));
    at += length;
    if (body[at] !== 0x0d || body[at + 1] !== 0x0a) throw incomplete();
    at += 2;
  }
  const trailers: Record<string, string> = {};
  while (at < body.length) {
    const [line, next] = lineAt(body, at);
    at = next;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw incomplete();
    trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), trailers };
}

/** The line beginning at `at` and where the next one begins; a last line may lack its end. */
function lineAt(body: Buffer, at: number): [line: string, next: number] {
  if (at >= body.length) throw incomplete();
  const end = body.indexOf('\n', at);
  if (end === -1) return [body.toString('latin1', at).trim(), body.length];
  return [body.toString('latin1', at, end).trim(), end + 1];
}

function incomplete(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}
