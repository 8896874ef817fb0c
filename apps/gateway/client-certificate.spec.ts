import type { IncomingMessage } from 'node:http';
import { loadConfiguration } from '#ops';
import { clientCertificate } from './client-certificate.js';

/** O=Acme, CN=ada; email ada@example.org, UPN ada@corp.example; good for a hundred years. */
const DER = [
  'MIIB0TCCAXegAwIBAgIUHJ9vSl0CazF5xCT+5rAhBtvSvjswCgYIKoZIzj0EAwIwHTENMAsGA1UECgwEQWNtZTEM',
  'MAoGA1UEAwwDYWRhMCAXDTI2MTEyMzA2MDMyNloYDzIxMjYxMDMwMDYwMzI2WjAdMQ0wCwYDVQQKDARBY21lMQww',
  'CgYDVQQDDANhZGEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR1j9Mv4su8XPhbVN78ICfUmv0mNZcjfDT7yCSY',
  'LoT7uZi1/edkZtamT3G6KOQwlOlRWj7DqtCzoZLkt0ByM6u9o4GSMIGPMB0GA1UdDgQWBBRg7BV/N+FYUv8KRHPR',
  'tcxRLHgDUTAfBgNVHSMEGDAWgBRg7BV/N+FYUv8KRHPRtcxRLHgDUTAPBgNVHRMBAf8EBTADAQH/MDwGA1UdEQQ1',
  'MDOBD2FkYUBleGFtcGxlLm9yZ6AgBgorBgEEAYI3FAIDoBIMEGFkYUBjb3JwLmV4YW1wbGUwCgYIKoZIzj0EAwID',
  'SAAwRQIhAIxoqbqxKbnWs8A3bfCco/i+4zJaGiVsBftUicMFLyvgAiACY1RvMT5jLqjVjmDAVfzn7HaEaSylQfD+',
  'FLmbRMzZDg==',
].join('');
const PEM = `-----BEGIN CERTIFICATE-----\n${DER}\n-----END CERTIFICATE-----\n`;

const listen = (more = '') =>
  loadConfiguration({
    env: { GODWIT_LISTEN_CLIENT_CERTIFICATE: `{ header: X-Client-Cert ${more} }` },
  }).configuration.listen;

const from = (remoteAddress: string, ...values: string[]): IncomingMessage =>
  ({
    headersDistinct: values.length > 0 ? { 'x-client-cert': values } : {},
    socket: { remoteAddress },
  }) as never;

const proxy = '127.0.0.1';
const told = { kind: 'told', names: ['ada@example.org'] };

describe('a client certificate', () => {
  it('is read as each proxy writes it', () => {
    const forms = {
      nginx: encodeURIComponent(PEM),
      traefik: encodeURIComponent(DER),
      'RFC 9440': `:${DER}:`,
      envoy: `Hash=00;Cert="${encodeURIComponent(PEM)}";Subject="CN=ada"`,
    };
    for (const value of Object.values(forms))
      expect(clientCertificate(from(proxy, value), listen())).toEqual(told);
  });

  it('names its user where the configuration says', () => {
    const names = (userFrom: string) =>
      clientCertificate(from(proxy, DER), listen(`, userFrom: ${userFrom}`));
    expect(names('upn')).toEqual({ kind: 'told', names: ['ada@corp.example'] });
    expect(names('cn')).toEqual({ kind: 'told', names: ['ada'] });
  });

  it('from anybody but a trusted proxy is an attempt to be somebody else, and refused', () => {
    const reason = 'untrusted-peer';
    expect(clientCertificate(from('203.0.113.9', DER), listen())).toEqual({ kind: 'refused', reason });
    expect(clientCertificate(from('203.0.113.9', DER), listen(', mode: bound'))).toEqual({
      kind: 'refused',
      reason,
    });
  });

  it('that is missing, doubled or unreadable is none', () => {
    const refused = (reason: string) => ({ kind: 'refused', reason });
    expect(clientCertificate(from(proxy), listen())).toEqual(refused('missing'));
    expect(clientCertificate(from(proxy), listen(', mode: bound'))).toEqual({ kind: 'none' });
    expect(clientCertificate(from(proxy, DER, DER), listen())).toEqual(refused('more-than-one'));
    for (const value of ['x', '%', `${DER},${DER}`, `Cert="${DER}",Cert="${DER}"`, 'A'.repeat(40_000)])
      expect(clientCertificate(from(proxy, value), listen())).toEqual(refused('unreadable'));
  });
});
