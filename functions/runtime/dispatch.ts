/**
 * A Lambda's handler: finds the step that an event is for, loads its module when it is first needed, and hands the event
 * to it.
 *
 * Machines, rules, schedules and administrators name the step in the event (`step`); the HTTP API names the route, and the
 * Lambda's row says whose it is. `infra/bundle.ts` generates the entry that calls this.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type LambdaName, type StepName, stepsOf } from '#functions/lambdas.ts';
import { UnknownStep } from '#functions/runtime/errors.ts';
import { logger } from '#functions/runtime/observability.ts';
import { nameSourcesInTraces } from '#functions/runtime/source-traces.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** How to load each step's module, which exports its handler. */
export type StepModules = Readonly<Record<string, () => Promise<{ readonly handler: Handler }>>>;

const addressed = z.looseObject({ step: z.string().optional(), routeKey: z.string().optional() });

/**
 * @param lambda its name, of `functions/lambdas.ts`
 * @param modules its steps' modules, by step
 * @throws `UnknownStep` for an event that is for none of its steps
 */
export function lambdaHandler(lambda: LambdaName, modules: StepModules): Handler {
  const steps = stepsOf(lambda);
  const byRoute = new Map<string, StepName>(
    steps.flatMap(([step, trigger]) =>
      trigger.by === 'route' ? trigger.routes.map(({ key }) => [key, step] as const) : [],
    ),
  );
  return async (event, context) => {
    const { step: named, ...rest } = addressed.parse(event);
    const step = named ?? byRoute.get(rest.routeKey ?? '');
    const load = step === undefined ? undefined : modules[step];
    if (load === undefined) {
      const error = new UnknownStep(lambda, step ?? rest.routeKey, Object.keys(modules));
      logger.error('The event is for none of the steps.', error);
      throw error;
    }
    const { handler } = await load();
    return handler(rest, context);
  };
}

/** In a deployed bundle: from now on traces name the sources, where their maps are at hand. */
export function traceBySourcesOf(lambda: LambdaName, moduleUrl: string): void {
  nameSourcesInTraces(new URL(`../source-maps/${lambda}/`, moduleUrl));
}
