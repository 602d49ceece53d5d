/**
 * Which route a request takes: full matches before `{param}`, those before `{proxy+}`, `$default` last.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */

export interface Route<T> {
  /** As declared: `GET /a/{secret}`, `ANY /x`, `$default`. */
  readonly key: string;
  readonly target: T;
}

export interface RouteMatch<T> {
  readonly route: Route<T>;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** @param path decoded */
export function matchRoute<T>(
  routes: readonly Route<T>[],
  method: string,
  path: string,
): RouteMatch<T> | undefined {
  let best: (RouteMatch<T> & { rank: string }) | undefined;
  const segments = path.split('/').slice(1);
  for (const route of routes) {
    const [routeMethod = '', routePath] = route.key.split(' ');
    if (routePath === undefined) continue;
    if (routeMethod !== 'ANY' && routeMethod !== method) continue;
    const match = matchPath(routePath.split('/').slice(1), segments);
    if (!match) continue;
    const rank = `${match.rank}${routeMethod === 'ANY' ? 1 : 0}`;
    if (!best || rank < best.rank) best = { route, pathParameters: match.parameters, rank };
  }
  if (best) return { route: best.route, pathParameters: best.pathParameters };
  const fallback = routes.find((route) => route.key === '$default');
  return fallback && { route: fallback, pathParameters: {} };
}

/** The rank has one digit a segment, 0 for a literal, 1 for a parameter, 2 for the greedy one: smaller is more exact. */
function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): { parameters: Record<string, string>; rank: string } | undefined {
  const parameters: Record<string, string> = {};
  let rank = '';
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      const rest = segments.slice(index).join('/');
      if (rest === '') return undefined;
      return { parameters: { ...parameters, [greedy]: rest }, rank: `${rank}2` };
    }
    if (segment === undefined) return undefined;
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== segment) return undefined;
      rank += '0';
    } else {
      if (segment === '') return undefined;
      parameters[name] = segment;
      rank += '1';
    }
  }
  return segments.length === pattern.length ? { parameters, rank } : undefined;
}
