import { isIP } from 'node:net';
import { z } from 'zod';
import { key } from './declare.js';

/** A wrong network would otherwise be no network: the proxy is not believed, and all phones share its address. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}

/** Where phones connect through proxies. */
export const proxyKeys = {
  trustedProxies: key(
    z
      .array(
        z
          .string()
          .refine(isNetwork, { error: 'expected an address or a network such as 10.0.0.0/8 or fd00::/8' }),
      )
      .default(['127.0.0.1', '::1']),
    'Addresses or networks of proxies whose forwarding headers are believed.',
    { expects: 'a list of addresses or networks' },
  ),
  forwardedBy: key(
    z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
    "The header in which trusted proxies tell the phone's address: the one they write themselves. Any other is passed on from phones, and not looked at.",
  ),
  clientCertificate: key(
    z
      .strictObject({
        header: key(
          z.string().regex(/^[A-Za-z0-9-]+$/),
          'The header in which the proxy tells the certificate; it must overwrite or remove one that a phone sends.',
          { expects: 'the name of a header, such as `X-SSL-Client-Cert`' },
        ),
        mode: key(
          z.enum(['required', 'bound']).default('required'),
          "`required`: without a certificate nobody signs in. `bound`: a phone may have none, but one that has one must sign in as the certificate's user.",
        ),
        userFrom: key(
          z.enum(['email', 'upn', 'cn']).default('email'),
          'Where the certificate names its user: `email` and `upn` among its alternative names, `cn` in its subject.',
        ),
      })
      .optional(),
    'Client certificates as a second factor beside the password or token. A proxy that ends TLS checks them, and tells Godwit.',
  ),
};
