import { Secret } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { type PersonCodes, triesLeft, wrongCodesThatLock } from '#domain/people/codes.ts';
import { UnreadableCodeSecret } from '#functions/identity/code-secrets.ts';
import { type CodeCheck, checkCode } from '#functions/identity/codes.ts';
import { unlockAsk } from '#functions/identity/restore-codes.ts';
import { readCode } from '#functions/identity/totp.ts';
import { idOfAsk } from '#test/asks.ts';
import { codeSecrets, openStage, type Stage } from '../asks/stage.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let stage: Stage;
useTable(async (table: TestTable) => {
  stage = await openStage(table);
});

/** RFC 6238, appendix B. */
const published = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const;
function moment(seconds: number) {
  return new Date(seconds * 1000).toISOString();
}

let people = 0;
/** A new person with this secret, enrolled. */
async function enrolledWith(secret: string, more: Partial<PersonCodes> = {}) {
  people += 1;
  const personId = `orang-${people}`;
  const codes: PersonCodes = {
    ...{ personId, version: 1, enrolment: 1, status: 'enrolled', wrong: {} },
    ...{ secret: codeSecrets.encrypt(personId, secret), ...more },
  };
  const changes = [stage.store.codes.put(undefined, codes)];
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
  return personId;
}

function give(personId: string, code: string, now: string, askId = idOfAsk('P-0123456789', 'spp', '1')) {
  return checkCode(stage.deps, { personId, askId, code, now });
}

async function recordOf(personId: string) {
  const codes = await stage.store.codes.get(personId);
  if (codes === undefined) throw new Error(`nothing of ${personId}`);
  return codes;
}

describe('a code', () => {
  it('is that of RFC 6238: the last six digits of each of its test values', async () => {
    const personId = await enrolledWith(published);
    expect(Secret.fromUTF8('12345678901234567890').base32).toBe(published);
    for (const [seconds, digits] of vectors)
      expect([seconds, await give(personId, digits.slice(2), moment(seconds))]).toEqual([
        seconds,
        'accepted',
      ]);
  });

  it('is good in its own step of 30 seconds, in the one before and in the one after, and no other', async () => {
    const [time, code] = [1_111_111_111, '050471'];
    const start = time - (time % 30);
    const checks = [-31, -30, 0, 29, 30, 59, 60].map(
      async (offset) =>
        [offset, await give(await enrolledWith(published), code, moment(start + offset))] as const,
    );
    expect(Object.fromEntries(await Promise.all(checks))).toEqual({
      ...{ '-31': 'wrong', '-30': 'accepted', 0: 'accepted', 29: 'accepted' },
      ...{ 30: 'accepted', 59: 'accepted', 60: 'wrong' },
    });
  });

  it('may have blanks in it; anything else that is no six digits is wrong, and costs no try', async () => {
    expect(['081804', ' 081 804 ', '0 8 1 8 0 4'].map(readCode)).toEqual(Array(3).fill('081804'));
    const personId = await enrolledWith(published);
    for (const other of ['', '08180', '0818044', '08180a', '081-804', '٠٨١٨٠٤', '０８１８０４'])
      expect([other, await give(personId, other, moment(1_111_111_109))]).toEqual([other, 'wrong']);
    expect((await recordOf(personId)).wrong).toEqual({});
    expect(await give(personId, '081 804', moment(1_111_111_109))).toBe('accepted');
  });

  it('is taken once, for whatever ask, and none of an earlier step after it', async () => {
    const personId = await enrolledWith(published);
    const other = idOfAsk('P-0123456789', 'sp2d', '1');
    expect(await give(personId, '081804', moment(1_111_111_109))).toBe('accepted');
    expect(await give(personId, '081804', moment(1_111_111_109))).toBe('used');
    expect(await give(personId, '081804', moment(1_111_111_111), other)).toBe('used');
    expect(await give(personId, '050471', moment(1_111_111_111), other)).toBe('accepted');
    expect(await give(personId, '081804', moment(1_111_111_111))).toBe('used');
    expect((await recordOf(personId)).wrong).toEqual({});
  });

  it('is taken once when it is given for many asks at the same instant', async () => {
    const personId = await enrolledWith(published);
    const checks = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        give(personId, '005924', moment(1_234_567_890), idOfAsk('P-0123456789', 'spp', String(index + 1))),
      ),
    );
    expect(checks.toSorted()).toEqual(['accepted', ...Array(7).fill('used')]);
  });

  it('counts for no one who has not enrolled', async () => {
    expect(await give('tak-dikenal', '081804', moment(1_111_111_109))).toBe('not-enrolled');
    const personId = await enrolledWith(published, { status: 'enrolling' });
    expect(await give(personId, '081804', moment(1_111_111_109))).toBe('not-enrolled');
  });
});

describe('the record', () => {
  it('holds no secret in the clear, and another person’s is of no use in it', async () => {
    const [own, other] = [await enrolledWith(published), await enrolledWith(published)];
    const [mine, theirs] = [await recordOf(own), await recordOf(other)];
    expect(JSON.stringify(mine)).not.toContain(published);
    const changes = [stage.store.codes.put(mine, { ...mine, secret: theirs.secret })];
    await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
    await expect(give(own, '081804', moment(1_111_111_109))).rejects.toThrow(UnreadableCodeSecret);
  });
});

describe('wrong codes', () => {
  const [wrong, right, now] = ['000000', '081804', moment(1_111_111_109)];
  const noticesOf = (askId: string) =>
    stage.mails.filter(({ to, text }) => to === 'ada@dinas.example' && text.includes(askId));

  it('lock the ask for the person when there are five in a row, and notify the administrators once', async () => {
    const id = await stage.submitted(1);
    const personId = await enrolledWith(published);
    const [askId, other] = [idOfAsk(id, 'spp', '1'), idOfAsk(id, 'sp2d', '1')];
    const checks: CodeCheck[] = [];
    for (let time = 0; time < 7; time++) checks.push(await give(personId, wrong, now, askId));
    expect(checks).toEqual([...Array(4).fill('wrong'), ...Array(3).fill('locked')]);
    expect(await give(personId, right, now, askId)).toBe('locked');
    expect((await stage.actions(id)).filter((action) => action === 'code.locked')).toHaveLength(1);
    expect(noticesOf(askId)).toHaveLength(1);
    expect(noticesOf(askId)[0]?.text).toContain(`jaring code unlock ${askId} ${personId}`);
    // Neither the person's other asks nor other people's are touched.
    expect(await give(personId, right, now, other)).toBe('accepted');
    expect(await give(await enrolledWith(published), right, now, askId)).toBe('accepted');
  });

  it('are forgotten with a right one', async () => {
    const personId = await enrolledWith(published);
    for (let time = 0; time < 4; time++) expect(await give(personId, wrong, now)).toBe('wrong');
    const askId = idOfAsk('P-0123456789', 'spp', '1');
    expect(triesLeft(await recordOf(personId), askId)).toBe(1);
    expect(await give(personId, right, now)).toBe('accepted');
    expect(triesLeft(await recordOf(personId), askId)).toBe(wrongCodesThatLock);
  });

  it('are five also when they come at the same instant', async () => {
    const id = await stage.submitted(2);
    const personId = await enrolledWith(published);
    const askId = idOfAsk(id, 'spp', '1');
    const guesses = Array.from({ length: 12 }, (_, index) => String(index).padStart(6, '0'));
    const checks = await Promise.all(guesses.map((guess) => give(personId, guess, now, askId)));
    expect(checks.filter((check) => check === 'wrong')).toHaveLength(4);
    expect(checks.filter((check) => check === 'locked')).toHaveLength(8);
    expect((await stage.actions(id)).filter((action) => action === 'code.locked')).toHaveLength(1);
    expect(noticesOf(askId)).toHaveLength(1);
  });

  it('are notified later when the mail service was away, by what was written with the lock', async () => {
    const id = await stage.submitted(4);
    const personId = await enrolledWith(published);
    const askId = idOfAsk(id, 'spp', '1');
    const { send } = stage.deps.ses;
    stage.deps.ses.send = () => Promise.reject(new Error('the mail service is away'));
    for (let time = 0; time < 5; time++) await give(personId, wrong, now, askId);
    stage.deps.ses.send = send;
    expect(await give(personId, wrong, now, askId)).toBe('locked');
    expect(noticesOf(askId)).toHaveLength(0);
    for (const later of [700, 1400])
      await stage.deps.nudge(['of another cause'], moment(1_111_111_109 + later));
    expect(noticesOf(askId)).toHaveLength(1);
  });

  it('count no longer when an administrator unlocks the ask, and lock it again, which is notified again', async () => {
    const id = await stage.submitted(3);
    const personId = await enrolledWith(published);
    const askId = idOfAsk(id, 'spp', '1');
    const wish = { personId, askId, now: at(70) };
    expect(await unlockAsk(stage.store, wish)).toEqual({ unlocked: false });
    for (let time = 0; time < 5; time++) await give(personId, wrong, now, askId);
    expect(await unlockAsk(stage.store, wish)).toEqual({ unlocked: true });
    expect(await stage.actions(id)).toContain('code.unlocked');
    const later = moment(1_111_111_111);
    expect(await give(personId, right, later, askId)).toBe('accepted');
    for (let time = 0; time < 5; time++) await give(personId, wrong, later, askId);
    expect(await give(personId, '050471', later, askId)).toBe('locked');
    expect(noticesOf(askId)).toHaveLength(2);
  });
});

describe('answering about money', () => {
  /** No number is given twice. */
  const paper = (group: number) => ({ outcome: 'issued', number: `SPP-${group}`, date: '2020-08-03' });

  /** An SPP that a person is asked for, with their link and, if they are to be enrolled, their authenticator. */
  const asked = async (group: number, kind: 'spp' | 'spm' = 'spp') => {
    const id = await stage.submitted(group);
    await stage.turn(id, kind, '1');
    const ask = await stage.store.asks.get(id, idOfAsk(id, kind, '1'));
    const personId = ask.assignee.kind === 'person' ? ask.assignee.personId : '';
    return { id, askId: ask.id, personId, secret: stage.linksOf(id).at(-1) ?? '' };
  };
  const minute = (group: number) => at(200 + 2 * group);
  const stateOf = async (id: string, askId: string) => (await stage.store.asks.get(id, askId)).status;

  it('is recorded with a code, and the record says so', async () => {
    const { id, askId, personId, secret } = await asked(20);
    const code = await stage.enrol(personId);
    const typed = code(minute(20)).replace(/(...)/, '$1 ');
    expect(await stage.post(secret, { ...paper(20), code: typed }, minute(20))).toMatchObject({
      statusCode: 303,
    });
    const ask = await stage.store.asks.get(id, askId);
    expect(ask).toMatchObject({ status: 'answered', outcome: 'issued', answeredBy: { id: personId } });
    expect(JSON.stringify(ask)).not.toContain(code(minute(20)));
    const events = await stage.store.audit.list({ proposalId: id });
    expect(events.find(({ action }) => action === 'ask.answered')?.facts).toMatchObject({ code: true });
  });

  it('asks for the code on the page, and lists its want with all else that is wrong', async () => {
    const { id, askId, personId, secret } = await asked(21);
    await stage.enrol(personId);
    expect((await stage.get(secret)).body).toMatch(
      /<input type="text" id="field-code" name="code" value=""[^>]* inputmode="numeric" autocomplete="one-time-code"/,
    );
    const page = await stage.post(secret, { outcome: 'issued', number: '', date: 'x' }, minute(21));
    expect(page.statusCode).toBe(422);
    for (const field of ['number', 'date', 'code']) expect(page.body).toContain(`href="#field-${field}"`);
    expect(await stateOf(id, askId)).toBe('open');
  });

  it('uses up no code while anything else is wrong, and never shows it again', async () => {
    const { personId, secret } = await asked(22);
    const code = (await stage.enrol(personId))(minute(22));
    const page = await stage.post(secret, { ...paper(22), date: '2021-01-01', code }, minute(22));
    expect(page.statusCode).toBe(422);
    expect(page.body).toContain('value="SPP-22"');
    expect(page.body).not.toContain(code);
    expect(await stage.post(secret, { ...paper(22), code }, minute(22))).toMatchObject({ statusCode: 303 });
  });

  it('says how many tries are left after a wrong code, then that the ask is locked, whatever is sent', async () => {
    const { id, askId, personId, secret } = await asked(23);
    const code = (await stage.enrol(personId))(minute(23));
    const wrong = code === '000000' ? '000001' : '000000';
    for (const left of [4, 3, 2, 1]) {
      const page = await stage.post(secret, { ...paper(23), code: wrong }, minute(23));
      expect([page.statusCode, page.body]).toEqual([422, expect.stringContaining(`terkunci: ${left}.`)]);
      expect(page.body).toContain(`is locked: ${left}.`);
      expect(page.body).toContain('value="SPP-23"');
    }
    const last = await stage.post(secret, { ...paper(23), code: wrong }, minute(23));
    for (const page of [
      last,
      await stage.get(secret),
      await stage.post(secret, { ...paper(23), code }, minute(23)),
    ])
      expect([page.statusCode, page.body]).toEqual([403, expect.stringContaining('terkunci bagi Anda')]);
    expect(await stateOf(id, askId)).toBe('open');
  });

  it('has a person whose code was used wait for the next', async () => {
    const [one, two] = [await asked(24, 'spm'), await asked(25, 'spm')];
    const code = await stage.enrol(one.personId);
    const answer = (group: number, now: string) => ({ ...paper(group), code: code(now) });
    expect(await stage.post(one.secret, answer(24, minute(24)), minute(24))).toMatchObject({
      statusCode: 303,
    });
    const page = await stage.post(two.secret, answer(25, minute(24)), minute(24));
    expect([page.statusCode, page.body]).toEqual([422, expect.stringContaining('Tunggu kode berikutnya')]);
    expect(await stateOf(two.id, two.askId)).toBe('open');
    expect(await stage.post(two.secret, answer(25, minute(25)), minute(25))).toMatchObject({
      statusCode: 303,
    });
  });

  it('counts one of two posts with one code for two asks at the same instant', async () => {
    const both = [await asked(26, 'spm'), await asked(27, 'spm')];
    const code = (await stage.enrol('sinta'))(minute(26));
    await Promise.all(
      both.map(({ secret }, index) => stage.post(secret, { ...paper(26 + index), code }, minute(26))),
    );
    const states = await Promise.all(both.map(({ id, askId }) => stateOf(id, askId)));
    expect(states.toSorted()).toEqual(['answered', 'open']);
  });

  it('needs no code to refuse, to return or to wait', async () => {
    const id = await stage.submitted(28);
    for (const [kind, key, answer] of [
      ['spm', '1', { outcome: 'refused', reason: 'SPTJM belum ditandatangani' }],
      ['bank-inquiry', '1-1-1', { outcome: 'wait' }],
    ] as const) {
      await stage.turn(id, kind, key);
      const secret = stage.linksOf(id).at(-1) ?? '';
      expect((await stage.get(secret)).body).toContain('name="code"');
      expect(await stage.post(secret, answer, minute(28))).toMatchObject({ statusCode: 303 });
    }
    const events = await stage.store.audit.list({ proposalId: id });
    for (const { facts } of events.filter(({ action }) => action === 'ask.answered'))
      expect(facts).not.toHaveProperty('code');
  });

  it('is not recorded without a code by any other way', async () => {
    const { id, askId, personId } = await asked(29);
    const recorded = await stage.scene.answer({
      ...{ askId, by: { kind: 'person', id: personId }, now: minute(29) },
      answer: { outcome: 'issued', number: 'SPP-29', date: '2020-08-03' },
    });
    expect(recorded.status).toBe('code-missing');
    expect(await stateOf(id, askId)).toBe('open');
  });
});
