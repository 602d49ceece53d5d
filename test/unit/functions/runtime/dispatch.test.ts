import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lambdaHandler, type StepModules } from '#functions/runtime/dispatch.ts';
import { UnknownStep } from '#functions/runtime/errors.ts';

const context = {} as Context;
const loaded: string[] = [];
const logged: string[] = [];

beforeEach(() => {
  loaded.length = 0;
  logged.length = 0;
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      logged.push(String(line));
      return true;
    });
});
afterEach(() => vi.restoreAllMocks());

/** Modules whose handlers answer with the step's name and the event. */
function modulesOf(...steps: readonly string[]): StepModules {
  return Object.fromEntries(
    steps.map((step) => [
      step,
      async () => {
        loaded.push(step);
        return { handler: async (event: unknown) => ({ step, event }) };
      },
    ]),
  );
}

describe('a Lambda', () => {
  const planning = lambdaHandler('planning', modulesOf('asks/plan-ask', 'approval/open-approval'));
  const pages = lambdaHandler(
    'pages',
    modulesOf('console/show-status', 'identity/show-sign-in', 'identity/show-enrolment'),
  );

  it('gives an event to the step that it names, without that name', async () => {
    expect(await planning({ step: 'approval/open-approval', proposalId: 'P-1' }, context)).toEqual({
      step: 'approval/open-approval',
      event: { proposalId: 'P-1' },
    });
  });

  it('loads the module of the step that is needed, and no other', async () => {
    await planning({ step: 'asks/plan-ask' }, context);
    expect(loaded).toEqual(['asks/plan-ask']);
  });

  it('gives a request to the step whose route it came by', async () => {
    const request = { routeKey: 'GET /masuk/{secret}', rawPath: '/masuk/x' };
    expect(await pages(request, context)).toEqual({ step: 'identity/show-sign-in', event: request });
    expect(await pages({ routeKey: 'GET /kode/{secret}' }, context)).toMatchObject({
      step: 'identity/show-enrolment',
    });
  });

  it('refuses by name, and logs, what it does not carry', async () => {
    const unknown = planning({ step: 'asks/run-turn', proposalId: 'P-1' }, context);
    await expect(unknown).rejects.toBeInstanceOf(UnknownStep);
    await expect(unknown).rejects.toThrow(
      '“asks/run-turn”; it carries asks/plan-ask, approval/open-approval',
    );
    await expect(pages({ routeKey: 'POST /masuk' }, context)).rejects.toThrow('“POST /masuk”');
    await expect(planning({}, context)).rejects.toThrow('no step');
    expect(logged.join()).toContain('UnknownStep');
    expect(loaded).toEqual([]);
  });
});
