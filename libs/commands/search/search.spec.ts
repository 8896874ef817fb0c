import { BackendError, type Directory, type DirectoryEntry } from '#backend';
import { mailWithAttachment, sampleMail } from '#backend/contract';
import { commands, type Encodable } from '#eas';
import { violationsOf } from '#eas/testing';
import { TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let phone: Handset;
beforeEach(() => {
  server = new TestServer();
  phone = server.handset();
});
afterEach(async () => {
  expect(server.leased).toBe(0);
  await server.close();
});

type Request = Encodable<typeof commands.Search.request>;
type Query = Request['Store']['Query'];
type Options = NonNullable<Request['Store']['Options']>;

const FreeText = (text: string): Query => ({ And: [{ Class: ['Email'], FreeText: [text] }] });

async function searchMail(Query: Query, Options: Options = {}, by = phone) {
  const { Status, Response } = await by.ask('Search', { Store: { Name: 'Mailbox', Query, Options } });
  expect(Status).toBe(1);
  return Response!.Store;
}

const at = (text: string) => ({ receivedAt: new Date(text) });

/** Subjects in order, and what else the store says. */
async function found(Query: Query, Options: Options = {}, by = phone) {
  const { Status, Result, Range, Total } = await searchMail(Query, Options, by);
  const subjects = (Result ?? []).map(({ Properties }) => Properties?.Email?.Subject);
  return { Status, Range, Total, subjects };
}

describe('Search of a mailbox', () => {
  it('finds in folders the device never synced, newest first over all of them, with the ids of Sync', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine one'), at('2026-01-01T00:00:00Z'));
    server.mailbox.deliver('Sent', sampleMail('turbine two'), at('2026-01-03T00:00:00Z'));
    server.mailbox.deliver('Inbox', sampleMail('turbine three'), at('2026-01-02T00:00:00Z'));
    server.mailbox.deliver('Inbox', sampleMail('something else'));
    const store = await searchMail(FreeText('turbine'));
    expect(store).toMatchObject({ Status: 1, Range: '0-2', Total: 3 });
    expect(store.Result?.map(({ Properties }) => Properties?.Email?.Subject)).toEqual([
      'turbine two',
      'turbine three',
      'turbine one',
    ]);
    const [first, second] = store.Result!;
    expect(first).toMatchObject({ Class: 'Email', LongId: expect.stringMatching(/^m\d+:/) });
    expect(first?.LongId?.split(':')[0]).toBe(first?.CollectionId);
    expect(second?.CollectionId).not.toBe(first?.CollectionId);
  });

  it('tells of no hit by one empty Result, which some phones wait for (trap 101)', async () => {
    const store = await searchMail(FreeText('turbine'));
    expect(store).toEqual({ Status: 1, Result: [{}], Total: 0 });
  });
});
