/** The CDK app: two stacks of a stage, and the rules that cdk-nag holds them against. */
import {
  App,
  type AppProps,
  DefaultStackSynthesizer,
  type IReusableStackSynthesizer,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Bundles } from './bundle.ts';
import { PipelineStack } from './pipeline/pipeline-stack.ts';
import { type StageName, stageOf } from './stage.ts';
import { StateStack } from './state/state-stack.ts';

/** Behaviour of CDK that newer apps have by default. */
const featureFlags = {
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
};

/** Jakarta. */
const defaultRegion = 'ap-southeast-3';
/** A domain that cannot exist (RFC 2606), so that no mail is sent from a real one by mistake. */
const defaultSender = 'noreply@jaring.example';
/**
 * What a stage does by default: the one to try things in receives replies and sends text messages, the one that pays
 * money does neither until there is a domain and a registered sender id for it (docs/deploy.md).
 */
const defaults: Readonly<Record<StageName, { readonly repliesTo: string; readonly textSender: string }>> = {
  dev: { repliesTo: 'balasan@balasan.jaring.example', textSender: 'JARING' },
  prod: { repliesTo: 'off', textSender: 'off' },
};

/**
 * Builds the app. What may differ comes by context (`cdk deploy -c stage=prod -c mailSender=… `): `stage`, `region`,
 * `mailSender`, `repliesTo` and `textSender` (`off` for without), `bankConnectorPrincipal`.
 * @throws {UnknownStage}
 */
export function jaringApp(bundles: Bundles, props: AppProps = {}): App {
  const app = new App({
    ...props,
    // Neither usage statistics nor traces in the templates: they would differ from machine to machine.
    analyticsReporting: false,
    treeMetadata: false,
    // CDK's classes do not fit its own interfaces under `exactOptionalPropertyTypes`.
    defaultStackSynthesizer: new DefaultStackSynthesizer({
      generateBootstrapVersionRule: false,
    }) as IReusableStackSynthesizer,
    context: { ...featureFlags, ...props.context },
  });
  const stage = stageOf(text(app, 'stage') ?? 'dev');
  const env = { region: text(app, 'region') ?? defaultRegion };

  const state = new StateStack(app, `JaringState-${stage.name}`, {
    stage,
    env,
    description: 'Jaring: what people filed, and the keys to it',
  });
  new PipelineStack(app, `JaringPipeline-${stage.name}`, {
    stage,
    env,
    description: 'Jaring: from proposal to money to training',
    state,
    bundles,
    mailSender: text(app, 'mailSender') ?? defaultSender,
    repliesTo: unlessOff(text(app, 'repliesTo') ?? defaults[stage.name].repliesTo),
    textSender: unlessOff(text(app, 'textSender') ?? defaults[stage.name].textSender),
    bankConnectorPrincipal: text(app, 'bankConnectorPrincipal'),
  });
  Tags.of(app).add('application', 'jaring');
  Tags.of(app).add('stage', stage.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

function unlessOff(value: string): string | undefined {
  return value === 'off' ? undefined : value;
}

function text(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
