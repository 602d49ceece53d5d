/** The role of the connector that carries files between the bank and its bucket: reads instructions, writes answers, no more. */
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
    allow(['s3:GetObject'], bank.arnForObjects('outbox/*'));
    allow(['s3:PutObject'], bank.arnForObjects('inbox/*'));
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn);
    for (const keys of ['outbox/*', 'inbox/*']) {
      acknowledgeKeys(
        this.role,
        bank,
        keys,
        'Runs name their files; the role may read one folder and write the other.',
      );
    }
  }
}
