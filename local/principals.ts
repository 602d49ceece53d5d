/** Access keys of the embedded cloud: one for its owner, one for each role of the assembly. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Principal } from './gateway/service.ts';

/** Credentials for an SDK client. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The owner's access key; its secret may be anything. */
const ownerKey = 'LOCALOWNER';

export class Principals {
  readonly #seed: Buffer;
  readonly #owner: Principal;
  readonly #byKey = new Map<string, Principal & { readonly secret?: string }>();

  /**
   * @param seedFile where the seed of the roles' secrets is kept, so that what they signed stays good after a restart
   * @param account account id, 12 digits
   */
  constructor(seedFile: string, account: string) {
    if (!existsSync(seedFile)) writeFileSync(seedFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    this.#seed = Buffer.from(readFileSync(seedFile, 'utf8'), 'hex');
    this.#owner = { arn: `arn:aws:iam::${account}:root`, owner: true };
    this.#byKey.set(ownerKey, this.#owner);
  }

  /** Gives the role its key. */
  add(roleArn: string): void {
    const { accessKeyId, secretAccessKey } = this.credentials(roleArn);
    this.#byKey.set(accessKeyId, { arn: roleArn, owner: false, secret: secretAccessKey });
  }

  /** The role's credentials, or the owner's. */
  credentials(roleArn?: string): Credentials {
    if (roleArn === undefined) return { accessKeyId: ownerKey, secretAccessKey: 'owner' };
    const derive = (label: string): string =>
      createHmac('sha256', this.#seed).update(`${label}/${roleArn}`).digest('hex');
    return {
      accessKeyId: `LOCAL${derive('key').slice(0, 15).toUpperCase()}`,
      secretAccessKey: derive('secret'),
    };
  }

  /** Whose key it is, with the secret where it has one of its own. */
  find(accessKeyId: string): (Principal & { readonly secret?: string }) | undefined {
    return this.#byKey.get(accessKeyId);
  }
}
