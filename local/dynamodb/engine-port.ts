/** What a DynamoDB engine is to the gateway's service. */

/** One call, its input parsed. */
export interface DynamoDbCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface DynamoDbAnswer {
  readonly status: number;
  /** JSON, as the protocol has it. */
  readonly body: string;
  /** Capacity units consumed; nothing for a call that was refused or consumes none. */
  readonly units?: number;
}

/** A running engine. */
export interface DynamoDbEngine {
  /** @throws {AwsError} when the engine itself fails; what DynamoDB refuses is an answer */
  call(call: DynamoDbCall): Promise<DynamoDbAnswer>;
  stop(): Promise<void>;
}
