/** A machine that asks one thing and ends: the two states of every ask, with nothing around them. */

import { QueryLanguage, StateGraph } from 'aws-cdk-lib/aws-stepfunctions';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { Ask } from '#workflows/ask.ts';
import { looseScope, plainReferences } from '#workflows/definition.ts';
import { end } from '#workflows/outcomes.ts';

/** Asks for `kind` in round 1. Input `{proposalId}`, output `{outcome}`; its own first and last state cost two transitions. */
export function askMachine(kind: AskKind): object {
  const stack = looseScope('OneAsk');
  const ask = new Ask(stack, 'somebody', plainReferences, { kind, about: { round: 1 } });
  ask.next(end(stack, 'Done', { outcome: '{% $answer.outcome %}' }));
  const graph = new StateGraph(ask.startState, 'One ask');
  const { States, ...machine }: { States: object } = JSON.parse(
    JSON.stringify({ QueryLanguage: QueryLanguage.JSONATA, ...graph.toGraphJson(QueryLanguage.JSONATA) }),
  );
  // The machines of the pipeline set it in a state before the ask.
  const begin = {
    Type: 'Pass',
    Assign: { proposalId: '{% $states.input.proposalId %}' },
    Next: ask.startState.stateId,
  };
  return { ...machine, StartAt: 'Begin', States: { Begin: begin, ...States } };
}
