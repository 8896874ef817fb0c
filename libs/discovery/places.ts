import { Schema } from './schemas.js';

/** The paths of Autodiscover; clients write them in any case. */
export const POX_PATH = '/autodiscover/autodiscover.xml';
export const JSON_PATH = '/autodiscover/autodiscover.json';
export const ACTIVE_SYNC_PATH = '/Microsoft-Server-ActiveSync';

/** Where a phone asks for a domain, in its order (MS-ASCMD 3.1.5.1.1.1 and following). */
export interface Places {
  readonly direct: readonly string[];
  /** Asked by GET without a password, for the redirect it gives. */
  readonly redirecting: string;
  /** The SRV record that names another host. */
  readonly srv: string;
}

export const domainOf = (address: string): string =>
  address.slice(address.lastIndexOf('@') + 1).toLowerCase();

export function placesOf(address: string): Places {
  const domain = domainOf(address);
  return {
    direct: [`https://${domain}${POX_PATH}`, `https://autodiscover.${domain}${POX_PATH}`],
    redirecting: `http://autodiscover.${domain}${POX_PATH}`,
    srv: `_autodiscover._tcp.${domain}`,
  };
}

/** What a phone asks with. */
export const mobileSyncRequest = (address: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<Autodiscover xmlns="${Schema.mobileSyncRequest}"><Request>` +
  `<EMailAddress>${address.replace(/[&<>]/g, '')}</EMailAddress>` +
  `<AcceptableResponseSchema>${Schema.mobileSyncResponse}</AcceptableResponseSchema></Request></Autodiscover>\n`;
