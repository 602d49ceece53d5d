/** The ends of a machine and the branches to them, in words short enough to read as policy. */
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  QueryLanguage,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Expressions } from './tasks.ts';

/** A branch: the first condition that holds decides. */
export class Decide extends Choice {
  constructor(scope: Construct, question: string) {
    super(scope, question, { queryLanguage: QueryLanguage.JSONATA });
  }

  /** @param condition JSONata without `{% %}` @param assign variables to set on this branch only */
  on(condition: string, next: IChainable, assign?: Expressions): this {
    this.when(Condition.jsonata(`{% ${condition} %}`), next, assign === undefined ? {} : { assign });
    return this;
  }

  /** The branch for everything else that also sets variables (`otherwise` cannot). */
  otherwiseSetting(assign: Expressions, next: IChainable): this {
    return this.on('true', next, assign);
  }

  /** The branch when the answer's outcome is `outcome`. */
  onAnswer(outcome: string, next: IChainable, assign?: Expressions): this {
    return this.on(`$answer.outcome = '${outcome}'`, next, assign);
  }
}

/** An end that reports a result to its parent. */
export function end(scope: Construct, id: string, output: Expressions): Succeed {
  return Succeed.jsonata(scope, id, { outputs: output });
}

/** An end that is a defect or an unanswerable question, for an administrator to take up. */
export function halt(scope: Construct, id: string, error: string, cause: string): Fail {
  return Fail.jsonata(scope, id, { error, cause });
}
