/**
 * How many requests a route takes: a bucket of tokens for each, which a stage's settings fill.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
import { numberOf, objectOf } from '../declared-resource.ts';

interface Limit {
  /** Tokens in a full bucket. */
  readonly burst: number;
  /** Tokens a second. */
  readonly rate: number;
}

/** What an account has for all of its APIs, where a stage does not say. */
const ofAccount: Limit = { burst: 5000, rate: 10_000 };

export class Throttle {
  readonly #default: Limit;
  readonly #routes: ReadonlyMap<string, Limit>;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** @param stage the stage's properties */
  constructor(stage: Readonly<Record<string, unknown>> = {}) {
    this.#default = limitOf(stage.DefaultRouteSettings, ofAccount);
    const routes = Object.entries(objectOf(stage.RouteSettings));
    this.#routes = new Map(routes.map(([key, settings]) => [key, limitOf(settings, this.#default)]));
  }

  /**
   * Takes a token for a request.
   * @param now ms
   * @returns false when there is none left: the request is one too many
   */
  admits(routeKey: string, now: number): boolean {
    const { burst, rate } = this.#routes.get(routeKey) ?? this.#default;
    const { tokens, at } = this.#buckets.get(routeKey) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    const admitted = filled >= 1;
    this.#buckets.set(routeKey, { tokens: admitted ? filled - 1 : filled, at: now });
    return admitted;
  }
}

function limitOf(settings: unknown, otherwise: Limit): Limit {
  const { ThrottlingBurstLimit, ThrottlingRateLimit } = objectOf(settings);
  return {
    burst: numberOf(ThrottlingBurstLimit) ?? otherwise.burst,
    rate: numberOf(ThrottlingRateLimit) ?? otherwise.rate,
  };
}
