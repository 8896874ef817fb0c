import { backendContract, everyFeature, type ContractFeatures } from '#backend/contract';
import { startDovecot, type Dovecot } from '../../../tests/servers/index.js';
import { dovecotFixture } from './testing/dovecot-fixture.js';

/** Servers as they are met: each keeps something to itself that the next one has. */
const variants: readonly { name: string; hide: readonly string[]; deltas: boolean }[] = [
  { name: 'IMAP with all extensions', hide: [], deltas: true },
  { name: 'IMAP without QRESYNC and NOTIFY', hide: ['QRESYNC', 'NOTIFY'], deltas: true },
  {
    name: 'IMAP without CONDSTORE, NOTIFY, LIST-STATUS',
    hide: ['QRESYNC', 'CONDSTORE', 'NOTIFY', 'LIST-STATUS'],
    deltas: false,
  },
  {
    name: 'IMAP without MOVE, UIDPLUS, SPECIAL-USE, ESEARCH, ESORT, WITHIN, LITERAL+, LIST-EXTENDED, IDLE',
    hide: 'MOVE UIDPLUS SPECIAL-USE ESEARCH ESORT WITHIN LITERAL+ LIST-EXTENDED NOTIFY IDLE'.split(' '),
    deltas: true,
  },
];

// Identities by X-GUID, which the list of capabilities does not tell of.
const features: ContractFeatures = everyFeature;

describe.each(variants)('$name', ({ name, hide, deltas }) => {
  let server: Dovecot;
  beforeAll(async () => (server = await startDovecot({ hide })));
  afterAll(() => server.stop());
  backendContract(name, {
    features: { ...features, deltas },
    // Where only polling tells of changes, tests cannot wait as long as a phone can.
    start: () => dovecotFixture(server, { pollInterval: 100 }),
  });
});
