import { afterEach, describe, expect, it } from 'vitest';
import { type Script, setStage, silence } from './stage.ts';

const input = { proposalId: 'P-ABCDEFGHJK', round: 1, returned: false };
let close: () => void = () => undefined;
afterEach(() => close());

async function verify(script: Script) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status } = await stage.play('verification', input);
  return { ...stage, output, status };
}

const passed = {
  outcome: 'passed',
  correction: { revision: 1, round: 1 },
  membershipNeeded: true,
  visitNeeded: true,
};
function problems(revision: string) {
  return {
    ...passed,
    outcome: 'problems',
    correction: { revision: Number(revision), round: 1 },
  };
}

describe('verification', () => {
  it('checks, has the members confirm, has the site visited, and records what was found', async () => {
    const { output, calls, callsOf } = await verify({});
    expect(output).toEqual({ outcome: 'verified' });
    expect(calls.filter((call) => !call.name.startsWith('asks/')).map((call) => call.name)).toEqual([
      'verification/run-checks',
      'verification/record-verification',
    ]);
    expect(callsOf('asks/plan-ask').map(({ kind, key }) => [kind, key])).toEqual([
      ['membership', '1'],
      ['site-visit', '1'],
    ]);
  });

  it('asks for corrections as long as there are problems, and checks again after each', async () => {
    const { output, callsOf, askedKeys } = await verify({
      functions: { 'verification/run-checks': [problems('1'), problems('2'), passed] },
    });
    expect(output).toEqual({ outcome: 'verified' });
    expect(callsOf('verification/run-checks')).toHaveLength(3);
    expect(askedKeys('correction')).toEqual(['1', '2']);
  });

  it('leaves out what the checks say is not needed', async () => {
    const { output, callsOf } = await verify({
      functions: {
        'verification/run-checks': { ...passed, membershipNeeded: false, visitNeeded: false },
      },
    });
    expect(output).toEqual({ outcome: 'verified' });
    expect(callsOf('asks/run-turn')).toHaveLength(0);
  });

  it('needs no visit after the members confirmed, where the pack needs none', async () => {
    const { output, askedKeys } = await verify({
      functions: { 'verification/run-checks': { ...passed, visitNeeded: false } },
    });
    expect(output).toEqual({ outcome: 'verified' });
    expect(askedKeys('membership')).toEqual(['1']);
    expect(askedKeys('site-visit')).toEqual([]);
  });

  it('has a verifier look into a denial, and continues with the visit when it was a mistake', async () => {
    const { output, callsOf } = await verify({ people: { membership: 'denied' } });
    expect(output).toEqual({ outcome: 'verified' });
    expect(callsOf('asks/plan-ask').map(({ kind, key }) => [kind, key])).toEqual([
      ['membership', '1'],
      ['membership-review', '1'],
      ['site-visit', '1'],
    ]);
  });

  it('continues to the findings after a mistaken denial, where the pack needs no visit', async () => {
    const { output, askedKeys } = await verify({
      people: { membership: 'denied' },
      functions: { 'verification/run-checks': { ...passed, visitNeeded: false } },
    });
    expect(output).toEqual({ outcome: 'verified' });
    expect(askedKeys('membership-review')).toEqual(['1']);
    expect(askedKeys('site-visit')).toEqual([]);
  });

  it('visits at once where membership is known already', async () => {
    const { askedKeys } = await verify({
      functions: { 'verification/run-checks': { ...passed, membershipNeeded: false } },
    });
    expect(askedKeys('membership')).toEqual([]);
    expect(askedKeys('site-visit')).toEqual(['1']);
  });

  it.each<[string, Script, string]>([
    [
      'the group withdraws',
      { functions: { 'verification/run-checks': problems('1') }, people: { correction: 'withdrawn' } },
      'withdrawn',
    ],
    [
      'no correction comes in time',
      { functions: { 'verification/run-checks': problems('1') }, people: { correction: silence } },
      'expired',
    ],
    [
      'the corrections are used up',
      { functions: { 'verification/run-checks': [problems('1'), { ...passed, outcome: 'uncorrectable' }] } },
      'uncorrected',
    ],
    [
      'a member says “that is not me”, and it is true',
      { people: { membership: 'denied', 'membership-review': 'upheld' } },
      'membership-denied',
    ],
    [
      'a member says “that is not me”, and it is not looked into',
      { people: { membership: 'denied', 'membership-review': silence } },
      'membership-unreviewed',
    ],
    ['too few members confirm', { people: { membership: silence } }, 'membership-unconfirmed'],
    ['the visit does not find what is described', { people: { 'site-visit': 'fail' } }, 'not-verified'],
    ['there is no visit', { people: { 'site-visit': silence } }, 'not-visited'],
  ])('rejects when %s', async (_what, script, reason) => {
    const { output, callsOf } = await verify(script);
    expect(output).toEqual({ outcome: 'rejected', reason });
    expect(callsOf('verification/record-verification')).toHaveLength(0);
  });

  it('reminds with the same ask, turn by turn, and takes a late answer', async () => {
    const { output, callsOf } = await verify({
      turns: 4,
      people: { membership: { outcome: 'quorum', turn: 2 } },
    });
    expect(output).toEqual({ outcome: 'verified' });
    const turns = callsOf('asks/run-turn').filter(({ kind }) => kind === 'membership');
    expect(turns.map(({ turn }) => turn)).toEqual([0, 1, 2]);
    expect(new Set(turns.map(({ askId }) => askId)).size).toBe(1);
    expect(new Set(turns.map(({ taskToken }) => taskToken)).size).toBe(3);
    expect(callsOf('asks/plan-ask').filter(({ kind }) => kind === 'membership')).toHaveLength(1);
  });

  it('fails, to be recorded by the proposal, when a function is broken', async () => {
    const { status } = await verify({ functions: { 'verification/run-checks': new Error('broken') } });
    expect(status).toBe('FAILED');
  });
});
