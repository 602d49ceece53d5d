/** Lives of proposals from upload to end, played side by side on one cloud. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { noteRunning } from '#cli/cloud/home.ts';
import { checkLedger } from '#cli/commands/ledger.ts';
import { runProgram } from '#cli/program.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { readRollSheet } from '#domain/public-works/muster-roll-sheet.ts';
import { readXlsx } from '#functions/runtime/xlsx.ts';
import { type BankOrder, readInstruction } from '#players/bank/instructions.ts';
import { addressesOf } from '#players/directory.ts';
import { linkIn } from '#players/mailbox.ts';
import { openPage, sendForm } from '#players/page.ts';
import { agreeableReplies, correctedBy, type Reply, type Situation, silence } from '#players/replies.ts';
import { proposalText, withWrongSum } from '#samples/packet.ts';
import { captureOutput } from '../captured-output.ts';
import { contactOf, padatKaryaGroup, startWorld, tkmGroup, twoTranchesGroup, type World } from './world.ts';

const straight = padatKaryaGroup(1);
const corrected = tkmGroup(2);
const returned = tkmGroup(4);
const unanswered = tkmGroup(5);
const refused = twoTranchesGroup(6, { name: 'Kelompok ꦱꦸꦩ꧀ꦧꦺꦂ <Rejeki> & "Jaya"' });

/** Where the money of `refused` goes in the end. */
const rightAccount = '0000987654321';
const reason = 'Lokasi usaha tidak jelas & <b>alamat</b> belum lengkap.';

/** What `refused` does not spend, in rupiah. */
const leftover = '1.500.000';
function digits(amount: string) {
  return Number(amount.replaceAll(/\D/g, ''));
}
function lessThan(received = '') {
  return String(digits(received) - digits(leftover));
}

let world: World;
let ids: Record<'straight' | 'corrected' | 'returned' | 'unanswered' | 'refused', string>;
let ended: boolean;

beforeAll(async () => {
  world = await startWorld();
  world.bank.refuse(refused.proposal.account.number);
  ids = {
    straight: await world.submit(straight, {
      'tranche-documents': fetching({ fields: { progress: '60' } }),
      spp: async (situation) => {
        await fetchAll(situation);
        return agreeableReplies.spp(situation);
      },
      lpj: async (situation) => {
        await fetchAll(situation);
        return agreeableReplies.lpj(situation);
      },
    }),
    corrected: await world.submit(withWrongSum(corrected), {
      correction: correctedBy(proposalText(corrected.proposal)),
      // There is no follow-up, so the proposal closes with duties that are overdue.
      'training-session': silence,
      'mentor-visit': silence,
      outcome: silence,
      lpj: silence,
    }),
    returned: await world.submit(returned, { approval: returnThenReject() }),
    unanswered: await world.submit(unanswered, { approval: silence }),
    refused: await world.submit(refused, {
      spp: returningOnce('kuitansi'),
      sp2d: cancelledOnce(),
      'account-correction': () => ({
        fields: { bankCode: '008', number: rightAccount, holder: refused.proposal.account.holder },
      }),
      'mentor-visit': silence,
      lpj: ({ page }) => ({ fields: { spent: lessThan(page.facts.get('Dana yang diterima')), leftover } }),
    }),
  };
  ended = await world.playToEnd();
});

afterAll(() => world?.stop());

/** Every paper that a page offered, by kind and tranche of the ask, as its reader fetched it. */
const fetched = new Map<string, Map<string, Buffer>>();
/** Every file that the group handed in, as the PPK fetched it. */
const handedIn: Buffer[] = [];
async function fetchAll({ kind, page }: Situation): Promise<void> {
  const tranche = page.facts.get('Tahap pencairan')?.slice(0, 1);
  const files = new Map<string, Buffer>();
  for (const { name, url } of page.downloads) {
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    if (new URL(url).pathname.includes('/drafts/')) files.set(name, file);
    else handedIn.push(file);
  }
  fetched.set(`${kind} ${tranche}`, files);
}
function fetching(reply: Reply) {
  return async (situation: Situation): Promise<Reply> => {
    await fetchAll(situation);
    return reply;
  };
}

/** The PPK returns a paper the first time, and accepts it when it comes again. */
function returningOnce(paper: string) {
  let times = 0;
  return (situation: Situation): Reply => {
    times += 1;
    const reply = agreeableReplies.spp(situation);
    return times > 1
      ? reply
      : {
          fields: {
            ...reply?.fields,
            outcome: 'returned',
            [`paper-${paper}`]: 'returned',
            [`reason-${paper}`]: reason,
          },
        };
  };
}

/** While the SP2D is asked for the first time, the PP-SPM cancels it by the link of their own ask. */
function cancelledOnce() {
  let times = 0;
  return async (situation: Situation): Promise<Reply> => {
    times += 1;
    if (times > 1) return agreeableReplies.sp2d(situation);
    const asked = (await world.mails()).filter(
      ({ subject }) => subject.startsWith('Pengujian') && subject.includes(situation.subjectId),
    );
    const page = await openPage(linkIn(asked.at(-1) ?? situation.mail) ?? '');
    const cancelled = await sendForm(page, { cancelReason: 'Jumlah pada SPM keliru.' }, page.cancel);
    expect(cancelled.status).toBe(200);
    return undefined;
  };
}

/** The second approver sends the proposal back the first time and rejects it the second. */
function returnThenReject() {
  let returns = 0;
  return ({ person }: Situation) => {
    if (!addressesOf('kpa').includes(person)) return { fields: { outcome: 'approve', account: 'yes' } };
    returns += 1;
    return { fields: { outcome: returns === 1 ? 'return' : 'reject', reason } };
  };
}

test('every life ends', () => {
  expect(ended).toBe(true);
});

test('the ledger agrees with the budget lines and with every award and payment', async () => {
  const { findings, proposals, entries } = await checkLedger(world.connection);
  expect(findings).toEqual([]);
  expect(proposals).toBe(3);
  // Of each award: itself, its reservations and settlements; and the ceilings.
  expect(entries).toBeGreaterThan(10);
});

describe('a proposal without fault', () => {
  test('is closed, all paid in two parts, its people trained', async () => {
    const proposal = await world.inStage(ids.straight, 'closed');
    expect(proposal.result).toBe('complete');
    expect(proposal.tranches.map(({ percent, status }) => ({ percent, status }))).toEqual([
      { percent: 70, status: 'settled' },
      { percent: 30, status: 'settled' },
    ]);
    expect(proposal.tranches.reduce((sum, { amount }) => sum + amount, 0)).toBe(proposal.award.amount);
    expect(proposal.peopleTrained).toBe(18);
  });

  test('is approved, paid and verified by different people', async () => {
    const { involvements, award } = await world.inStage(ids.straight, 'closed');
    const approvers = award.approvals.map(({ personId }) => personId);
    expect(new Set(approvers).size).toBe(approvers.length);
    const by = (kinds: readonly string[]) =>
      involvements.filter(({ kind }) => kinds.includes(kind)).map(({ personId }) => personId);
    for (const person of by(['spm', 'sp2d'])) {
      expect(by(['approval', 'site-visit'])).not.toContain(person);
    }
  });

  test('leaves a record that is whole', async () => {
    for (const id of Object.values(ids)) {
      expect((await world.connection.store.audit.verify({ proposalId: id })).sound).toBe(true);
    }
  });
});

describe('the muster roll of paid works', () => {
  test('is handed in as a workbook, accepted, and leaves what was not worked', async () => {
    const { wages, content } = await world.inStage(ids.straight, 'closed');
    const { days = 0, dayRate = 0 } = content.plan.works ?? {};
    const { members } = content;
    expect(wages?.returns).toBe(0);
    expect(wages?.accepted).toMatchObject({ workers: members.length, substitutes: 0 });
    // Every tenth misses a day.
    const missed = Math.floor(members.length / 10);
    expect(wages?.accepted?.personDays).toBe(members.length * days - missed);
    expect(wages?.accepted?.unspentWages).toBe(missed * dayRate);
  });

  test('is shown, exported and given as an empty form at the command line', async () => {
    const home = await mkdtemp(join(tmpdir(), 'jaring-muster-'));
    try {
      await noteRunning(home, world.endpoint);
      const printed = { out: '', errors: '' };
      captureOutput(() => printed);
      const muster = (...words: string[]) => runProgram(['muster', ...words, '--home', home]);
      expect(await muster('show', ids.straight)).toBe(0);
      const { wages, content } = await world.inStage(ids.straight, 'closed');
      expect(printed.out).toContain(`${formatRupiah(wages?.accepted?.unspentWages ?? rupiah(0))} left.`);
      const folder = join(home, 'wages');
      expect(await muster('export', ids.straight, folder)).toBe(0);
      expect((await readdir(folder)).map((name) => name.replace(/-[0-9a-f]{16}/, '')).sort()).toEqual([
        'wage-bill.pdf',
        'wage-bill.xlsx',
        'wage-receipts.pdf',
        'wage-receipts.xlsx',
      ]);
      const form = join(home, 'daftar-hadir.xlsx');
      expect(await muster('template', ids.straight, form, '--from', '2020-11-02')).toBe(0);
      const { sheet } = readXlsx(await readFile(form));
      const { lines, problems } = readRollSheet(sheet ?? { rows: [], from1904: false });
      expect(problems).toEqual([]);
      expect(lines.map(({ name }) => name)).toEqual(content.members.map(({ name }) => name));
      expect(await muster('show', ids.corrected)).toBe(1);
      expect(printed.errors).toContain('there is no muster roll');
    } finally {
      vi.restoreAllMocks();
      await rm(home, { recursive: true, force: true });
    }
  });

  test('gives wage bill and receipts, which lie ready for the accountability report', () => {
    expect(kindsOf('lpj undefined')).toEqual(['wage-bill', 'wage-receipts']);
  });
});

function kindsOf(key: string) {
  return [...(fetched.get(key)?.keys() ?? [])].map((name) => name.replace(/-[0-9a-f]{16}\.pdf$/, ''));
}

describe('the papers of a tranche', () => {
  test('lie ready for the leader and for the office, each their own', () => {
    expect(kindsOf('tranche-documents 1')).toEqual([
      'pks',
      'sk',
      'sk-attachment',
      'sptjm',
      'sptjb',
      'ruk',
      'kuitansi',
    ]);
    expect(kindsOf('tranche-documents 2')).toEqual(['sptjm', 'sptjb', 'ruk', 'kuitansi']);
    expect(kindsOf('spp 1')).toEqual(['pks', 'sk', 'sk-attachment', 'bap', 'spp-summary']);
    expect(kindsOf('spp 2')).toEqual(['bap', 'spp-summary']);
  });

  test('are the files whose hashes are in the record', async () => {
    const events = await world.connection.store.audit.list({ proposalId: ids.straight });
    const recorded = events
      .filter(({ action }) => action === 'paper.drafted')
      .map(({ facts }) => facts.sha256);
    const files = [...fetched.values()].flatMap((each) => [...each.values()]);
    expect(files).toHaveLength(20);
    for (const file of files) {
      expect(file.subarray(0, 5).toString()).toBe('%PDF-');
      expect(recorded).toContain(createHash('sha256').update(file).digest('hex'));
    }
  });

  test('come back signed, and what came is read by the PPK, and its hash recorded', async () => {
    const events = await world.connection.store.audit.list({ proposalId: ids.straight });
    const recorded = events
      .filter(({ facts }) => facts.kind === 'tranche-documents')
      .flatMap(({ facts }) => Object.values(facts));
    // Eight documents of the first part, six of the second.
    expect(handedIn).toHaveLength(14);
    for (const file of handedIn) expect(recorded).toContain(createHash('sha256').update(file).digest('hex'));
  });

  test('are listed and fetched at the command line', async () => {
    const home = await mkdtemp(join(tmpdir(), 'jaring-papers-'));
    try {
      await noteRunning(home, world.endpoint);
      const printed = { out: '', errors: '' };
      captureOutput(() => printed);
      const folder = join(home, 'papers');
      expect(await runProgram(['papers', ids.straight, '--save', folder, '--home', home])).toBe(0);
      expect(printed.out).toMatch(/1 +Kuitansi +0*\d+\/KUITANSI-I\/PADAT-KARYA-2020\/2022/);
      expect(printed.out).toContain('15 papers written');
      expect(await readdir(folder)).toHaveLength(15);
    } finally {
      vi.restoreAllMocks();
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('papers', () => {
  const handedIn = () =>
    world.deeds.filter(
      ({ situation }) => situation.subjectId === ids.refused && situation.kind === 'tranche-documents',
    );

  test('that were returned are handed in again alone, and all that name a refused account are drafted and signed again', async () => {
    // All papers; the kuitansi that was returned; PKS, SPTJM, SK and kuitansi for the new account; those of the second part.
    expect(handedIn().map(({ files }) => files)).toEqual([8, 1, 4, 6]);
    const [again] = handedIn().slice(1);
    expect(again?.situation.mail.text).toContain(`dikembalikan: ${reason.split('\n')[0]?.slice(0, 12)}`);
    const proposal = await world.inStage(ids.refused, 'closed');
    const [tranche] = proposal.tranches;
    expect(tranche?.papers?.every(({ decision }) => decision === 'accepted')).toBe(true);
    expect(
      tranche?.drafts
        ?.filter(({ kind }) => kind === 'kuitansi')
        .map(({ number, attempt }) => [attempt, number]),
    ).toEqual([
      [undefined, expect.stringMatching(/\/KUITANSI-I\/TKM-/)],
      [2, expect.stringMatching(/\/KUITANSI-I-P1\/TKM-/)],
    ]);
    expect(proposal.content.account.number).toBe(rightAccount);
  });
});

describe('an SPM that was cancelled', () => {
  test('is followed by SPP and SPM of another round, and the ledger has each reservation and its end', async () => {
    const { tranches } = await world.inStage(ids.refused, 'closed');
    const [first] = tranches;
    expect(first?.cancelled?.map(({ paper, round }) => [paper, round])).toEqual([
      ['spp', 2],
      ['spm', 2],
    ]);
    expect(first?.status).toBe('settled');
    const entries = await world.connection.store.budgets.entriesOf(ids.refused);
    const steps = entries.filter(({ id }) => /^(reserve|cancel):01/.test(id)).map(({ id }) => id);
    expect(steps.toSorted()).toEqual(['cancel:01:02', 'reserve:01:02', 'reserve:01:03']);
  });
});

describe('a proposal with a mistake', () => {
  test('reports to the leader what is wrong, Indonesian first', async () => {
    const [mail] = await world.mailsTo(contactOf(corrected), 'Perbaikan');
    expect(mail?.text).toMatch(/Baris RAB tidak cocok[\s\S]*RAB line/);
  });

  test('continues when it is corrected, and closes', async () => {
    const proposal = await world.inStage(ids.corrected, 'closed');
    expect(proposal.revision).toBe(2);
    expect(proposal.tranches[0]?.status).toBe('settled');
  });

  test('closes with what is overdue when there is no follow-up', async () => {
    const proposal = await world.inStage(ids.corrected, 'closed');
    expect(proposal.result).toBe('with-overdue');
    const overdue = await world.connection.store.overdue.list(ids.corrected);
    expect(overdue.map(({ kind }) => kind)).toContain('lpj');
    expect(overdue.length).toBe(proposal.overdue);
  });
});

describe('a proposal that is returned', () => {
  test('is verified again, in a second round, and comes before the same offices', async () => {
    const actions = await world.actionsOf(ids.returned);
    expect(actions.filter((action) => action === 'proposal.verified')).toHaveLength(2);
    const approvers = world.deeds
      .filter(({ situation }) => situation.subjectId === ids.returned && situation.kind === 'approval')
      .map(({ situation }) => (addressesOf('kpa').includes(situation.person) ? 'kpa' : 'ppk'));
    expect(approvers).toEqual(['ppk', 'kpa', 'ppk', 'kpa']);
  });
});

describe('a proposal that an approver rejects', () => {
  test('ends, and no one else is asked', async () => {
    expect(await world.inStage(ids.returned, 'rejected')).toMatchObject({
      at: 'approval',
      reason: 'rejected',
    });
    const asked = world.deeds.filter(({ situation }) => situation.subjectId === ids.returned);
    expect(asked.map(({ situation }) => situation.kind)).not.toContain('tranche-documents');
  });

  test('reports the reason to the leader, with what the official wrote made harmless', async () => {
    const [mail] = await world.mailsTo(contactOf(returned), 'tidak dilanjutkan');
    expect(mail?.text).toContain('Lokasi usaha tidak jelas');
    expect(mail?.html).not.toContain('<b>alamat</b>');
  });
});

describe('an approver who is silent', () => {
  /** What each of those who may approve first was sent about the proposal. */
  const mailsToPpk = () =>
    Promise.all(
      addressesOf('ppk').map(async (address) =>
        (await world.mailsTo(address)).filter(({ subject }) => subject.includes(ids.unanswered)),
      ),
    );

  test('is reminded, then the superior is notified, then the proposal ends', async () => {
    expect(await world.inStage(ids.unanswered, 'rejected')).toMatchObject({
      at: 'approval',
      reason: 'approver-silent',
    });
    const [asked, above] = (await mailsToPpk()).toSorted((one, other) => other.length - one.length);
    expect(asked?.length).toBeGreaterThanOrEqual(3);
    expect(above?.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(/^Eskalasi/));
  });

  test('finds on the link that the time is over', async () => {
    const [mail] = (await mailsToPpk()).flat();
    const page = await openPage(mail === undefined ? '' : (linkIn(mail) ?? ''));
    expect(page.answer).toBeUndefined();
    // By now half a year has passed, after which a link shows nothing more.
    expect(page.text).toContain('Masa berlaku tautan ini sudah habis');
  });

  test('frees the people of the group for another proposal', async () => {
    const { members = [] } =
      (await world.proposal(ids.unanswered)).stage === 'rejected' ? unanswered.proposal : {};
    expect(members).toHaveLength(unanswered.proposal.members.length);
    const again = { ...unanswered, prefix: `${unanswered.prefix}-lagi` };
    const id = await world.submit(again, { membership: silence });
    await world.settle();
    expect((await world.proposal(id)).stage).toBe('verification');
  });
});

/** The command line, against the world's cloud. */
async function jaring(...args: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'jaring-lives-'));
  try {
    await noteRunning(home, world.endpoint);
    const printed = { out: '', errors: '' };
    captureOutput(() => printed);
    expect([await runProgram([...args, '--home', home]), printed.errors]).toEqual([0, '']);
    return printed.out;
  } finally {
    vi.restoreAllMocks();
    await rm(home, { recursive: true, force: true });
  }
}

/** What `jaring deposit export` writes. */
async function exported(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jaring-export-'));
  try {
    await jaring('deposit', 'export', join(folder, name));
    return await readFile(join(folder, name), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('money that is left over', () => {
  test('goes back to kas negara by a billing code, and the ledger and the command line show it', async () => {
    const { deposits } = await world.inStage(ids.refused, 'closed');
    expect(deposits).toMatchObject([{ number: 1, amount: digits(leftover), status: 'deposited' }]);
    const entries = await world.connection.store.budgets.entriesOf(ids.refused);
    expect(entries.find(({ id }) => id === 'deposit:01')).toMatchObject({
      ...{ from: 'paid', to: 'deposited', amount: digits(leftover) },
    });
    expect(await jaring('deposit', 'list', '--state', 'done')).toMatch(
      new RegExp(`${ids.refused} +done +1 +deposited +Rp1\\.500\\.000 +left over`),
    );
    expect(await exported('setoran.csv')).toMatch(
      new RegExp(`${ids.refused},1,done,deposited,1500000,leftover,`),
    );
    const kinds = world.deeds
      .filter(({ situation }) => situation.subjectId === ids.refused)
      .map(({ situation }) => situation.kind);
    const [slip, check] = (['deposit-slip', 'deposit-check'] as const).map(
      (wanted) =>
        world.deeds.find(({ situation: { kind, subjectId } }) => kind === wanted && subjectId === ids.refused)
          ?.situation,
    );
    // The leader reads in the message itself what to pay and by which code; the treasury sees the slip.
    const code = slip?.page.facts.get('Kode billing') ?? '';
    expect(code).toMatch(/^82\d{13}/);
    for (const word of [code, 'Rp1.500.000', 'Kode billing berlaku sampai'])
      expect(slip?.mail.text).toContain(word);
    expect(check?.page.facts.get('NTPN')).toMatch(/^[0-9A-F]{16}$/);
    expect(check?.page.downloads).toHaveLength(1);
    expect(kinds.filter((kind) => kind.startsWith('deposit-'))).toEqual([
      'deposit-billing',
      'deposit-slip',
      'deposit-check',
    ]);
  });

  test('can be recalled after the close, and comes back the same way', async () => {
    const recall = ['--tranche', '2', '--amount', '2.000.000', '--decision', 'K-1/2021', '--reason', 'Audit'];
    expect(await jaring('deposit', 'recall', ids.refused, ...recall, '--by', 'john.tumbelaka')).toContain(
      'Deposit 2 is owed',
    );
    await world.playUntil(
      async () => (await world.inStage(ids.refused, 'closed')).deposits?.[1]?.status === 'deposited',
    );
    expect((await checkLedger(world.connection)).findings).toEqual([]);
    const [notice] = await world.mailsTo(contactOf(refused), 'Dana harus disetor kembali');
    expect(notice?.text).toContain('Rp2.000.000');
  });
});

describe('a payment that the bank refuses', () => {
  test('is made again, under a new id, to the account that the leader names', async () => {
    const attempts = await world.connection.store.payments.list(ids.refused);
    expect(attempts.map(({ state, account }) => [state, account.number])).toEqual([
      ['rejected', refused.proposal.account.number],
      ['settled', rightAccount],
      // The second tranche, to the account that is right since.
      ['settled', rightAccount],
    ]);
    expect(attempts[1]?.replaces).toBe(attempts[0]?.endToEndId);
    expect(attempts[1]?.endToEndId).not.toBe(attempts[0]?.endToEndId);
  });

  test('does not stop the proposal', async () => {
    const { tranches } = await world.inStage(ids.refused, 'closed');
    expect(tranches.map(({ status }) => status)).toEqual(['settled', 'settled']);
  });

  test('went to the bank as pain.001, one message for each attempt, with a name that the bank can read', async () => {
    const { s3, outputs, store } = world.connection;
    const list = await s3.send(
      new ListObjectsV2Command({ Bucket: outputs.BankBucketName, Prefix: 'outbox/' }),
    );
    const keys = (list.Contents ?? []).flatMap(({ Key }) => (Key?.endsWith('.xml') ? [Key] : []));
    const orders: BankOrder[] = [];
    for (const Key of keys) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.BankBucketName, Key }));
      orders.push(...readInstruction(Key, (await Body?.transformToString()) ?? '').orders);
    }
    const attempts = await store.payments.list(ids.refused);
    const byId = (one: { endToEndId: string }, other: { endToEndId: string }) =>
      one.endToEndId < other.endToEndId ? -1 : 1;
    expect(orders.toSorted(byId)).toMatchObject(
      attempts.toSorted(byId).map(({ endToEndId, amount, account }) => ({
        endToEndId,
        amount,
        account: account.number,
        bank: account.bankCode,
        holder: "Kelompok sumber (Rejeki) + 'Jaya'",
      })),
    );
  });
});
