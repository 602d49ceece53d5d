/**
 * The scene with a directory of officers, a mail service and a bucket that note what they are given, and the steps of
 * asking and answering as people meet them: by mail and by link.
 */

import { createHash } from 'node:crypto';
import {
  PinpointSMSVoiceV2Client,
  type SendTextMessageCommand,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { SESv2Client, type SendEmailCommand } from '@aws-sdk/client-sesv2';
import { ExecutionAlreadyExists, SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import { parse } from 'node-html-parser';
import { TOTP, URI } from 'otpauth';
import { askPlan } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { Role } from '#domain/asks/roles.ts';
import { type PacketInput, packetKeys } from '#domain/packet/packet.ts';
import { type Person, personSchema } from '#domain/people/person.ts';
import { openLink } from '#functions/asks/ask-context.ts';
import { submitReassignment } from '#functions/asks/delegate-ask.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { runTurn } from '#functions/asks/run-turn.ts';
import { submitAnswer } from '#functions/asks/submit-answer.ts';
import { codeSecretsWith } from '#functions/identity/code-secrets.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { takeProof } from '#functions/identity/enrolment-visits.ts';
import { oldLinkPage, unknownLinkPage } from '#functions/web/page.ts';
import { packOf } from '#programmes/index.ts';
import { jpegFile, pdfFile } from '#samples/files.ts';
import { aboutOf, idOfAsk } from '#test/asks.ts';
import { indonesia } from '../../../calendars.ts';
import type { TestTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
import { at, openScene, packetOf } from '../scene.ts';

export interface SentMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  replyTo: readonly string[];
  headers: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** The id that the mail service gave it. */
  serviceId: string;
}

/** A text message as it was handed to the network. */
interface SentText {
  to: string;
  text: string;
}

/** A person for the directory. */
export function person(id: string, role: Role, areas: string[], superior?: string): Person {
  return personSchema.parse({
    id,
    name: `Petugas ${id}`,
    roles: [{ role, areas }],
    email: `${id}@dinas.example`,
    language: 'id',
    ...(superior !== undefined && { superior }),
  });
}

/** Two for each office, so that duties can be separated; the verifier of the regency has a superior. */
export const officers: Person[] = [
  person('vera', 'verifier', ['33.02'], 'vino'),
  person('vino', 'verifier', ['33']),
  person('paula', 'ppk', ['*']),
  person('pandu', 'ppk', ['*']),
  person('karta', 'kpa', ['*']),
  person('sinta', 'pp-spm', ['*']),
  person('kas', 'kppn', ['33']),
  person('tari', 'treasurer', ['*']),
  person('mira', 'mentor', ['33.02']),
  person('ada', 'admin', ['*']),
];

/** Objects by key, as they are now; what they were before is kept by version, as in a versioned bucket. */
class VersionedObjects extends Map<string, Uint8Array> {
  readonly #versions = new Map<string, Uint8Array>();

  override set(key: string, bytes: Uint8Array): this {
    this.#versions.set(`${key} ${versionOf(bytes)}`, bytes);
    return super.set(key, bytes);
  }

  version(key: string, versionId: string): Uint8Array | undefined {
    return this.#versions.get(`${key} ${versionId}`);
  }

  /** Lets a version have other bytes, as no bucket does. */
  corrupt(key: string, versionId: string, bytes: Uint8Array): void {
    this.#versions.set(`${key} ${versionId}`, bytes);
  }

  /** An object that is not to be read any more, with all its versions. */
  destroy(key: string): void {
    for (const known of this.#versions.keys()) if (known.startsWith(`${key} `)) this.#versions.delete(known);
    this.delete(key);
  }
}

/** The version that an object of these bytes has. */
export function versionOf(bytes: Uint8Array): string {
  return `v-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
}

/** S3 with what is asked of it here: list, read, and put only if absent. */
function bucketOf(objects: VersionedObjects) {
  const client = new S3Client({
    region: 'ap-southeast-3',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      // A link is signed here and asks nothing of S3.
      if ('ResponseContentDisposition' in args.input) return next(args);
      const input = args.input as {
        Key?: string;
        VersionId?: string;
        Prefix?: string;
        Body?: string;
        IfNoneMatch?: string;
      };
      const answer = (output: object) => ({ output: { $metadata: {}, ...output }, response: undefined });
      const key = input.Key ?? '';
      switch (context.commandName) {
        case ListObjectsV2Command.name:
          return answer({
            Contents: [...objects]
              .filter(([name]) => name.startsWith(input.Prefix ?? ''))
              .map(([Key, bytes]) => ({ Key, Size: bytes.length })),
          });
        case GetObjectCommand.name: {
          const { VersionId } = input;
          const bytes =
            VersionId === undefined
              ? (objects.get(key) ?? new Uint8Array())
              : objects.version(key, VersionId);
          if (bytes === undefined)
            throw new S3ServiceException({
              name: 'NoSuchVersion',
              $fault: 'client',
              message: 'there is none',
              $metadata: { httpStatusCode: 404 },
            });
          return answer({
            VersionId: VersionId ?? versionOf(bytes),
            Body: { transformToByteArray: async () => bytes },
          });
        }
        case HeadObjectCommand.name: {
          const bytes = objects.get(key);
          if (bytes === undefined)
            throw new S3ServiceException({
              name: 'NotFound',
              $fault: 'client',
              message: 'there is none',
              $metadata: { httpStatusCode: 404 },
            });
          return answer({ VersionId: versionOf(bytes) });
        }
        case PutObjectCommand.name: {
          if (input.IfNoneMatch === '*' && objects.has(key))
            throw new S3ServiceException({
              name: 'PreconditionFailed',
              $fault: 'client',
              message: 'there is one',
              $metadata: { httpStatusCode: 412 },
            });
          const bytes = Buffer.from(input.Body ?? '');
          objects.set(key, bytes);
          return answer({ VersionId: versionOf(bytes) });
        }
        default:
          throw new Error(`unexpected ${context.commandName}`);
      }
    },
    { step: 'initialize' },
  );
  return client;
}

export const codeSecrets = codeSecretsWith('a secret of the tests, long enough to be one');

export const jpeg = jpegFile(1, 1, () => 200);
export const pdf = pdfFile(['Halaman']);

export async function openStage(table: TestTable) {
  const scene = openScene(table);
  const { store } = scene;
  const mails: SentMail[] = [];
  const texts: SentText[] = [];
  const objects = new VersionedObjects();
  const resumed: { taskToken: string; outcome: string }[] = [];
  /** Executions that were started. */
  const started: { name: string; input: string }[] = [];
  /** What Step Functions does with a token, if not take it. */
  const stepFunctionsFault: { next?: Error | undefined } = {};
  /** Tokens whose state no longer waits. */
  const timedOut = new Set<string>();

  const ses = new SESv2Client({ region: 'ap-southeast-3' });
  ses.middlewareStack.add(
    () => async (args) => {
      const { Destination, Content, EmailTags, ReplyToAddresses } = (
        args as { input: SendEmailCommand['input'] }
      ).input;
      const serviceId = `mail-${mails.length + 1}`;
      mails.push({
        serviceId,
        replyTo: ReplyToAddresses ?? [],
        headers: Object.fromEntries(
          (Content?.Simple?.Headers ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
        ),
        tags: Object.fromEntries((EmailTags ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
        to: Destination?.ToAddresses?.[0] ?? '',
        subject: Content?.Simple?.Subject?.Data ?? '',
        text: Content?.Simple?.Body?.Text?.Data ?? '',
        html: Content?.Simple?.Body?.Html?.Data ?? '',
      });
      return { output: { $metadata: {}, MessageId: serviceId }, response: undefined };
    },
    { step: 'initialize' },
  );

  /** Numbers that the network refuses. */
  const refusedNumbers = new Set<string>();
  const textClient = new PinpointSMSVoiceV2Client({ region: 'ap-southeast-3' });
  textClient.middlewareStack.add(
    () => async (args) => {
      const { DestinationPhoneNumber: to = '', MessageBody: text = '' } = (
        args as { input: SendTextMessageCommand['input'] }
      ).input;
      if (refusedNumbers.has(to))
        throw new ValidationException({ message: 'refused', Reason: 'OTHER', $metadata: {} });
      texts.push({ to, text });
      return { output: { $metadata: {}, MessageId: `text-${texts.length}` }, response: undefined };
    },
    { step: 'initialize' },
  );

  const stepFunctions = new SFNClient({ region: 'ap-southeast-3' });
  stepFunctions.middlewareStack.add(
    () => async (args) => {
      if ('stateMachineArn' in (args.input as object)) {
        const { name = '', input = '' } = args.input as { name?: string; input?: string };
        if (started.some((one) => one.name === name))
          throw new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
        started.push({ name, input });
        return { output: { $metadata: {}, executionArn: name, startDate: new Date(0) }, response: undefined };
      }
      const { taskToken, output } = args.input as { taskToken: string; output: string };
      if (stepFunctionsFault.next !== undefined) throw stepFunctionsFault.next;
      if (timedOut.has(taskToken)) throw new TaskTimedOut({ message: 'timed out', $metadata: {} });
      timedOut.add(taskToken);
      resumed.push({ taskToken, outcome: JSON.parse(output).outcome });
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'initialize' },
  );

  const s3 = bucketOf(objects);
  const deps = posting({
    store,
    ses,
    s3,
    stepFunctions,
    sender: 'noreply@jaring.example',
    replyTo: 'balasan@balasan.jaring.example',
    texts: { client: textClient, from: 'arn:aws:sms-voice:ap-southeast-3:000000000000:sender-id/JARING/ID' },
    linkBaseUrl: 'https://jaring.example/',
    uploadsBucket: 'uploads',
    uploads: { s3, bucket: 'uploads' },
    bankBucket: 'bank',
    codeSecrets: async () => codeSecrets,
    logger: { warn: () => {} },
  });

  await store.commit({
    journal: 'settings',
    now: at(0),
    events: [],
    changes: officers.flatMap((officer) => store.people.put(officer)),
  });

  /** The schedule of an ask that is planned now. */
  const planned = async (id: string, kind: AskKind, now: string) =>
    askPlan(kind, packOf(await store.proposals.get(id)), now, indonesia);

  /** One turn of an ask, as the state machine calls for it. @returns the token that the state waits with */
  const turn = async (
    id: string,
    kind: AskKind,
    key: string,
    number = 0,
    role?: Role,
    now = at(10 + number),
  ) => {
    const taskToken = `token ${id} ${kind} ${key} ${number}`;
    const about = aboutOf(kind, key);
    const known = await store.asks.find(id, askIdOf(id, kind, about));
    const plan = number > 0 && known !== undefined ? known : await planned(id, kind, now);
    const { turns, expiresAt } = plan;
    const request = {
      subject: { of: 'proposal' as const, id },
      kind,
      about,
      role,
      plan: { turns, expiresAt },
    };
    await runTurn(deps, { ...request, turn: number, taskToken, now });
    return taskToken;
  };

  const secretIn = (mail: SentMail | undefined) =>
    /\/a\/([A-Za-z0-9_-]{43})/.exec(mail?.text ?? '')?.[1] ?? '';

  /** Secrets of the links that were mailed about a proposal to an address, oldest first. */
  const linksOf = (id: string, to?: string) =>
    mails
      .filter((mail) => mail.subject.includes(id) && (to === undefined || mail.to === to))
      .map(secretIn)
      .filter((secret) => secret !== '');

  /** GET of a link. */
  const get = async (secret: string) => {
    const opened = await openLink(store, secret, at(60));
    if (opened === undefined) return unknownLinkPage();
    return opened === 'too-old' ? oldLinkPage() : pageOf(deps, opened);
  };

  const bodyOf = (fields: Record<string, string | string[]>) =>
    new URLSearchParams(
      Object.entries(fields).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    ).toString();

  /** POST of a link. */
  const post = (secret: string, fields: Record<string, string | string[]>, now = at(60)) =>
    submitAnswer(deps, { secret, body: bodyOf(fields), now });

  /** POST below a link, which delegates the ask. */
  const delegate = (secret: string, fields: Record<string, string | string[]>, now = at(60), using = deps) =>
    submitReassignment(using, { secret, body: bodyOf(fields), now });

  /** Changes the directory, as an import of people.json does. */
  const direct = (change: { put?: Person[]; remove?: string[] }, now = at(9)) =>
    store.commit({
      journal: 'settings',
      now,
      events: [],
      changes: [
        ...(change.put ?? []).flatMap(store.people.put),
        ...(change.remove ?? []).map(store.people.remove),
      ],
    });

  /** What a person's authenticator shows at a moment. They enrol it by the link in their mail, the day before. */
  const enrol = async (personId: string, now = at(-1440)): Promise<(moment: string) => string> => {
    const known = authenticators.get(personId);
    if (known !== undefined) return known;
    const found = await store.people.get(personId);
    if (found === undefined) throw new Error(`no one is ${personId}`);
    await inviteToEnrol(deps, found, { occasion: `test ${mails.length}`, now, again: true });
    const code = await enrolBy(enrolmentsOf(found.email).at(-1) ?? '', now);
    authenticators.set(personId, code);
    return code;
  };
  const authenticators = new Map<string, (moment: string) => string>();

  /** Secrets of the links to enrol that were mailed to an address, oldest first. */
  const enrolmentsOf = (to: string) =>
    mails
      .filter((mail) => mail.to === to)
      .flatMap(({ text }) => /\/kode\/([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? []);

  const postProof = (secret: string, fields: Record<string, string>, now = at(60)) =>
    takeProof(deps, { secret, body: new URLSearchParams(fields).toString(), now });

  const enrolBy = async (secret: string, now: string) => {
    const { body } = await postProof(secret, { show: 'qr' }, now);
    const uri = parse(body).querySelector('a[href^=otpauth]')?.getAttribute('href') ?? '';
    const authenticator = URI.parse(uri);
    if (!(authenticator instanceof TOTP)) throw new Error('no TOTP');
    const code = (moment: string) => authenticator.generate({ timestamp: Date.parse(moment) });
    const proved = await postProof(secret, { code: code(now) }, now);
    if (proved.statusCode !== 303) throw new Error(`not enrolled: ${proved.body}`);
    return code;
  };

  /** An upload by the form for this paper. */
  const upload = (id: string, kind: AskKind, key: string, type: string, name: string, bytes: Uint8Array) =>
    objects.set(`evidence/${id}/${idOfAsk(id, kind, key)}/${type}/${name}`, bytes);

  const submitted = async (group: number, change?: (packet: PacketInput) => void) => {
    const packet = packetOf(group, change);
    const { id } = await scene.submitted(`people-${group}`, packet);
    // `foundFile` gives each file the hash of its name.
    for (const { name } of packet.attachments)
      objects.set(packetKeys(`people-${group}`).attachment(name), Buffer.from(name));
    return id;
  };

  const actions = async (proposalId: string) =>
    (await store.audit.list({ proposalId })).map(({ action }) => action);

  return {
    ...{
      scene,
      store,
      deps,
      mails,
      texts,
      refusedNumbers,
      objects,
      resumed,
      started,
      stepFunctionsFault,
      timedOut,
      planned,
    },
    ...{ turn, linksOf, get, post, delegate, direct, upload, submitted, actions },
    ...{ enrol, enrolBy, enrolmentsOf, postProof },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
