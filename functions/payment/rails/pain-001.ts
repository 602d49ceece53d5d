/**
 * ISO 20022 `pain.001` (customer credit transfer initiation), versions 001.001.09 and 001.001.03.
 *
 * One message for each run and debit account, with one `PmtInf`. Indonesia has no IBANs, so accounts are `Othr` ids,
 * whose leading zeros count, and banks are members of the clearing. Each transaction says itself which service carries
 * it. `docs/adr/0017-rails.md` has what is a convention of banks and not of the standard.
 */
import XMLBuilder from 'fast-xml-builder';
import type { BankService } from '#domain/money/bank-service.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { clearingMemberId, type Pain001Rail } from '#domain/money/rail.ts';
import { NotRupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { latinText } from './latin-text.ts';
import { messageIdOf, paymentPartId } from './message-id.ts';
import type { Instruction, RailWriter } from './rail.ts';

/** A piece of the message: element names, in the order of the schema, with their content. */
type Elements = { readonly [name: string]: string | number | Elements | undefined };

/** Max140Text of names and of remittance. */
const longest = 140;
/** Transactions in one piece of the file, about 150 KB. */
const atOnce = 256;

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#' });

/** Leaves out what is not there: the builder would write an empty element. */
function present(elements: Elements): Elements {
  return Object.fromEntries(
    Object.entries(elements)
      .filter(([, content]) => content !== undefined)
      .map(([name, content]) => [name, typeof content === 'object' ? present(content) : content]),
  );
}

function xml(elements: Elements): string {
  return builder.build(present(elements));
}

function codeOrProprietary(choice: { code: string } | { proprietary: string } | undefined) {
  return choice && ('code' in choice ? { Cd: choice.code } : { Prtry: choice.proprietary });
}

/** A bank was to be named that has no id in the clearing. What leads here asks `accountProblems` first. */
class NotInClearing extends Error {
  override readonly name = 'NotInClearing';
  constructor(bankCode: string) {
    super(
      `Bank ${bankCode} is no member of the clearing: name its id in programmes/paying-offices.json (rail.memberIds).`,
    );
  }
}

/**
 * A party's name. There are letters without a known Latin spelling (rare Chinese ones); an account of such a name is
 * known by its number, and the bank decides.
 */
function nameOf(holder: string, account: string): string {
  return latinText(holder, longest) || `REKENING ${account}`;
}

function agent(rail: Pain001Rail, bankCode: string): Elements {
  const member = clearingMemberId(rail, bankCode);
  if (member === undefined) throw new NotInClearing(bankCode);
  return { FinInstnId: { ClrSysMmbId: { ClrSysId: codeOrProprietary(rail.clearingSystem), MmbId: member } } };
}

function service({ services }: Pain001Rail, name: BankService): Elements {
  const { priority, serviceLevel, localInstrument } = services[name];
  return {
    InstrPrty: priority,
    SvcLvl: codeOrProprietary(serviceLevel),
    LclInstrm: codeOrProprietary(localInstrument),
  };
}

/** What was agreed when the payment was planned. */
function railOf({ rail, endToEndId }: PaymentAttempt): Pain001Rail {
  if (rail === 'bulk-text' || rail.format !== 'pain.001')
    throw new TypeError(`Payment ${endToEndId} does not go by pain.001.`);
  return rail;
}

function transaction(payment: PaymentAttempt): Elements {
  const { endToEndId, amount, account, remittance } = payment;
  const rail = railOf(payment);
  if (!Number.isSafeInteger(amount) || amount <= 0) throw new NotRupiah(amount);
  return {
    PmtId: { EndToEndId: endToEndId },
    PmtTpInf: service(rail, payment.service),
    Amt: { InstdAmt: { '@Ccy': 'IDR', '#': amount } },
    CdtrAgt: agent(rail, account.bankCode),
    Cdtr: { Nm: nameOf(account.holder, account.number) },
    CdtrAcct: { Id: { Othr: { Id: account.number } } },
    RmtInf: { Ustrd: latinText(remittance, longest) || endToEndId },
  };
}

/** Everything around the transactions, of which one empty element stands for all. */
function frame(instruction: Instruction, first: PaymentAttempt): Elements {
  const { startedAt, date, payments } = instruction;
  const messageId = messageIdOf(instruction);
  const rail = railOf(first);
  const { name, id } = rail.initiatingParty;
  const debit = first.debitAccount;
  const totals = { NbOfTxs: payments.length, CtrlSum: sumRupiah(payments.map(({ amount }) => amount)) };
  return {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    Document: {
      '@xmlns': `urn:iso:std:iso:20022:tech:xsd:pain.${rail.version}`,
      CstmrCdtTrfInitn: {
        GrpHdr: {
          MsgId: messageId,
          CreDtTm: startedAt,
          ...totals,
          InitgPty: { Nm: latinText(name, longest) || id, Id: { OrgId: { Othr: { Id: id } } } },
        },
        PmtInf: {
          PmtInfId: paymentPartId(messageId),
          PmtMtd: 'TRF',
          ...totals,
          ReqdExctnDt: rail.version === '001.001.03' ? date : { Dt: date },
          Dbtr: { Nm: nameOf(debit.holder, debit.number) },
          DbtrAcct: { Id: { Othr: { Id: debit.number } }, Ccy: 'IDR' },
          DbtrAgt: agent(rail, debit.bankCode),
          CdtTrfTxInf: '',
        },
      },
    },
  };
}

export const pain001: RailWriter = {
  extension: 'xml',
  mediaType: 'application/xml',
  encoding: 'utf8',
  *write(instruction) {
    const { payments } = instruction;
    const [first] = payments;
    if (first === undefined) return;
    // No text holds this: the builder escapes what texts bring.
    const [before, after] = xml(frame(instruction, first)).split(xml({ CdtTrfTxInf: '' }));
    yield `${before}\n`;
    for (let from = 0; from < payments.length; from += atOnce)
      yield payments
        .slice(from, from + atOnce)
        // A transaction a line, for people who must look for one.
        .map((payment) => `${xml({ CdtTrfTxInf: transaction(payment) })}\n`)
        .join('');
    yield `${after}\n`;
  },
};
