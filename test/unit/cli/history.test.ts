import { describe, expect, test } from 'vitest';
import { executionArn } from '#cli/commands/history.ts';
import { maskTokens } from '#cli/history.ts';

describe('the history', () => {
  test.each([
    ['{"taskToken":"AQCEAAAAKgAAAAMAAAAAAAAAAc2Vj","now":"2020"}'],
    ['{"Payload":{"taskToken":"AQCEAAAAKgAAAAMAAAAAAAAAAc2Vj"}}'],
    ['{"cause":"{\\"taskToken\\":\\"AQCEAAAAKgAAAAMAAAAAAAAAAc2Vj\\"}"}'],
    ['{"TaskToken": "AQCEAAAAKgAAAAMAAAAAAAAAAc2Vj"}'],
  ])('masks the task token in %s', (text) => {
    expect(maskTokens(text)).toContain('•••');
    expect(maskTokens(text)).not.toContain('AQCEAAAAKgAAAAMAAAAAAAAAAc2Vj');
  });

  test('leaves everything else as it is', () => {
    const text = '{"proposalId":"P-0123456789","turn":0}';
    expect(maskTokens(text)).toBe(text);
  });

  test('finds an execution by the ARN of its machine’s alias', () => {
    const alias = 'arn:aws:states:ap-southeast-3:000000000000:stateMachine:jaring-dev-proposal:live';
    expect(executionArn(alias, 'P-0123456789')).toBe(
      'arn:aws:states:ap-southeast-3:000000000000:execution:jaring-dev-proposal:P-0123456789',
    );
  });
});
