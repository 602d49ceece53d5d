/**
 * Receipt rules: what becomes of mail to the assembly's domains.
 *
 * One rule set is active in AWS at a time, and a deployment does not make it so; the assembly's only one is taken as
 * active here. Of the actions there is the one that lays a mail into a bucket.
 */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';

export interface ReceiptRule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  /** Whether spam and viruses are looked for. */
  readonly scan: boolean;
  /** Addresses, domains, and `.domain` for all that are below one; none for all mail. */
  readonly recipients: readonly string[];
  readonly actions: readonly { readonly bucket: string; readonly prefix: string }[];
}

/** The rules of the active rule set, in their order. @throws UnsupportedFeature */
export function receiptRulesOf(
  resources: readonly DeclaredResource[],
  place: { readonly account: string; readonly region: string },
): readonly ReceiptRule[] {
  const sets = resources.filter(({ type }) => type === 'AWS::SES::ReceiptRuleSet');
  for (const set of sets) refuseUnknown(nameOf(set), set.properties, ['RuleSetName', 'Tags']);
  const second = sets[1];
  if (second !== undefined) throw new UnsupportedFeature(nameOf(second), 'a second receipt rule set');
  const rules: ReceiptRule[] = [];
  for (const resource of resources.filter(({ type }) => type === 'AWS::SES::ReceiptRule')) {
    const after = textOf(resource.properties.After);
    const before = after === undefined ? -1 : rules.findIndex(({ name }) => name === after);
    rules.splice(before + 1, 0, ruleOf(resource, place));
  }
  return rules;
}

function ruleOf(
  resource: DeclaredResource,
  { account, region }: { readonly account: string; readonly region: string },
): ReceiptRule {
  const where = nameOf(resource);
  refuseUnknown(where, resource.properties, ['After', 'Rule', 'RuleSetName']);
  const rule = objectOf(resource.properties.Rule);
  refuseUnknown(where, rule, ['Actions', 'Enabled', 'Name', 'Recipients', 'ScanEnabled', 'TlsPolicy']);
  const name = textOf(rule.Name) ?? resource.physicalId;
  const set = textOf(resource.properties.RuleSetName) ?? '';
  return {
    name,
    arn: `arn:aws:ses:${region}:${account}:receipt-rule-set/${set}:receipt-rule/${name}`,
    enabled: rule.Enabled === true || rule.Enabled === 'true',
    scan: rule.ScanEnabled === true || rule.ScanEnabled === 'true',
    recipients: listOf(rule.Recipients).map((each) => String(each).toLowerCase()),
    actions: listOf(rule.Actions).map((action) => {
      refuseUnknown(where, objectOf(action), ['S3Action']);
      const s3 = objectOf(objectOf(action).S3Action);
      refuseUnknown(where, s3, ['BucketName', 'ObjectKeyPrefix']);
      return { bucket: textOf(s3.BucketName) ?? '', prefix: textOf(s3.ObjectKeyPrefix) ?? '' };
    }),
  };
}

/** Whether a rule is about mail to an address. */
export function receives(rule: ReceiptRule, address: string): boolean {
  const recipient = address.toLowerCase();
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
  return (
    rule.enabled &&
    (rule.recipients.length === 0 ||
      rule.recipients.some((one) =>
        one.startsWith('.')
          ? domain.endsWith(one)
          : one === recipient || one === domain || one === withoutLabel(recipient),
      ))
  );
}

/** `name+label@domain` is received where `name@domain` is. */
function withoutLabel(address: string): string {
  return address.replace(/\+[^@]*@/, '@');
}
