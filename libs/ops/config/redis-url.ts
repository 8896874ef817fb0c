/** One server of Redis, as a URL names it. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
}

/** What the URL of a Redis says: one server, a cluster by some of its nodes, or a master that sentinels know. */
export type RedisPlace = Access &
  (
    | { readonly kind: 'server'; readonly node: RedisNode; readonly db: number }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] }
    | {
        readonly kind: 'sentinel';
        readonly nodes: readonly RedisNode[];
        readonly master: string;
        readonly db: number;
        /** Where the sentinels want a password of their own: `?sentinelPassword=`. */
        readonly sentinelPassword?: string;
      }
  );

/** The URL of a Redis cannot be understood. The message says what is wrong with it, and repeats nothing secret. */
export class RedisUrlInvalid extends Error {
  override readonly name = 'RedisUrlInvalid';
}

const FORMS =
  'redis://host:port/db, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master (rediss for TLS)';
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;
const shape =
  /^(?<scheme>rediss?)(?:-(?<kind>cluster|sentinel))?:\/\/(?:(?<login>[^@/?]*)@)?(?<hosts>[^/?#]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

const hostAndPort = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;

function nodesOf(hosts: string, standard: number): RedisNode[] {
  return hosts.split(',').map((text, index) => {
    // An IPv6 address stands in brackets, as in any URL.
    const [, bracketed, plain, port] = hostAndPort.exec(text) ?? [];
    const host = bracketed ?? plain;
    const number = Number(port ?? standard);
    // What stands there is not repeated: it may be the rest of a password with an @ or / in it.
    if (host === undefined || number < 1 || number > 65_535)
      throw new RedisUrlInvalid(
        `host ${index + 1} is no host:port (a password's special characters are percent-encoded); expected ${FORMS}`,
      );
    return { host, port: number };
  });
}

function databaseOf(text: string): number {
  if (!/^\d*$/.test(text))
    throw new RedisUrlInvalid('the database of a Redis is a number, as in redis://host:port/2');
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlInvalid('its user or password holds a % that encodes nothing; write %25 for it');
  }
}

/** `user:password`, `:password` or `user`, with what is special in URLs percent-encoded. */
function loginOf(login: string | undefined): Pick<Access, 'username' | 'password'> {
  if (login === undefined || login === '') return {};
  const colon = login.indexOf(':');
  const username = decoded(colon < 0 ? login : login.slice(0, colon));
  const password = colon < 0 ? '' : decoded(login.slice(colon + 1));
  return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

type Sentinels = Extract<RedisPlace, { kind: 'sentinel' }>;

function sentinelsOf(path: string, query: string): Omit<Sentinels, 'nodes' | keyof Access> {
  if (path === '')
    throw new RedisUrlInvalid(
      'sentinels are asked for a master by its name: redis-sentinel://host:port,host:port/name',
    );
  const parameters = new URLSearchParams(query);
  const sentinelPassword = parameters.get('sentinelPassword');
  return {
    ...{ kind: 'sentinel', master: decoded(path), db: databaseOf(parameters.get('db') ?? '') },
    ...(sentinelPassword !== null && { sentinelPassword }),
  };
}

/** Reads the URL of a Redis. Throws RedisUrlInvalid. */
export function parseRedisUrl(url: string): RedisPlace {
  const { scheme, kind, login, hosts = '', path = '', query = '' } = shape.exec(url)?.groups ?? {};
  if (scheme === undefined) throw new RedisUrlInvalid(`expected ${FORMS}`);
  const access: Access = { tls: scheme === 'rediss', ...loginOf(login) };
  const nodes = nodesOf(hosts, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT);
  if (kind === 'sentinel') return { ...access, nodes, ...sentinelsOf(path, query) };
  if (kind === 'cluster') {
    if (path !== '') throw new RedisUrlInvalid('a Redis Cluster has no databases: nothing follows its hosts');
    return { kind, ...access, nodes };
  }
  const [node, ...others] = nodes;
  if (!node || others.length > 0)
    throw new RedisUrlInvalid(`redis:// names one host; several are a cluster or sentinels: ${FORMS}`);
  return { kind: 'server', ...access, node, db: databaseOf(path) };
}
