import { backendContract, everyFeature } from '#backend/contract';
import { startCyrus, type Cyrus } from '../../../tests/servers/index.js';
import { imapFixture } from './testing/imap-fixture.js';

let server: Cyrus;
let users = 0;
beforeAll(async () => (server = await startCyrus()));
afterAll(() => server.stop());

backendContract('IMAP at Cyrus', {
  // Nothing short of losing a mailbox makes Cyrus number anew.
  features: { ...everyFeature, renumber: false },
  // Cyrus 3.6 was seen to miss these; the keys are the same as for other words, which it finds.
  unsearchable: ['umlauts in quoted-printable', 'words in HTML'],
  start: () =>
    imapFixture(
      server,
      server.addUser(`user${++users}`),
      { pollInterval: 100 },
      {
        unnameable: /[*%"\\]/,
      },
    ),
});
