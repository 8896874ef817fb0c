import type { IncomingMessage } from 'node:http';
import { addressOf } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  }) as IncomingMessage;

const trusting = {
  trustedProxies: ['127.0.0.1', '::1', '10.0.0.0/8', '2001:db8::/32'],
  forwardedBy: 'x-forwarded-for',
} as const;

describe('the address failures are counted by', () => {
  it('is the socket where nobody we trust says otherwise: a guesser cannot choose his own', () => {
    expect(addressOf(from('203.0.113.9'), trusting)).toBe('203.0.113.9');
    expect(addressOf(from('203.0.113.9', '198.51.100.1'), trusting)).toBe('203.0.113.9');
    expect(addressOf(from('127.0.0.1', '198.51.100.1'), { ...trusting, trustedProxies: [] })).toBe(
      '127.0.0.1',
    );
  });

  it('is what the trusted proxy next to it saw, not what the phone claims beyond', () => {
    expect(addressOf(from('127.0.0.1', '198.51.100.1'), trusting)).toBe('198.51.100.1');
    expect(addressOf(from('10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9'), trusting)).toBe('198.51.100.1');
    expect(addressOf(from('2001:db8::5', '2001:4860::8'), trusting)).toBe('2001:4860::8');
  });

  it('is a mapped IPv4 address in its plain form', () => {
    expect(addressOf(from('::ffff:127.0.0.1', '::ffff:198.51.100.1'), trusting)).toBe('198.51.100.1');
  });

  it('is the outermost hop where all are proxies, and anything in a broken header ends the search', () => {
    expect(addressOf(from('127.0.0.1', '10.0.0.7, 10.0.0.8'), trusting)).toBe('10.0.0.7');
    expect(addressOf(from('127.0.0.1', 'unknown'), trusting)).toBe('unknown');
    expect(addressOf(from('127.0.0.1', ' , '), trusting)).toBe('127.0.0.1');
  });

  it('is read from Forwarded only where the proxies write that: a phone may send the other header itself', () => {
    const forwarded = (value: string): IncomingMessage =>
      ({
        headers: { forwarded: value, 'x-forwarded-for': '192.0.2.66' },
        socket: { remoteAddress: '::1' },
      }) as never;
    const how = { ...trusting, forwardedBy: 'forwarded' } as const;
    expect(addressOf(forwarded('for=198.51.100.1;proto=https'), how)).toBe('198.51.100.1');
    expect(addressOf(forwarded('for=1.1.1.1, For="[2001:4860::8]:4711", for=10.0.0.9'), how)).toBe(
      '2001:4860::8',
    );
    expect(addressOf(forwarded('for="a, for=10.0.0.1";by=x'), how)).toBe('a, for=10.0.0.1');
    expect(addressOf(forwarded('for=198.51.100.1'), trusting)).toBe('192.0.2.66');
  });
});
