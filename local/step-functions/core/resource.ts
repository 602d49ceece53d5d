/** What a Task's `Resource` means. */

/** How a task's end is learnt. */
type IntegrationPattern = 'request' | 'sync' | 'callback';

/** A Task's resource, taken apart. */
export interface TaskResource {
  /** A function's ARN as the resource itself has events of its own kind in the history. */
  readonly kind: 'service' | 'function';
  /** `lambda`, `states`, `dynamodb`, … */
  readonly service: string;
  /** `invoke`, `startExecution`, `putItem`, … */
  readonly action: string;
  /** True for `aws-sdk:` resources. */
  readonly sdk: boolean;
  readonly pattern: IntegrationPattern;
  /** What histories call it: `resourceType` `lambda` and `resource` `invoke.waitForTaskToken`. */
  readonly resourceType: string;
  readonly resource: string;
  /** For `.sync:2`, whose result is the child's output as JSON and not as text. */
  readonly parsedOutput: boolean;
  /** For a function's ARN as the resource: that ARN. */
  readonly functionArn?: string;
}

/** AWS: "Integrating services with Step Functions"; those whose services the embedded cloud may have. */
const optimised: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:deleteItem': [''],
  'dynamodb:getItem': [''],
  'dynamodb:putItem': [''],
  'dynamodb:updateItem': [''],
  'events:putEvents': ['', '.waitForTaskToken'],
  'lambda:invoke': ['', '.waitForTaskToken'],
  'sns:publish': ['', '.waitForTaskToken'],
  'sqs:sendMessage': ['', '.waitForTaskToken'],
  'states:startExecution': ['', '.sync', '.sync:2', '.waitForTaskToken'],
};

/** Takes a resource apart, or says what the engine does not know and whether AWS may know it. */
export function readResource(
  resource: string,
): TaskResource | { readonly unknown: string; readonly exists: boolean } {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(resource)) {
    return {
      kind: 'function',
      service: 'lambda',
      action: 'invoke',
      sdk: false,
      pattern: 'request',
      resourceType: 'lambda',
      resource: 'invoke',
      parsedOutput: false,
      functionArn: resource,
    };
  }
  const match = /^arn:aws[\w-]*:states:::(.+)$/.exec(resource);
  const name = match?.[1];
  if (name === undefined)
    return { unknown: `the resource ${resource}`, exists: resource.includes(':activity:') };
  const parts = /^(?:(aws-sdk):)?([\w-]+):([\w]+)(\.sync:2|\.sync|\.waitForTaskToken)?$/.exec(name);
  const [, sdk, service = '', action = '', suffix = ''] = parts ?? [];
  const known = sdk === undefined ? optimised[`${service}:${action}`] : ['', '.waitForTaskToken'];
  if (parts === null || known === undefined || !known.includes(suffix)) {
    const services = Object.keys(optimised).map((known) => known.split(':')[0]);
    return {
      unknown: `the service integration ${name}`,
      exists: parts !== null && !services.includes(service),
    };
  }
  return {
    kind: 'service',
    service,
    action,
    sdk: sdk !== undefined,
    pattern: suffix === '' ? 'request' : suffix === '.waitForTaskToken' ? 'callback' : 'sync',
    resourceType: sdk === undefined ? service : `aws-sdk:${service}`,
    resource: `${action}${suffix}`,
    parsedOutput: suffix === '.sync:2',
  };
}
