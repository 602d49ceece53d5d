/**
 * What a stage brings with it for a kind of ask (`functions/<stage>/asks/<kind>.ts`): what its page
 * shows, what an answer is judged by, and what it brings about. The engine looks it up here and knows no stage: `functions/behaviours.ts`, which every function that
 * asks or takes answers imports, registers what there is.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { AnsweredAsk, Ask, AskOf, OpenAsk } from '#domain/asks/ask.ts';
import {
  type About,
  type Answer,
  type AskKind,
  type FactsFor,
  readAboutOf,
  type SubjectOf,
} from '#domain/asks/ask-kinds.ts';
import type { DocumentRequirement, Evidence } from '#domain/asks/documents.ts';
import type { AskForm, FormFields } from '#domain/asks/forms.ts';
import type { SubjectKind } from '#domain/asks/subject.ts';
import type { PaperToReview } from '#domain/papers/paper-review.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import type { Content } from '#domain/proposal/content.ts';
import type { EventOf, ProposalEvent } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import {
  type Bilingual,
  type Language,
  writtenProblem,
  writtenWithoutPlace,
} from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import type { RecordedFile } from '#functions/asks/recorded-files.ts';
import type { AskSubject, SubjectEvent } from '#functions/asks/subject.ts';
import type { AskFacts } from '#functions/notifications/messages/ask-messages.ts';
import type { TemplateFacts } from '#functions/notifications/messages/templates.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { Change } from '#functions/store/commit.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import type { Download, StoredFile } from '#functions/web/downloads.ts';
import type { Fact } from '#functions/web/fragments.ts';
import type { Piece } from '#functions/web/markup.ts';
import type { Upload } from '#functions/web/upload-form.ts';

/** An ask with what it is about, as a page or an answer finds it. */
export type AskedOf<Kind extends AskKind> = AskSubject<SubjectOf<Kind>> & {
  ask: AskOf<Kind>;
  /** The asks that it builds on, by its kind. */
  asks: readonly Ask[];
};

/** A subject on the page of an ask about it. */
export type Shown<Of extends SubjectKind> = AskSubject<Of> & {
  /** Where the page lies below the public URL. */
  path: string;
  /** Business time, ISO 8601. */
  now: string;
  /** Where the reader goes on in what is shown a part at a time, as the page's own link has it. */
  part?: string | undefined;
  /** Whether the reader can answer now. */
  canAnswer: boolean;
  /** Whether the reader may fetch the files that belong to it: not who is kept from answering. */
  mayFetch: boolean;
};

/** What a page of a subject that is no proposal is made from. It can write nothing. */
export interface OverviewPorts {
  store: Pick<Store, 'bankItems' | 'payments' | 'people' | 'proposals' | 'runs'>;
  s3: S3Client;
  bankBucket: string;
}

/** Where files lie that an answer is about. */
export type AnswerObjects = Pick<OverviewPorts, 's3' | 'bankBucket'>;

/** An answer that is to be recorded. */
type Given<Kind extends AskKind> = AskSubject<SubjectOf<Kind>> & {
  ask: AskOf<Kind, OpenAsk>;
  answer: Answer<Kind>;
  by: Actor;
  /** Business time, ISO 8601. */
  now: string;
};

/** What an answer changes besides the ask, in the same transaction. */
export interface Consequences<Of extends SubjectKind = SubjectKind> {
  proposal?: Proposal;
  changes?: Change[];
  /** On the chain of its subject. */
  events?: readonly SubjectEvent<Of>[];
  /** What the recorded ask notes of it. */
  facts?: Ask['facts'];
}

/** A member's answer that comes after the group's was clear. */
interface LateAnswers {
  /** Whether the members' answers are looked at no more, so that a denial decides nothing. */
  isSettled(store: Pick<Store, 'asks'>, group: AnsweredAsk): Promise<boolean>;
  /** What the record says of a denial that comes too late. */
  denied(answered: EventOf<'ask.answered'>): ProposalEvent;
  /** The proposal with the answer noted. */
  noted?(proposal: Proposal, group: AnsweredAsk, part: AnsweredAsk): Proposal;
  /** What a denial that comes too late is reported by, to those whom the kind names. */
  notices(deps: LateDenialDeps, proposal: Proposal, part: Ask, now: string): Promise<QueuedMessage[]>;
}

export type LateDenialDeps = MessageDeps & {
  store: Pick<Store, 'addresses' | 'messages' | 'people' | 'proposals'>;
};

/** How the person who answered takes the answer back, while nothing rests on it. */
export interface Cancellation {
  /** Its form; the one field is `cancelReason`. */
  form: AskForm;
  /** Whether this person may do so now. @param asks all of the proposal */
  isOpenTo(personId: string, ask: Ask, asks: readonly Ask[]): boolean;
  /** @returns the ask that ended by it, which is to be resumed; undefined when it is too late */
  record(store: CancellationStore, request: CancellationRequest): Promise<AnsweredAsk | undefined>;
}

export interface CancellationRequest {
  proposalId: string;
  /** The ask whose answer is taken back. */
  askId: string;
  personId: string;
  reason: string;
  /** Business time, ISO 8601. */
  now: string;
}

export type CancellationStore = Pick<Store, 'asks' | 'budgets' | 'proposals'>;

/** What messages about an ask of a kind say besides what all do. */
export interface Mail {
  /** More facts of every message about it. */
  facts?(store: Pick<Store, 'asks'>, ask: OpenAsk): Promise<Pick<AskFacts, 'deposit'>>;
  /** Another message in place of the first one, and its facts besides those of every ask; undefined where it is as usual. */
  first?(store: Pick<Store, 'asks'>, proposal: Proposal, language: Language): Promise<FirstMail | undefined>;
}

/** The question whether the group objects is what notifies it of the rejection. */
interface FirstMail {
  template: 'rejection-to-object-to';
  facts: Omit<TemplateFacts<'rejection-to-object-to'>, keyof AskFacts>;
}

/** An ask about a proposal, as its page finds it. */
type AskedOfProposal<Kind extends AskKind> = AskSubject<'proposal'> & Pick<AskedOf<Kind>, 'ask' | 'asks'>;

/** An ask on its page, with all that the page may show of its proposal. */
export type ShownAsk<Kind extends AskKind = AskKind> = AskedOfProposal<Kind> & {
  pack: RulePack;
  /** What the group proposes; undefined where its packet could not be read. */
  content: Content | undefined;
  /** Links to the `files` of the page, in their order. */
  downloads: readonly Download[];
};

/** A paper that was drafted to be printed and signed, as a page offers it. */
export interface DraftedPaper {
  name: Bilingual;
  number: string;
  /** Its key in the uploads bucket. */
  key: string;
  bytes: number;
  contentSha256: string;
}

/**
 * What a kind's page shows besides what all do. It is made from what was read to open the ask: a page of a proposal never
 * reads, and none can ever write.
 */
interface PageContent<Kind extends AskKind> {
  /** How much of the proposal stands at the head: by default who the group is and what it plans, or only which it is. */
  outline?: 'number';
  /** More facts at the head. */
  facts?(shown: ShownAsk<Kind>): Fact[];
  /** What stands in the form before anything was posted. */
  values?(shown: ShownAsk<Kind>): FormFields;
  /** Sections below them. */
  sections?(shown: ShownAsk<Kind>): Piece;
  /** Files that the sections link to. */
  files?(asked: AskedOfProposal<Kind>): readonly StoredFile[];
  /** The files that the group handed in before, which the person asked must be able to read. */
  handedIn?(asked: AskedOfProposal<Kind>): readonly Evidence[];
  /** The papers that were drafted for the person asked; who signs them is in the record (`drafts`). */
  drafts?(asked: AskedOfProposal<Kind>): readonly DraftedPaper[];
  /** What may be uploaded from it, where that is not the papers that the ask wants. */
  uploads?(proposal: Proposal): Upload[];
  /** What is shown of a subject that is no proposal, whatever became of the ask. It may be read a part at a time. */
  overview?(ports: OverviewPorts, shown: Shown<SubjectOf<Kind>>): Promise<Piece>;
  /** Which papers an answer sent back, and why: shown with what was recorded. */
  returned?(ask: AnsweredAsk): Problem[];
}

/** What is started before an execution is resumed. */
interface StartPorts {
  stepFunctions: SFNClient;
  /** The alias of the machine `deposit`; absent where the function may not start it. */
  depositMachineArn?: string | undefined;
}

/** What a stage brings for one kind. All of it may be absent. */
export interface Behaviour<Kind extends AskKind = AskKind> {
  /** What is asked for when it is opened: papers other than the pack's, and what was wrong with what was handed in before. */
  opening?(
    proposal: Proposal,
    about: About<Kind>,
    documents: readonly DocumentRequirement[],
  ): { documents?: DocumentRequirement[]; problems?: readonly Problem[] | undefined };
  /** What its page shows. */
  page?: PageContent<Kind>;
  /** What the kind's own rules need to know (`problems` of its record). */
  facts?(asked: AskedOf<Kind>): Partial<FactsFor<Kind>>;
  /** The files that a decision which needs a code rests on: shown with version and hash, and refused where they are other than recorded. */
  restsOn?(asked: AskedOfProposal<Kind>): readonly RecordedFile[];
  /** The papers that the answer accepts or returns. */
  papersToReview?(asked: AskedOf<Kind>): PaperToReview[];
  /** What is wrong with an answer that only the table knows, or the objects that it is about. */
  check?(
    store: Pick<Store, 'calendar' | 'paperNumbers' | 'payments' | 'runs'>,
    asked: Omit<AskedOf<Kind>, 'asks'>,
    answer: Answer<Kind>,
    /** ISO 8601. */
    now: string,
    objects: AnswerObjects,
  ): Promise<Problem[]>;
  /** What the answer brings about. It may throw, or its changes may conflict, with an error that `refusal` knows. */
  consequences?(
    store: Pick<Store, 'asks' | 'deposits' | 'paperNumbers' | 'payments' | 'runs'>,
    given: Given<Kind>,
  ): Consequences<SubjectOf<Kind>> | Promise<Consequences<SubjectOf<Kind>>>;
  /** What is wrong with the answer when its consequences failed in this way; undefined for any other error. */
  refusal?(error: unknown): Problem | undefined;
  /** For a group ask: what becomes of answers after the group's. */
  late?: LateAnswers;
  /** How its answer is taken back, where that is possible. */
  cancellation?: Cancellation;
  /** What messages about it say. */
  mail?: Mail;
  /** Whether what is wrong with papers handed in before is said by its sentence, so that the place is not repeated. */
  problemsNamePapers?: true;
  /** What the answer starts, before its execution is resumed; again it starts nothing. */
  start?(ports: StartPorts, ask: AskOf<Kind, AnsweredAsk>): Promise<void>;
}

/** What all stages bring. A kind without an entry has nothing of its own. */
export type Behaviours = { readonly [Kind in AskKind]?: Behaviour<Kind> };

/** A function asks or takes answers without having imported `functions/behaviours.ts`. */
class NoBehaviours extends Error {
  override readonly name = 'NoBehaviours';
  constructor() {
    super('No stage has registered what it brings for its asks: import #functions/behaviours.ts.');
  }
}

let registered: Behaviours | undefined;

/** Makes known what the stages bring. Called once, by `functions/behaviours.ts`. */
export function registerBehaviours(behaviours: Behaviours): void {
  registered = behaviours;
}

/** What the stage brings for a kind. @throws {NoBehaviours} */
export function behaviourOf(kind: AskKind): Behaviour {
  if (registered === undefined) throw new NoBehaviours();
  return (registered[kind] ?? {}) as Behaviour;
}

/** An ask as the behaviour of its kind takes it. */
export function asKind<Of extends Ask>(ask: Of): AskOf<AskKind, Of> {
  return { ...ask, about: readAboutOf(ask.kind, ask.about) } as AskOf<AskKind, Of>;
}

/** What has to be corrected, or handed in again, as a message or a page says it. */
export function writtenProblems(kind: AskKind, problems: readonly Problem[]): Bilingual[] {
  const { problemsNamePapers } = behaviourOf(kind);
  return problems.map(problemsNamePapers ? writtenWithoutPlace : writtenProblem);
}
