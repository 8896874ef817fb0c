import { commands, encodeToBuffer } from '#eas';
import { command, GatewayStage } from './testing/gateway-stage.js';

let stage: GatewayStage;
beforeEach(async () => void (stage = await GatewayStage.open()));
afterEach(() => stage.close());

it('an answer counts with its command, its statuses, its version and the time to its first byte', async () => {
  const folderSync = await encodeToBuffer(
    commands.FolderSync.request,
    { SyncKey: 'never given' },
    { version: 141 },
  );
  await stage.call({ query: command('FolderSync'), body: folderSync });
  const sync = await encodeToBuffer(
    commands.Sync.request,
    { Collections: { Collection: [{ SyncKey: '5', CollectionId: 'm99' }] } },
    { version: 141 },
  );
  await stage.call({ query: command('Sync'), body: sync });
  const { body } = await stage.metrics.exposition();
  expect(body).toContain('godwit_requests_total{command="FolderSync",status="200",version="14.1"} 1');
  expect(body).toContain('godwit_first_byte_seconds_count{command="FolderSync"} 1');
  // MS-ASCMD 2.2.3.177.5: 9 is a key that is not known; a collection that is not there is 12, or its key 3.
  expect(body).toContain('godwit_eas_status_total{command="FolderSync",status="9"} 1');
  expect(body).toMatch(/godwit_eas_status_total\{command="Sync",status="(3|12)"\} 1/);
});
