import { lookup, resolveSrv } from 'node:dns/promises';
import { domainOf, mobileSyncRequest, placesOf, POX_PATH, readPoxReply } from '#discovery';
import { askPlace, type AskPlace, type PlaceAnswer } from './ask-place.js';
import { diagnose } from './diagnosis.js';
import { StepFailed, type Finding } from './step.js';

/** What the name servers know. */
export interface Names {
  /** Whether the host has an address. */
  hasAddress(host: string): Promise<boolean>;
  /** Targets of an SRV record, best first. */
  srv(name: string): Promise<readonly { readonly host: string; readonly port: number }[]>;
}

const noRecord = (): readonly never[] => [];

export const systemNames: Names = {
  async hasAddress(host) {
    // As the connection will resolve it: /etc/hosts counts.
    return (await lookup(host, { all: true }).catch(noRecord)).length > 0;
  },
  async srv(name) {
    const records = await resolveSrv(name).catch(noRecord);
    return [...records]
      .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map(({ name: host, port }) => ({ host, port }));
  },
};

export interface DiscoveryOptions {
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly insecure: boolean;
  readonly names?: Names;
  readonly ask?: AskPlace;
}

/** A step of the examination, before there is a URL to examine. */
export type DiscoveryStep = readonly [name: string, title: string, run: () => Promise<Finding>];

const MAX_REDIRECTS = 5;
/** Days before its end at which a certificate should have been renewed. */
const RENEW_BEFORE = 14;
const MILLISECONDS_A_DAY = 86_400_000;

/** Finds the server of a mail address as a phone would: Autodiscover at the domain, at its host, by SRV. */
export class Discovery {
  /** The server, once it is found. */
  url: string | null = null;
  private readonly names: Names;
  private readonly ask: AskPlace;
  private places: string[] = [];
  private certificateEnds: Date | null = null;
  private readonly failures: string[] = [];

  constructor(private readonly options: DiscoveryOptions) {
    this.names = options.names ?? systemNames;
    this.ask = options.ask ?? askPlace;
  }

  get steps(): readonly DiscoveryStep[] {
    return [
      ['dns', 'DNS', () => this.lookUp()],
      ['autodiscover', 'Autodiscover', () => this.discover()],
      ['certificate', 'Certificate', () => this.lookAtCertificate()],
    ];
  }

  private async lookUp(): Promise<Finding> {
    const { address } = this.options;
    const domain = domainOf(address);
    const { direct, redirecting, srv } = placesOf(address);
    const [atDomain, atHost, records] = await Promise.all([
      this.names.hasAddress(domain),
      this.names.hasAddress(`autodiscover.${domain}`),
      this.names.srv(srv),
    ]);
    this.places = [
      ...(atDomain ? direct.slice(0, 1) : []),
      ...(atHost ? [...direct.slice(1), redirecting] : []),
      ...records.map(({ host, port }) => `https://${host}${port === 443 ? '' : `:${port}`}${POX_PATH}`),
    ];
    const found = [
      ...(atDomain ? [domain] : []),
      ...(atHost ? [`autodiscover.${domain}`] : []),
      ...records.map(({ host, port }) => `SRV ${host}:${port}`),
    ];
    if (found.length === 0) {
      throw new StepFailed(`Nothing in DNS says where the server of ${domain} is.`, whatToPutInDns(domain));
    }
    return { detail: found.join(', ') };
  }

  private async discover(): Promise<Finding> {
    const { address } = this.options;
    for (const place of this.places) {
      const url = await this.askAt(place, address);
      if (url === null) continue;
      this.url = url;
      const isSrv = !placesOf(address).direct.includes(place);
      return {
        detail: `${url} (asked at ${place})`,
        advice: isSrv
          ? ['Found by a redirect or an SRV record: phones ask their user before they follow it.']
          : [],
      };
    }
    throw new StepFailed(`Autodiscover of ${domainOf(address)} gives no server.`, [
      ...this.failures,
      ...whatToPutInDns(domainOf(address)),
    ]);
  }

  /** Null if this place knows nothing; why is noted. */
  private async askAt(place: string, address: string, redirects = 0): Promise<string | null> {
    if (redirects > MAX_REDIRECTS) return this.failed(place, 'sends in circles');
    let answer: PlaceAnswer;
    try {
      answer = await this.ask({
        url: place,
        post: this.postFor(place, address),
        insecure: this.options.insecure,
      });
    } catch (error) {
      const { reason } = diagnose(error, { url: new URL(place), user: this.options.user });
      return this.failed(place, reason);
    }
    if (answer.status >= 301 && answer.status <= 308 && answer.location !== undefined) {
      const next = new URL(answer.location, place).href;
      // A password is only sent where nobody on the way can read it.
      if (!next.startsWith('https:')) return this.failed(place, `sends to ${next}, which is not TLS`);
      return this.askAt(next, address, redirects + 1);
    }
    if (answer.status === 401) {
      if (!place.startsWith('https:')) return this.failed(place, 'wants a password in clear');
      return this.failed(place, `HTTP 401: the password of ${this.options.user} is not accepted`);
    }
    if (answer.status !== 200) return this.failed(place, `HTTP ${answer.status}`);
    return this.read(place, answer, redirects);
  }

  private postFor(place: string, address: string) {
    const { user, password } = this.options;
    return place.startsWith('https:') ? { body: mobileSyncRequest(address), user, password } : null;
  }

  private async read(place: string, answer: PlaceAnswer, redirects: number): Promise<string | null> {
    const reply = readPoxReply(answer.body);
    switch (reply.kind) {
      case 'settings':
        this.certificateEnds = answer.certificateEnds;
        return reply.url;
      case 'redirect': {
        const { direct } = placesOf(reply.address);
        for (const next of direct) {
          const url = await this.askAt(next, reply.address, redirects + 1);
          if (url !== null) return url;
        }
        return null;
      }
      case 'error':
        return this.failed(place, `refuses: ${reply.reason}`);
      case 'unreadable':
        return this.failed(place, `is no Autodiscover (${reply.reason})`);
    }
  }

  private failed(place: string, why: string): null {
    this.failures.push(`${place}: ${why}`);
    return null;
  }

  private async lookAtCertificate(): Promise<Finding> {
    if (this.url?.startsWith('http:')) {
      throw new StepFailed(`The server is told as ${this.url}: passwords would travel in clear.`, [
        'Put a proxy with TLS in front and set listen.publicUrl to its https:// address.',
      ]);
    }
    if (this.certificateEnds === null) return { detail: 'not looked at' };
    const days = Math.floor((this.certificateEnds.getTime() - Date.now()) / MILLISECONDS_A_DAY);
    const isLate = days < RENEW_BEFORE;
    return {
      detail: `good for ${days} days`,
      advice: isLate ? [`It ends in ${days} days, and phones stop at once when it has: renew it.`] : [],
    };
  }
}

/** Any one of these lets phones find the server. */
const whatToPutInDns = (domain: string): string[] => [
  `Put one of these in the zone of ${domain} (mail.${domain} stands for this server):`,
  `  autodiscover.${domain}.       CNAME  mail.${domain}.`,
  `  _autodiscover._tcp.${domain}. SRV    0 0 443 mail.${domain}.`,
  `The certificate must have the name autodiscover.${domain} for the first. Or let the web server of ${domain} pass`,
  `${POX_PATH} on to this server. Until then give the server with --url.`,
];
