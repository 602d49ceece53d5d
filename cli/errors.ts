/** Errors that are shown to the user as they are: one or more plain sentences, and an exit code, 1 as a rule. */

/** Something that the user can understand and correct; its message says how. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  /** What the process ends with. */
  readonly exitCode: number = 1;
}

/** A name on the command line that nothing bears; the message lists what there is. */
export class UnknownName extends CommandError {
  override readonly name = 'UnknownName';
  override readonly exitCode = 2;
  constructor(what: string, name: string, known: readonly string[]) {
    super(`There is no ${what} "${name}". There is: ${known.length === 0 ? 'none' : known.join(', ')}.`);
  }
}

/** No cloud is running from this state directory. */
export class NoCloudRunning extends CommandError {
  override readonly name = 'NoCloudRunning';
  constructor(home: string) {
    super(`No embedded cloud is running from ${home}. Start one with: npm start`);
  }
}

/** Another process uses the state directory. */
export class CloudAlreadyRunning extends CommandError {
  override readonly name = 'CloudAlreadyRunning';
  constructor(endpoint: string, pid: number) {
    super(
      `A cloud is running already at ${endpoint} (process ${pid}). Stop it first, or give another --home.`,
    );
  }
}

/** There is no such proposal. */
export class NoSuchProposal extends CommandError {
  override readonly name = 'NoSuchProposal';
  constructor(id: string) {
    super(`There is no proposal ${id}. See them all with: npm run jaring -- list`);
  }
}

/** An argument or option cannot be read. */
export class UnreadableArgument extends CommandError {
  override readonly name = 'UnreadableArgument';
  constructor(what: string, value: string, expected: string) {
    super(`${what} "${value}" cannot be read; expected ${expected}.`);
  }
}
