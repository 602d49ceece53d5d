/** What the store refuses, by name. Callers branch on the class; the message says what to do next. */

/** A record was changed by someone else since it was read. Read it again and decide again. */
export class Stale extends Error {
  override readonly name: string = 'Stale';
}

/** The proposal was changed by someone else since it was read. */
export class StaleProposal extends Stale {
  override readonly name = 'StaleProposal';
  constructor(id: string) {
    super(`Proposal ${id} was changed by someone else since it was read; read it again and decide again.`);
  }
}

/** Something was recorded of the proposal since what a decision rests on was read. */
export class StaleRecord extends Stale {
  override readonly name = 'StaleRecord';
  constructor(what: string) {
    super(`Something was recorded of ${what} meanwhile; read again and decide again.`);
  }
}

/** An ask was changed (another turn, another member's answer) since it was read. */
export class StaleAsk extends Stale {
  override readonly name = 'StaleAsk';
  constructor(id: string) {
    super(`Ask ${id} was changed by someone else since it was read; read it again and decide again.`);
  }
}

/** A person's one-time codes were changed (another code was given, or a new secret) since they were read. */
export class StaleCodes extends Stale {
  override readonly name = 'StaleCodes';
  constructor(personId: string) {
    super(`The codes of ${personId} were changed by someone else since they were read; read them again.`);
  }
}

/** A payment run was decided about, or waits with another token, since it was read. */
export class StaleRun extends Stale {
  override readonly name = 'StaleRun';
  constructor(id: string) {
    super(`Payment run ${id} was changed by someone else since it was read; read it again and decide again.`);
  }
}

/** A deposit was changed (a billing code, a slip, its confirmation) since it was read. */
export class StaleDeposit extends Stale {
  override readonly name = 'StaleDeposit';
  constructor(what: string) {
    super(`${what} was changed by someone else since it was read; read it again and decide again.`);
  }
}

/** The NTPN proves another deposit already: one NTPN, one deposit, for ever. */
export class NtpnUsed extends Error {
  override readonly name = 'NtpnUsed';
  constructor(ntpn: string) {
    super(`NTPN ${ntpn} belongs to another deposit already.`);
  }
}

/** The treasury's lists contradict each other about a receipt. */
export class ReceiptContradicted extends Error {
  override readonly name = 'ReceiptContradicted';
  constructor(ntpn: string) {
    super(`The treasury's lists have NTPN ${ntpn} with another amount or day.`);
  }
}

/** An item of the bank's worklist was dealt with since it was read. */
export class StaleBankItem extends Stale {
  override readonly name = 'StaleBankItem';
  constructor(id: string) {
    super(`Item ${id} of the worklist was dealt with by someone else since it was read; list it again.`);
  }
}

/** The ask is no longer open: it has an answer, or it expired. The first answer stands. */
export class AskAlreadyAnswered extends Stale {
  override readonly name = 'AskAlreadyAnswered';
  constructor(id: string) {
    super(`Ask ${id} is no longer open; the answer that is recorded stands.`);
  }
}

/** A person is already held by another live proposal: one person, one live award. */
export class PersonAlreadyHeld extends Error {
  override readonly name = 'PersonAlreadyHeld';
  /** Keyed hash of the person's NIK, never the NIK. */
  readonly nikHash: string;
  /** The proposal that holds the person, when the table says so. For the record, not for the group's mail. */
  readonly heldBy: string | undefined;
  constructor(nikHash: string, heldBy: string | undefined) {
    super('The person is already a member of another live proposal.');
    this.nikHash = nikHash;
    this.heldBy = heldBy;
  }
}

/** An account is already that of another live proposal. */
export class AccountAlreadyClaimed extends Error {
  override readonly name = 'AccountAlreadyClaimed';
  constructor() {
    super('The account is already that of another live proposal.');
  }
}

/** A person is marked as present at other works on a day: one person, one place a day. */
export class PresentElsewhere extends Error {
  override readonly name = 'PresentElsewhere';
  constructor(date: string) {
    super(`The person is marked as present at other works on ${date}.`);
  }
}

/** The budget line cannot carry the amount, or there is no such line: nothing was committed. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
  constructor(line: string) {
    super(`Budget line ${line} has no room left for this amount.`);
  }
}

/** Another paper of the kind has the number in that year: one of both is mistyped. */
export class PaperNumberTaken extends Error {
  override readonly name = 'PaperNumberTaken';
  readonly kind: 'spp' | 'spm' | 'sp2d';
  readonly year: string;
  constructor(kind: 'spp' | 'spm' | 'sp2d', year: string) {
    super(
      `The number was given to another ${kind.toUpperCase()} of ${year}; look at the number on the paper.`,
    );
    this.kind = kind;
    this.year = year;
  }
}

/** More would be moved out of a part of a budget line than it holds: a step was taken twice or out of order. */
export class BudgetOutOfOrder extends Error {
  override readonly name = 'BudgetOutOfOrder';
  constructor(line: string, part: string) {
    super(
      `Budget line ${line} does not hold that much as "${part}"; the step was taken twice or out of order.`,
    );
  }
}

/** The budget line was changed by another award since it was read. Read it again and decide again. */
export class StaleBudgetLine extends Stale {
  override readonly name = 'StaleBudgetLine';
  constructor(line: string) {
    super(
      `Budget line ${line} was changed by someone else since it was read; read it again and decide again.`,
    );
  }
}

/** A payment attempt was changed since it was read. Read it again and apply the bank's answer again. */
export class StalePayment extends Stale {
  override readonly name = 'StalePayment';
  constructor(endToEndId: string) {
    super(`Payment ${endToEndId} was changed by someone else since it was read; read it again.`);
  }
}

/** Something that must be created once exists already: the same request came a second time. */
export class AlreadyExists extends Error {
  override readonly name = 'AlreadyExists';
  constructor(what: string) {
    super(`${what} exists already; it was created by an earlier delivery of the same request.`);
  }
}

/** A record that the request names is not in the table. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(what: string) {
    super(`${what} is not in the table.`);
  }
}

/** Other writers to the same proposal or record won every attempt. The caller's retry will find a calmer moment. */
export class TooMuchContention extends Error {
  override readonly name = 'TooMuchContention';
  constructor(what: string, attempts: number, options?: ErrorOptions) {
    super(
      `${what} could not be written in ${attempts} attempts because others kept writing to it; try again.`,
      options,
    );
  }
}

/** A record in the table does not fit its schema: it was written by a newer version or by hand. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
  /** @param where the record's key; @param fields the paths that do not fit (never their values) */
  constructor(where: string, fields: string[]) {
    super(`The record ${where} does not fit its schema at: ${fields.join(', ')}.`);
  }
}

/** A record was stored by an earlier version of Jaring, in a form that this one does not read. */
export class EarlierVersion extends Error {
  override readonly name = 'EarlierVersion';
  constructor(what: string) {
    super(
      `${what} was stored by an earlier version of Jaring, which this one cannot read; begin with an empty table (locally: --fresh).`,
    );
  }
}
