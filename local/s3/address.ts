/** Which bucket and key a request names, by path (`/bucket/key`) or by virtual host (`bucket.s3.…/key`). */
import { AwsError } from '../gateway/aws-error.ts';

export interface Address {
  readonly bucket?: string;
  readonly key?: string;
}

/** Hosts under which a first label is a bucket. */
const virtualHost =
  /^(?<bucket>[a-z0-9][a-z0-9.-]*[a-z0-9])\.(?:s3\.)?(?:localhost|s3[.-][a-z0-9-]+\.amazonaws\.com|s3\.amazonaws\.com)$/;

/**
 * @param host the Host header
 * @param path percent-encoded, with its leading slash
 * @throws AwsError `InvalidURI` when the path is not valid percent-encoded UTF-8
 */
export function addressOf(host: string, path: string): Address {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const bucket = virtualHost.exec(name)?.groups?.bucket;
  const rest = path.slice(1);
  if (bucket !== undefined && bucket !== 's3') return withKey(bucket, rest);
  const slash = rest.indexOf('/');
  if (slash === -1) return rest === '' ? {} : { bucket: decoded(rest) };
  return withKey(decoded(rest.slice(0, slash)), rest.slice(slash + 1));
}

function withKey(bucket: string, key: string): Address {
  return key === '' ? { bucket } : { bucket, key: decoded(key) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
