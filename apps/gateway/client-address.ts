import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const lists = new WeakMap<readonly string[], BlockList>();

/** Addresses and networks (`10.0.0.0/8`) as one list; what is neither is left out. */
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

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

const isProxy = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The phone's address: the last one in X-Forwarded-For that is no trusted proxy, if a trusted proxy says so. */
export function addressOf(request: IncomingMessage, trustedProxies: readonly string[]): string {
  const header = request.headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  if (header === undefined) return plain(peer);
  const list = listOf(trustedProxies);
  const chain = [...String(header).split(','), peer];
  let address = '';
  for (const hop of chain.reverse().map((part) => plain(part.trim()))) {
    address = hop || address;
    if (!isProxy(list, address)) break;
  }
  return address;
}

/** Whether the request comes straight from a trusted proxy, whose forwarding headers may be believed. */
export const isTrustedPeer = (request: IncomingMessage, trustedProxies: readonly string[]): boolean =>
  isProxy(listOf(trustedProxies), plain(request.socket.remoteAddress ?? ''));
