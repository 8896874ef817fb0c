import { UnexpectedAnswer, type Outcome } from '#phone';
import { StepFailed } from './step.js';

/** Where the examination stood when something went wrong. */
export interface Circumstances {
  readonly url: URL;
  readonly user: string;
}

/** Turns any error into a reason and an advice. */
export function diagnose(error: unknown, circumstances: Circumstances): StepFailed {
  if (error instanceof StepFailed) return error;
  if (error instanceof UnexpectedAnswer) return ofOutcome(error.command, error.outcome, circumstances);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known = networkAdvice(code, circumstances);
  if (known) return new StepFailed(known[0], known.slice(1));
  return new StepFailed(error instanceof Error ? error.message : String(error), [
    'This is not a failure the doctor knows. Please report it with the output of --json.',
  ]);
}

type Advice = readonly [reason: string, ...advice: string[]];

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_UNTRUSTED',
]);
const unreachable: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNABORTED',
]);
const notTls: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

function networkAdvice(code: string, { url }: Circumstances): Advice | null {
  const { hostname } = url;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [
      `The name ${hostname} cannot be resolved (${code}).`,
      'Check the spelling, and that the name has an A or AAAA record (dig ' + hostname + ').',
      ...(code === 'EAI_AGAIN'
        ? ['The name server did not answer: check /etc/resolv.conf and the network.']
        : []),
    ];
  }
  if (code === 'ECONNREFUSED') {
    return [
      `Nobody listens on ${hostname}:${port}.`,
      'Check that the server runs (npm start says on which address it listens), and the port.',
      'A server that listens on 127.0.0.1 cannot be reached from elsewhere: set listen.host.',
    ];
  }
  if (unreachable.has(code)) {
    return [
      `${hostname}:${port} does not answer (${code}).`,
      'A firewall drops the packets, or the address is wrong. Open the port, or check the route.',
    ];
  }
  if (untrusted.has(code)) {
    return [
      `The certificate of ${hostname} is not signed by anybody this computer trusts (${code}).`,
      "Install the whole chain on the server (certificate and intermediates; with Let's Encrypt fullchain.pem).",
      'For a private authority set NODE_EXTRA_CA_CERTS; to look past it once use --insecure. Phones look closely.',
    ];
  }
  return tlsAdvice(code, hostname, port) ?? streamAdvice(code, hostname, port);
}

function tlsAdvice(code: string, hostname: string, port: string): Advice | null {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return [
      `The certificate of ${hostname} is not valid today (${code}).`,
      'Renew it and reload the proxy; check the clock of both computers.',
    ];
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return [
      `The certificate is for other names than ${hostname}.`,
      'Use one of the names in the certificate as URL, or get a certificate for this one.',
    ];
  }
  if (notTls.has(code)) {
    return [
      `What listens on ${hostname}:${port} speaks no TLS, or none that can be agreed on (${code}).`,
      'If it is plain HTTP use http:// here, and for phones put a proxy with TLS in front.',
    ];
  }
  return null;
}

function streamAdvice(code: string, hostname: string, port: string): Advice | null {
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return [
      `${hostname}:${port} hung up without an answer.`,
      'With http:// on a TLS port that is what happens: try https://. Else look into the log of server and proxy.',
    ];
  }
  if (code.startsWith('HPE_')) {
    return [
      `What listens on ${hostname}:${port} speaks no HTTP (${code}).`,
      'Check the port: IMAP, SMTP and others greet first.',
    ];
  }
  return null;
}

type Unfit = Exclude<Outcome<never>, { kind: 'document' }>;

function ofOutcome(command: string, outcome: Unfit, circumstances: Circumstances): StepFailed {
  switch (outcome.kind) {
    case 'refused': {
      const [reason, ...advice] = ofHttpStatus(outcome, circumstances, command);
      return new StepFailed(reason, advice);
    }
    case 'malformed':
      return new StepFailed(`HTTP 200, but no ActiveSync answer: ${outcome.reason}`, [
        ...(outcome.text.trimStart().startsWith('<')
          ? ['The server answers with a web page: the path leads to something else than ActiveSync.']
          : []),
        'A proxy that changes or compresses answers on this path breaks them: switch that off there.',
      ]);
    case 'empty':
      return new StepFailed(`HTTP 200 without a body, where ${command} needs one`, [
        'Something in between answers in place of the server, or the server failed without saying so: read its log.',
      ]);
    case 'lost':
    case 'discarded':
      return new StepFailed(`The connection broke off after ${outcome.timing.bytes} bytes of the answer.`, [
        'Look into the log of server and proxy at this moment; a proxy may limit time or size of answers.',
      ]);
  }
}

interface Refusal {
  readonly http: number;
  readonly retryAfter?: number | undefined;
  readonly location?: string | undefined;
}

const PROXY_TIMEOUT =
  'The proxy gave up waiting. Its timeout must be longer than the longest heartbeat: nginx proxy_read_timeout 3600s; ' +
  'Apache ProxyTimeout 3600; HAProxy timeout server 3600s; Traefik and cloud balancers: idle timeout.';

/** Reason and advice for an HTTP status other than 200. */
export function ofHttpStatus(refusal: Refusal, { url, user }: Circumstances, command: string): Advice {
  const { http, retryAfter, location } = refusal;
  const byStatus: Readonly<Record<number, Advice>> = {
    301: moved(http, location),
    302: moved(http, location),
    307: moved(http, location),
    308: moved(http, location),
    400: [
      'HTTP 400: the server does not understand the request.',
      'If the port speaks TLS use https://. Else try another protocol version (--version 14.1).',
    ],
    401: [
      `HTTP 401: the password of ${user} is not accepted.`,
      'Check login and password against the mail server itself. Some want the whole address as login, some the part',
      'before the @, some DOMAIN\\user. With two factors an app password is needed.',
      'If it works there: a proxy may strip the Authorization header (Apache: CGIPassAuth On).',
    ],
    403: [
      `HTTP 403: ${user} may not use ActiveSync here, or not with this device.`,
      'Look for a rule that blocks the user, the device type or the address; a web firewall answers 403 too.',
    ],
    404: [
      `HTTP 404: there is nothing at ${url.pathname}.`,
      'Give the URL with the host only. A proxy has to pass on /Microsoft-Server-ActiveSync as it is.',
    ],
    405: [
      `HTTP 405: ${url.pathname} takes no ${command === 'OPTIONS' ? 'OPTIONS' : 'POST'}.`,
      'Allow OPTIONS and POST on this path in the proxy; a static page stands there otherwise.',
    ],
    413: [
      'HTTP 413: the request is too large.',
      'Raise the limit in the proxy (nginx: client_max_body_size 64m).',
    ],
    449: [
      'HTTP 449 again after provisioning: the server never accepts the policy key it gave.',
      'Is the policy key kept (the same database on all nodes)? Does a proxy drop the header X-MS-PolicyKey?',
    ],
    451: [
      `HTTP 451: the mailbox is elsewhere${location === undefined ? ', and the server does not say where' : `: ${location}`}.`,
      'Use that address. Going in circles, two servers each believe the other has the mailbox.',
    ],
    456: ['HTTP 456: the account is locked.', 'Unlock it in the user directory.'],
    457: ['HTTP 457: the password has expired.', 'Set a new one.'],
    500: ['HTTP 500: the server failed.', 'Its log tells why; look at this moment.'],
    501: ['HTTP 501: the server does not know this command or version.', 'Try --version 14.1.'],
    502: [
      'HTTP 502: the proxy cannot reach the server behind it.',
      'Check that it runs, and its address in the proxy.',
    ],
    503: [
      `HTTP 503: the server has no time${retryAfter === undefined ? '' : `, try again in ${retryAfter} s`}.`,
      'The mail server behind it may be down, or this user or address tried too many wrong passwords.',
    ],
    504: ['HTTP 504: the proxy gave up waiting.', PROXY_TIMEOUT],
    505: ['HTTP 505: the server does not speak this protocol version.', 'Try --version 14.1.'],
  };
  return byStatus[http] ?? [`HTTP ${http} to ${command}.`, 'Look into the log of server and proxy.'];
}

const moved = (http: number, location: string | undefined): Advice => [
  `HTTP ${http}: the server sends browsers to ${location ?? 'somewhere else'}; phones do not follow on a POST.`,
  location?.startsWith('https:') === true
    ? 'Use https:// in the URL.'
    : 'Let the proxy pass /Microsoft-Server-ActiveSync to the server instead of redirecting it.',
];

/** A Ping that somebody ended after this time. */
export const pingCut = (seconds: number, asked: number): StepFailed =>
  new StepFailed(`The held Ping was cut after ${seconds.toFixed(1)} s of ${asked} s.`, [
    ...(seconds > 20 ? [PROXY_TIMEOUT] : []),
    'Phones lose every push this way, and their battery with it. Something between here and the server (proxy, firewall,',
    'NAT) ends quiet connections; or the server itself went down: see its log.',
  ]);
