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
/**
 * Names that pretend to be several: CN `ada the, first + email:victim@example.org`, email
 * `x", email:victim@example.org`, UPN `ada@corp.example, UPN:victim@corp.example`.
 */
const HOSTILE = [
  'MIICSTCCAe+gAwIBAgIUeUm5x/AaVLeEomGfhvhjamn+SZ4wCgYIKoZIzj0EAwIwTjEYMBYGA1UECgwPQWNtZSwg',
  'Q049dmljdGltMTIwMAYDVQQDDClhZGEgdGhlLCBmaXJzdCArIGVtYWlsOnZpY3RpbUBleGFtcGxlLm9yZzAgFw0y',
  'NjExMjMwNjI4MTNaGA8yMTI2MTAzMDA2MjgxM1owTjEYMBYGA1UECgwPQWNtZSwgQ049dmljdGltMTIwMAYDVQQD',
  'DClhZGEgdGhlLCBmaXJzdCArIGVtYWlsOnZpY3RpbUBleGFtcGxlLm9yZzBZMBMGByqGSM49AgEGCCqGSM49AwEH',
  'A0IABBsk9R5Vjo8Qa3AkTsD3u7/DXJVqcd5RqXVrbnGV999NbCbgubSjqephhAGkSGvHH/nyG5J1k1WG5V81dzj1',
  '0rCjgagwgaUwgYMGA1UdEQR8MHqBHHgiLCBlbWFpbDp2aWN0aW1AZXhhbXBsZS5vcmegOQYKKwYBBAGCNxQCA6Ar',
  'DClhZGFAY29ycC5leGFtcGxlLCBVUE46dmljdGltQGNvcnAuZXhhbXBsZaAfBgorBgEEAYI3FAIDoBEMD2FiQGNv',
  'cnAuZXhhbXBsZTAdBgNVHQ4EFgQU5PT0Nv+iqsRQHEHlMYV+qwKtD0QwCgYIKoZIzj0EAwIDSAAwRQIhAKKAEKJ6',
  'Rgkv8ydhZ1ApOfepLQMGMCGtfOt7qnbTilEhAiAVxrjNpGqPtj4wHUnrmSN4CZcJTEUpFfB0ulQA56VdkQ==',
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

  it('is nobody else by a name with quotes and commas in it', () => {
    const names = (userFrom: string) =>
      clientCertificate(from(proxy, HOSTILE), listen(`, userFrom: ${userFrom}`));
    expect(names('email')).toEqual({ kind: 'told', names: ['x", email:victim@example.org'] });
    expect(names('upn')).toEqual({
      kind: 'told',
      names: ['ada@corp.example, UPN:victim@corp.example', 'ab@corp.example'],
    });
    expect(names('cn')).toEqual({ kind: 'told', names: ['ada the, first + email:victim@example.org'] });
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
