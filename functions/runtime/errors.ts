/** Errors that the shared stack itself raises, and any thrown value as an error. */
import type * as z from 'zod';

/** The paths of what does not fit, without the values: values may be personal. */
function misfits(error: z.ZodError) {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || '(whole)'}: ${issue.message}`);
}

/** The event is not what this function was promised. A retry will not help: the caller's definition is wrong. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  constructor(functionName: string, error: z.ZodError) {
    super(`${functionName} was called with an event that does not fit: ${misfits(error).join('; ')}`);
  }
}

/** An event names a step, or a route, that this Lambda does not carry. The caller's definition is wrong. @public */
export class UnknownStep extends Error {
  override readonly name = 'UnknownStep';
  constructor(lambda: string, step: string | undefined, steps: readonly string[]) {
    super(
      `The Lambda ${lambda} was called for ${step === undefined ? 'no step' : `“${step}”`}; it carries ${steps.join(', ')}.`,
    );
  }
}

/** The environment lacks a setting or has a wrong one: a deployment error, found at cold start. */
export class InvalidEnvironment extends Error {
  override readonly name = 'InvalidEnvironment';
  constructor(functionName: string, error: z.ZodError) {
    super(`${functionName} is deployed with settings that do not fit: ${misfits(error).join('; ')}`);
  }
}

/** What was caught, as an error: anything can be thrown. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught));
}
