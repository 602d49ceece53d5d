/**
 * The state machines with their roles, logs, versions and the alias `live`.
 *
 * Everything is started through the alias. It points at a version, which never changes: a proposal that began on one
 * definition ends on it, while the children it starts later may be newer. Old versions are kept.
 *
 * Machines have names of their own and are referred to by them: a function that resumes a machine and the machine that
 * calls the function would otherwise wait for each other at deployment.
 */
import { ArnFormat, CfnDeletionPolicy, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachine,
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StepName } from '#functions/lambdas.ts';
import { type MachineName, machineNames } from '#functions/machines.ts';
import type { MachineArns, References } from '#workflows/references.ts';
import { workflows } from '#workflows/workflows.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Stage } from '../stage.ts';

/** The name of the alias that everything is started through. */
const liveAlias = 'live';

/** ARNs of a stage's machines, known from their names before the machines are made. */
export function machineArns(scope: Construct, stage: Stage, name: MachineName): MachineArns {
  const stack = Stack.of(scope);
  const arn = (resource: string, suffix = '') =>
    stack.formatArn({
      service: 'states',
      resource,
      resourceName: `${machineNameOf(stage, name)}${suffix}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return {
    machineArn: arn('stateMachine'),
    aliasArn: arn('stateMachine', `:${liveAlias}`),
    executionsArn: arn('execution', ':*'),
  };
}

/** The name of a machine in AWS: `jaring-dev-proposal`. */
function machineNameOf(stage: Stage, name: MachineName): string {
  return `jaring-${stage.name}-${name}`;
}

/** All machines of a stage. */
export class Machines extends Construct {
  readonly #machines = new Map<MachineName, StateMachine>();

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; functionArn(step: StepName): string },
  ) {
    super(scope, id);
    const { stage } = props;
    const references: References = {
      functionArn: props.functionArn,
      machine: (name) => machineArns(this, stage, name),
      childEndedRuleArn: Stack.of(this).formatArn({
        service: 'events',
        resource: 'rule',
        resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
      }),
    };
    for (const name of machineNames) this.#machines.set(name, this.#make(name, stage, references));
  }

  /** One of the machines. */
  machine(name: MachineName): StateMachine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new RangeError(`There is no machine ${name}.`);
    return machine;
  }

  #make(name: MachineName, stage: Stage, references: References): StateMachine {
    const workflow = workflows[name];
    const scope = new Construct(this, name);
    const machineName = machineNameOf(stage, name);
    const logGroup = new LogGroup(scope, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${machineName}`,
      retention: stage.logs,
      removalPolicy: stage.removal,
    });
    const role = new Role(scope, 'Role', {
      description: `What the machine ${name} may do`,
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
    });
    const machine = new StateMachine(scope, 'Machine', {
      stateMachineName: machineName,
      comment: workflow.purpose,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(
        workflow.build(new Construct(scope, 'States'), references),
      ),
      timeout: Duration.days(workflow.days),
      role,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray and the delivery of logs are set up without resource-level permissions: ' +
        'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy',
    );
    for (const child of workflow.children ?? []) {
      acknowledge(
        role,
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:${Stack.of(this).region}:<AWS::AccountId>:execution:${machineNameOf(stage, child)}:*]`,
        'A parent waits for executions of its children, whose names are those of proposals.',
      );
    }
    this.#version(scope, machine);
    return machine;
  }

  #version(scope: Construct, machine: StateMachine): void {
    const resource = machine.node.defaultChild;
    if (!(resource instanceof CfnStateMachine)) throw new TypeError('The machine has no resource.');
    const version = new CfnStateMachineVersion(scope, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      stateMachineRevisionId: resource.attrStateMachineRevisionId,
    });
    // A new definition replaces the version; executions on the old one continue, and can still be looked up.
    version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    version.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    new CfnStateMachineAlias(scope, 'Live', {
      name: liveAlias,
      routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
    });
  }
}
