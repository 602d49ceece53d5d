/** The role of the connector that carries files between the bank and its bucket: takes instructions once, writes answers, no more. */
import { AccountRootPrincipal, ArnPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeKeys } from '../acknowledge.ts';
import { connectorRoleName, type Stage } from '../stage.ts';
import type { State } from '../state/state-stack.ts';

export class BankConnector extends Construct {
  readonly role: Role;

  /** @param props.principal ARN of who may take the role; by default whom the account's own policies let */
  constructor(
    scope: Construct,
    id: string,
    props: { readonly state: State; readonly stage: Stage; readonly principal: string | undefined },
  ) {
    super(scope, id);
    const { bank, key } = props.state;
    this.role = new Role(this, 'Role', {
      roleName: connectorRoleName(props.stage),
      description: 'Carries files between the bank and its bucket',
      assumedBy:
        props.principal === undefined ? new AccountRootPrincipal() : new ArnPrincipal(props.principal),
    });
    const allow = (actions: string[], resource: string) =>
      this.role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(['s3:ListBucket'], bank.bucketArn);
    allow(['s3:GetObject', 's3:DeleteObject'], bank.arnForObjects('outbox/*'));
    allow(['s3:GetObject'], bank.arnForObjects('fetched/*'));
    // What it has taken it moves, once: who finds that a file was moved before sends nothing.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: [bank.arnForObjects('fetched/*')],
        conditions: { Null: { 's3:if-none-match': 'false' } },
      }),
    );
    allow(['s3:PutObject'], bank.arnForObjects('inbox/*'));
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn);
    for (const keys of ['outbox/*', 'fetched/*', 'inbox/*']) {
      acknowledgeKeys(
        this.role,
        bank,
        keys,
        'Runs name their files; the role may take from one folder, keep in another and write a third.',
      );
    }
  }
}
