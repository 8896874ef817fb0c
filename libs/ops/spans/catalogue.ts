import { SpanKind } from '@opentelemetry/api';

interface SpanDeclaration<A extends string> {
  readonly kind: SpanKind;
  /** Its name, before what tells it from others of its sort. */
  readonly title: string;
  readonly meaning: string;
  readonly attributes: Readonly<Record<A, string>>;
}

const span = <const A extends string>(declaration: SpanDeclaration<A>): SpanDeclaration<A> => declaration;

/** Every span, by the name the code uses. Attributes hold no content: no addresses, no subjects, no passwords. */
export const spanCatalogue = {
  request: span({
    kind: SpanKind.SERVER,
    title: 'ActiveSync',
    meaning:
      'A request of a phone, until its answer has left. Of one that waited, the time until there was news is in it.',
    attributes: {
      'eas.command': 'Sync, Ping, ...',
      'eas.version': '12.0 to 16.1',
      'eas.device.id': 'as the phone names itself',
      'godwit.tenant': 'once the phone has signed in',
      'godwit.user': 'once the phone has signed in',
      'godwit.waited': 'seconds the phone waited for news',
      'http.request.method': 'POST or OPTIONS',
      'http.response.status_code': 'of the answer',
      'error.type': 'what went wrong, as `godwit_request_failures_total` counts it',
    },
  }),
  ask: span({
    kind: SpanKind.CLIENT,
    title: 'ask',
    meaning: 'A gateway asks the actor of a device: with the time in the queue.',
    attributes: { 'godwit.message': 'what is asked', 'error.type': 'name of the error' },
  }),
  message: span({
    kind: SpanKind.SERVER,
    title: 'actor',
    meaning: 'The actor of a device works on what it was asked.',
    attributes: { 'godwit.message': 'what is asked', 'error.type': 'name of the error' },
  }),
  source: span({
    kind: SpanKind.CLIENT,
    title: 'source',
    meaning:
      'A mail, calendar or contact source does something. Where items are read, with the pace of who reads them.',
    attributes: {
      'godwit.backend': 'imap, maildir, caldav, ...',
      'godwit.operation': 'changes, read, folders, ...',
      'error.type': 'kind of the failure: unavailable, auth, ...',
    },
  }),
  submission: span({
    kind: SpanKind.CLIENT,
    title: 'submit',
    meaning: 'A mail is handed to the submission server.',
    attributes: {
      'godwit.recipients': 'how many',
      'godwit.bytes': 'of the mail',
      'error.type': 'kind of the failure',
    },
  }),
} as const;

export type SpanName = keyof typeof spanCatalogue;
export type SpanAttribute<N extends SpanName> = keyof (typeof spanCatalogue)[N]['attributes'] & string;
