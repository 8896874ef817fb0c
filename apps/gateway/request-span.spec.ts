import { commands, decode, encodeToBuffer, type DeclaredCommand } from '#eas';
import { eventually } from '#backend/contract';
import { CollectedSpans } from '../../libs/ops/testing/index.js';
import { command, GatewayStage } from './testing/gateway-stage.js';

const TRACE = 'a'.repeat(32);
const told = { traceparent: `00-${TRACE}-${'b'.repeat(16)}-01` };
const ping = { HeartbeatInterval: 3000, Folders: { Folder: [{ Id: 'm1' }] } };

let spans: CollectedSpans;
let stage: GatewayStage;
beforeEach(() => void (spans = new CollectedSpans()));
afterEach(() => stage.close());

const call = async (name: DeclaredCommand, value: unknown, headers: Record<string, string> = {}) => ({
  query: command(name),
  headers,
  body: await encodeToBuffer(commands[name].request, value as never, { version: 141 }),
});

const sync = (SyncKey: string) => ({ Collections: { Collection: [{ SyncKey, CollectionId: 'm1' }] } });

it('a request is one trace, down to the actor; it says who asked for what, and nothing of what was sent', async () => {
  stage = await GatewayStage.open();
  stage.mailbox.deliver('Inbox', Buffer.from('Subject: a secret plan\r\n\r\nhidden words\r\n'));
  await stage.call(await call('FolderSync', { SyncKey: '0' }));
  await stage.call(await call('Sync', sync('0')));
  await eventually(() => spans.named('ActiveSync Sync') !== undefined);
  expect(spans.path('actor Sync')).toEqual(['ActiveSync Sync', 'ask Sync', 'actor Sync']);
  expect(spans.named('ActiveSync Sync')?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'eas.command': 'Sync',
    'eas.version': '14.1',
    'eas.device.id': 'phone1',
    'godwit.tenant': 'default',
    'godwit.user': 'ada',
    'godwit.waited': 0,
  });
  expect(JSON.stringify(spans.all().map(({ attributes }) => attributes))).not.toMatch(
    /secret|hidden|pässword/,
  );
});

it('what a phone that waits is asked about belongs to its request, which ends with its answer', async () => {
  stage = await GatewayStage.open();
  await stage.call(await call('FolderSync', { SyncKey: '0' }));
  const begun = await stage.call(await call('Sync', sync('0')));
  const { value } = await decode(commands.Sync.response, begun.body, { version: 141 });
  await stage.call(await call('Sync', sync(value.Collections!.Collection![0]!.SyncKey!)));
  const waiting = stage.start(await call('Ping', ping));
  await eventually(() => stage.watch.size === 1);
  expect(spans.named('ActiveSync Ping')).toBeUndefined();
  stage.mailbox.deliver('Inbox', Buffer.from('Subject: a\r\n\r\n'));
  await waiting.answer;
  await eventually(() => spans.named('ActiveSync Ping') !== undefined);
  expect(spans.path('actor News')).toEqual(['ActiveSync Ping', 'ask News', 'actor News']);
  expect(spans.named('ActiveSync Ping')?.attributes['godwit.waited']).toBeGreaterThan(0);
});

it('goes on with the trace of a trusted proxy, not with one a phone tells', async () => {
  stage = await GatewayStage.open(undefined, { GODWIT_LISTEN_TRUSTED_PROXIES: '10.0.0.1' });
  await stage.call(await call('FolderSync', { SyncKey: '0' }, told));
  await eventually(() => spans.named('ActiveSync FolderSync') !== undefined);
  expect(spans.named('ActiveSync FolderSync')?.parentSpanContext).toBeUndefined();
  await stage.close();
  stage = await GatewayStage.open(undefined, { GODWIT_LISTEN_TRUSTED_PROXIES: '127.0.0.1' });
  await stage.call(await call('FolderSync', { SyncKey: '0' }, told));
  await eventually(() => spans.named('ActiveSync FolderSync')?.spanContext().traceId === TRACE);
});

it('a refused sign-in is told in its span, and is no fault of the server', async () => {
  stage = await GatewayStage.open();
  await stage.call({ ...(await call('FolderSync', { SyncKey: '0' })), authorization: null });
  await eventually(() => spans.named('ActiveSync FolderSync') !== undefined);
  const span = spans.named('ActiveSync FolderSync');
  expect(span?.attributes).toMatchObject({
    'http.response.status_code': 401,
    'error.type': 'unauthorized',
  });
  expect(span?.status.code).toBe(0);
});
