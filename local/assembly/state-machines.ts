/** An assembly's state machines, versions and aliases, read from their resources. */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import type { StateMachineResources } from '../step-functions/ports.ts';

/**
 * The state machines of an assembly as the Step Functions service takes them.
 * @throws {UnsupportedFeature} for Express workflows, properties and integrations that are not known
 */
export function stateMachinesOf(resources: readonly DeclaredResource[]): StateMachineResources {
  const of = (type: string): readonly DeclaredResource[] =>
    resources.filter((resource) => resource.type === `AWS::StepFunctions::${type}`);
  return {
    stateMachines: of('StateMachine').map((resource) => {
      const { arn = '', properties } = resource;
      const where = nameOf(resource);
      // Logs and traces of executions go nowhere here: the history is kept and shown instead.
      refuseUnknown(where, properties, [
        'Definition',
        'DefinitionString',
        'DefinitionSubstitutions',
        'LoggingConfiguration',
        'RoleArn',
        'StateMachineName',
        'StateMachineType',
        'Tags',
        'TracingConfiguration',
      ]);
      if (textOf(properties.StateMachineType) === 'EXPRESS') {
        throw new UnsupportedFeature(where, 'Express workflows');
      }
      const text =
        textOf(properties.DefinitionString) ??
        (properties.Definition === undefined ? undefined : JSON.stringify(properties.Definition));
      if (text === undefined) throw new UnsupportedFeature(where, 'a machine without a definition in it');
      const integration = /arn:aws:states:::(?:aws-sdk|sns):[\w:.]+/.exec(text)?.[0];
      if (integration !== undefined) throw new UnsupportedFeature(where, integration);
      const definition = Object.entries(objectOf(properties.DefinitionSubstitutions)).reduce(
        (replaced, [name, value]) => replaced.replaceAll(`\${${name}}`, String(value)),
        text,
      );
      const name = textOf(properties.StateMachineName) ?? arn.split(':').at(-1) ?? '';
      return { arn, name, definition, roleArn: String(properties.RoleArn) };
    }),
    versions: of('StateMachineVersion').map((resource) => {
      const { arn = '', properties } = resource;
      refuseUnknown(nameOf(resource), properties, [
        'Description',
        'StateMachineArn',
        'StateMachineRevisionId',
      ]);
      const description = textOf(properties.Description);
      return {
        arn,
        stateMachineArn: String(properties.StateMachineArn),
        ...(description === undefined ? {} : { description }),
      };
    }),
    aliases: of('StateMachineAlias').map((resource) => {
      const { arn = '', properties } = resource;
      refuseUnknown(nameOf(resource), properties, ['Description', 'Name', 'RoutingConfiguration']);
      return {
        arn,
        name: String(properties.Name),
        routing: listOf(properties.RoutingConfiguration).map((route) => {
          const { StateMachineVersionArn, Weight } = objectOf(route);
          return { versionArn: String(StateMachineVersionArn), weight: numberOf(Weight) ?? 100 };
        }),
      };
    }),
  };
}
