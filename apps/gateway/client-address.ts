import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Configuration } from '#ops';

const lists = new WeakMap<readonly string[], BlockList>();

/** Addresses and networks (`10.0.0.0/8`) as one list; the configuration has none that is neither. */
function listOf(proxies: readonly string[]): BlockList {
  let list = lists.get(proxies);
  if (list) return list;
  list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) continue;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  lists.set(proxies, list);
  return list;
}

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const isProxy = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

interface Listen {
  readonly trustedProxies: readonly string[];
  readonly forwardedBy: Configuration['listen']['forwardedBy'];
}

/** The phone's address: the last one forwarded that is no trusted proxy, if a trusted proxy says so. */
export function addressOf(request: IncomingMessage, { trustedProxies, forwardedBy }: Listen): string {
  const peer = request.socket.remoteAddress ?? '';
  const header = request.headers[forwardedBy];
  if (header === undefined) return plain(peer);
  const list = listOf(trustedProxies);
  const hops =
    forwardedBy === 'forwarded' ? forwardedFor(String(header)) : String(header).split(',').map(withoutPort);
  let address = '';
  for (const hop of [...hops, peer].reverse().map((part) => plain(part.trim()))) {
    address = hop || address;
    if (!isProxy(list, address)) break;
  }
  return address;
}

/** Some proxies tell a port as well (`203.0.113.9:4711`, `[2001:db8::1]:4711`). */
function withoutPort(text: string): string {
  const hop = text.trim();
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** The addresses of a Forwarded header (RFC 7239 4), in their order; a hop that tells none is an empty one. */
function forwardedFor(header: string): string[] {
  const elements = header.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return elements.map((element) => {
    const [, quoted, token = ''] = /(?:^|;)\s*for=(?:"((?:[^"\\]|\\.)*)"|([^;,\s]*))/i.exec(element) ?? [];
    return withoutPort(quoted?.replace(/\\(.)/g, '$1') ?? token);
  });
}

/** Whether the request comes straight from a trusted proxy, whose forwarding headers may be believed. */
export const isTrustedPeer = (request: IncomingMessage, trustedProxies: readonly string[]): boolean =>
  isProxy(listOf(trustedProxies), plain(request.socket.remoteAddress ?? ''));
