import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { packetKeys } from '#domain/packet/packet.ts';
import { contentOf } from '#domain/proposal/proposal.ts';
import { awardGrant } from '#functions/approval/award-grant.ts';
import { myAsksPage } from '#functions/asks/pages/my-asks-page.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { openStage, type Stage, versionOf } from '../../asks/stage.ts';
import { type TestTable, useTable } from '../../dynamodb.ts';
import { line } from '../../payment/treasury.ts';
import { at } from '../../scene.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const letterName = 'bank-reference.pdf';
const letter = Buffer.from(letterName);

/** A proposal that waits for its PPK, who has an authenticator. */
async function asked(group: number) {
  const id = await stage.submitted(group);
  await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
  await stage.turn(id, 'approval', '1-0', 0, 'ppk');
  const ask = (await stage.store.asks.openBySubject(id)).find(({ kind }) => kind === 'approval');
  const by = ask?.assignee.kind === 'person' ? ask.assignee.personId : '';
  const code = await stage.enrol(by);
  const secret = stage.linksOf(id, `${by}@dinas.example`).at(-1) ?? '';
  const key = packetKeys(`people-${group}`).attachment(letterName);
  return { id, by, code, secret, key };
}

function accepted(id: string) {
  return stage.store.audit
    .list({ proposalId: id })
    .then((events) => events.filter(({ action }) => action === 'account.accepted'));
}

describe('the PPK’s approval', () => {
  it('shows the account and the bank’s letter at the version that the checks read, and accepts the account by it', async () => {
    const { id, by, code, secret, key } = await asked(1);
    // Somebody uploads another letter under the same name.
    stage.objects.set(key, Buffer.from('surat lain'));
    const { body } = await stage.get(secret);
    const root = parse(body);
    const proposal = await stage.store.proposals.get(id);
    expect(root.text).toContain(contentOf(proposal)?.account.number);
    const link = root.querySelector(`a[data-download="${letterName}"]`)?.getAttribute('href') ?? '';
    expect(new URL(link.replaceAll('&amp;', '&')).searchParams.get('versionId')).toBe(versionOf(letter));
    expect(root.text).toContain('Sama');
    const unsaid = await stage.post(secret, { outcome: 'approve', code: code(at(60)) });
    expect(unsaid.statusCode).toBe(422);
    const no = await stage.post(secret, { outcome: 'approve', account: 'no', code: code(at(60)) });
    expect(parse(no.body).text).toContain('Menyetujui bantuan berarti menerima rekeningnya');
    expect(await accepted(id)).toEqual([]);
    const yes = await stage.post(secret, { outcome: 'approve', account: 'yes', code: code(at(60)) });
    expect(yes.statusCode).toBe(303);
    expect(await accepted(id)).toEqual([
      expect.objectContaining({
        actor: { kind: 'person', id: by },
        facts: {
          bank: '009',
          account: `••••${contentOf(proposal)?.account.number.slice(-4)}`,
          letterVersion: versionOf(letter),
          letterSha256: contentOf(proposal)?.attachments.find(({ name }) => name === letterName)?.sha256,
        },
      }),
    ]);
  });

  it.each([
    ['was destroyed', 'tidak dapat dibaca lagi', (key: string) => stage.objects.destroy(key)],
    [
      'has other bytes than the record says',
      'tidak sama dengan yang tercatat',
      (key: string) => stage.objects.corrupt(key, versionOf(letter), Buffer.from('surat palsu')),
    ],
  ])('is not possible where the letter %s: the page says so', async (_what, warning, tamper) => {
    const { id, code, secret, key } = await asked(_what.length);
    tamper(key);
    expect(parse((await stage.get(secret)).body).text).toContain(warning);
    const refused = await stage.post(secret, { outcome: 'approve', account: 'yes', code: code(at(60)) });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).text).toContain(warning);
    expect(await accepted(id)).toEqual([]);
    const returned = await stage.post(secret, {
      outcome: 'return',
      reason: 'Surat bank tidak dapat dibaca.',
    });
    expect(returned.statusCode).toBe(303);
  });

  it('is given on its own page, where the letter is, and not in a list', async () => {
    const { by } = await asked(3);
    const found = await stage.store.people.get(by);
    const asks = await stage.store.assignments.of(by);
    if (found === undefined) throw new Error(`There is no ${by}.`);
    const { body } = myAsksPage({ person: found, asks, page: 1, enrolled: true });
    expect(parse(body).querySelector('input[name$=".outcome"]')).toBeNull();
    const ofKpa = asks.map((ask) => ({ ...ask, role: 'kpa' as const }));
    const other = myAsksPage({ person: found, asks: ofKpa, page: 1, enrolled: true });
    expect(parse(other.body).querySelector('input[name$=".outcome"]')).not.toBeNull();
  });

  it('is what the award keeps of the account, and the KPA is asked for no more than an approval', async () => {
    const { id, by, code, secret } = await asked(4);
    await stage.post(secret, { outcome: 'approve', account: 'yes', code: code(at(60)) });
    await stage.turn(id, 'approval', '1-1', 0, 'kpa', at(61));
    const kpa = await stage.enrol('karta');
    const [link = ''] = stage.linksOf(id, 'karta@dinas.example');
    expect(parse((await stage.get(link)).body).querySelector('[name=account]')).toBeNull();
    const approved = await stage.post(link, { outcome: 'approve', code: kpa(at(70)) }, at(70));
    expect(approved.statusCode).toBe(303);
    await stage.store.commit({
      ...{ journal: 'settings', now: at(0), events: [] },
      changes: stage.store.budgets.create(line, rupiah(1_000_000_000), at(0)),
    });
    const { proposal } = (await awardGrant(stage.store, { proposalId: id, now: at(80) })) as never as {
      proposal: { award: { account: object }; content: { account: object } };
    };
    expect(proposal.award.account).toMatchObject({
      account: proposal.content.account,
      by,
      letter: { versionId: versionOf(letter) },
    });
  });
});
