/**
 * What the status and reason codes of payment reports mean for us.
 *
 * The codes are those of ISO 20022's External Code Sets (ExternalPaymentTransactionStatus1Code,
 * ExternalPaymentGroupStatus1Code, ExternalStatusReason1Code, ExternalReturnReason1Code; iso20022.org, published each
 * quarter). A code that does not stand here is not guessed at: its meaning is unknown, and it is shown to a person.
 */

/**
 * How far a status moves an instruction. `settled` and `returned` are what the bank says; what was booked is on the account.
 * `partly` is of a group, and says nothing of any one payment; `unknown` moves nothing.
 */
export type StatusMeaning =
  | 'received'
  | 'accepted'
  | 'pending'
  | 'settled'
  | 'refused'
  | 'cancelled'
  | 'returned'
  | 'partly'
  | 'unknown';

/**
 * BLCK (neither credited nor given back), ACPD (through the clearing) and PRES (presented) say neither that the payee has the money
 * nor that we have it, so they are left to a person, in words.
 */
const statuses: Readonly<Record<Exclude<StatusMeaning, 'unknown' | 'returned'>, readonly string[]>> = {
  received: ['RCVD'],
  accepted: ['ACCP', 'ACFC', 'ACSP', 'ACTC', 'ACWC', 'ACWP'],
  pending: ['PATC', 'PDNG'],
  settled: ['ACCC', 'ACSC'],
  refused: ['RJCT'],
  cancelled: ['CANC'],
  partly: ['PART'],
};

const meanings = new Map<string, StatusMeaning>(
  Object.entries(statuses).flatMap(([means, codes]) =>
    codes.map((code): [string, StatusMeaning] => [code, means as StatusMeaning]),
  ),
);

/** What the status means; `unknown` for a code that is not in the list, or in the list and clear of no payment. */
export function statusMeaning(code: string): StatusMeaning {
  return meanings.get(code) ?? 'unknown';
}

/**
 * What a refusal or a return is about, which decides what may be done next.
 *
 * `copy`: this copy of the instruction came a second time, and nothing is said of the first. `payee`: the account that was to be
 * paid, or whose it is. `payer`: our account, our mandate or right. `day`, `sum`: of this instruction. `message`: how the file
 * was written. `agent`: a bank or a clearing on the way. `rules`: a law or a check. `unknown`: the bank says nothing, or nothing
 * that is in the list.
 */
export type ReasonAbout =
  | 'copy'
  | 'payee'
  | 'payer'
  | 'day'
  | 'sum'
  | 'message'
  | 'agent'
  | 'rules'
  | 'unknown';

const reasons: Readonly<Record<Exclude<ReasonAbout, 'unknown'>, readonly string[]>> = {
  copy: ['AB12', 'AM05', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05', 'DUPL'],
  payee: [
    ...[
      'AC01',
      'AC03',
      'AC04',
      'AC06',
      'AC07',
      'AC09',
      'AC11',
      'AC12',
      'AC14',
      'AC15',
      'AC17',
      'AG01',
      'AG03',
    ],
    ...[
      'BE01',
      'BE04',
      'BE06',
      'BE07',
      'BE08',
      'BE09',
      'BE10',
      'BE11',
      'BE15',
      'BE16',
      'BE19',
      'BE21',
      'BE22',
    ],
    ...['CNOR', 'CURR', 'MD07', 'NOCM', 'RC04', 'RC07', 'RR03', 'SL11', 'SL12', 'UCRD'],
  ],
  payer: [
    ...[
      'AC02',
      'AC05',
      'AC10',
      'AC13',
      'AG08',
      'AM04',
      'AM14',
      'AM21',
      'AM23',
      'BE05',
      'BE13',
      'BE14',
      'BE17',
    ],
    ...[
      'BE18',
      'CUST',
      'DNOR',
      'DS02',
      'MD01',
      'MD02',
      'MD06',
      'MS02',
      'RC03',
      'RC06',
      'RR01',
      'RR02',
      'SL01',
      'SL02',
    ],
    ...[
      'DS01',
      'DS03',
      'DS04',
      'DS05',
      'DS0A',
      'DS0B',
      'DS0C',
      'DS0D',
      'DS0E',
      'DS0F',
      'DS0G',
      'DS0H',
      'DS26',
    ],
  ],
  day: ['CH03', 'CH04', 'DT01', 'DT02', 'DT03', 'DT04', 'DT05', 'DT06', 'TM01'],
  sum: [
    ...[
      'AM01',
      'AM02',
      'AM03',
      'AM06',
      'AM07',
      'AM09',
      'AM10',
      'AM11',
      'AM12',
      'AM13',
      'AM15',
      'AM16',
      'AM17',
    ],
    ...['AM18', 'AM19', 'AM20', 'AM22'],
  ],
  message: [
    ...[
      'AG02',
      'CH07',
      'CH09',
      'CH10',
      'CH11',
      'CH12',
      'CH13',
      'CH14',
      'CH15',
      'CH16',
      'CH17',
      'CH19',
      'CH20',
    ],
    ...[
      'CH21',
      'CH22',
      'FF01',
      'FF02',
      'FF03',
      'FF04',
      'FF05',
      'FF06',
      'FF07',
      'FF08',
      'FF09',
      'FF10',
      'FF11',
    ],
    ...['IN12', 'NERI', 'RF01', 'RR05', 'RR06', 'RR07', 'RR08', 'RR09', 'RR10', 'RR11', 'RR12'],
  ],
  agent: [
    ...[
      'AB01',
      'AB02',
      'AB03',
      'AB04',
      'AB05',
      'AB06',
      'AB07',
      'AB08',
      'AB09',
      'AB10',
      'AB11',
      'AC08',
      'AG04',
    ],
    ...[
      'AG05',
      'AG06',
      'AG09',
      'AG10',
      'AG11',
      'AGNT',
      'ARDT',
      'CNGT',
      'ED01',
      'ED03',
      'ED05',
      'ED06',
      'EOL1',
    ],
    ...['NTWK', 'OPEN', 'RC01', 'RC02', 'RC05', 'RC08', 'RC09', 'RC10', 'RC11', 'RC12', 'TECH', 'TMOT'],
  ],
  rules: ['FR01', 'FRAD', 'FRTR', 'FOCR', 'LEGL', 'RR04', 'UPAY'],
};

const subjects = new Map<string, ReasonAbout>(
  Object.entries(reasons).flatMap(([about, codes]) =>
    codes.map((code): [string, ReasonAbout] => [code, about as ReasonAbout]),
  ),
);

/** What the reason is about; `unknown` for what the list does not have, or where the code itself says that nothing is said. */
export function reasonAbout(code: string | undefined): ReasonAbout {
  return subjects.get(code ?? '') ?? 'unknown';
}
