import { decode, type BlobKeeper } from '../codec/decode.js';
import { encodeToBuffer } from '../codec/encode.js';
import type { Encodable, Infer } from '../schema/schema.js';
import { SyncRequest, SyncResponse } from './sync.js';

const PHOTO = Buffer.alloc(200_000, 'photo');

const drafts: Encodable<typeof SyncRequest> = {
  Collections: {
    Collection: [
      {
        SyncKey: '1-2',
        CollectionId: '4',
        Commands: [
          {
            Add: {
              ClientId: 'new',
              Send: true,
              ApplicationData: {
                Email: {
                  To: 'anna@example.org',
                  Bcc: 'boss@example.org',
                  Attachments: {
                    Add: [
                      {
                        ClientId: 'a',
                        Method: 1,
                        ContentType: 'image/png',
                        Content: PHOTO,
                        DisplayName: 'p.png',
                      },
                      { ClientId: 'b', Method: 1, Content: PHOTO, ContentId: 'cid', IsInline: true },
                    ],
                  },
                },
              },
            },
          },
          {
            Change: {
              ServerId: '4:1',
              ApplicationData: { Email: { Attachments: { Delete: [{ FileReference: '4:0:2' }] } } },
            },
          },
        ],
      },
    ],
  },
};

const commandsOf = (value: Infer<typeof SyncRequest>) => value.Collections?.Collection?.[0]?.Commands ?? [];

describe('drafts of 16.0', () => {
  it('bring attachments that go to the keeper, not into memory', async () => {
    const kept: { length: number | undefined; path: string }[] = [];
    const keeper: BlobKeeper = async (content, about) => {
      let length = 0;
      for await (const chunk of content) length += chunk.length;
      kept.push({ length: about.length, path: about.path.split('/').slice(-4).join('/') });
      return { length, content };
    };
    const bytes = await encodeToBuffer(SyncRequest, drafts, { version: 160 });
    const limits = { gathered: 1000 };
    const { value, skipped } = await decode(SyncRequest, bytes, { version: 160, blob: keeper, limits });
    expect(skipped.count).toBe(0);
    expect(kept).toEqual([
      { length: PHOTO.length, path: 'ApplicationData/Attachments/Add[0]/Content' },
      { length: PHOTO.length, path: 'ApplicationData/Attachments/Add[1]/Content' },
    ]);
    expect(commandsOf(value)).toMatchObject([
      { Add: { ClientId: 'new', Send: true, ApplicationData: { Email: { Bcc: 'boss@example.org' } } } },
      { Change: { ApplicationData: { Email: { Attachments: { Delete: [{ FileReference: '4:0:2' }] } } } } },
    ]);
  });

  it('know nothing of Send, Bcc and added attachments before 16.0: nothing is sent by mistake', async () => {
    const bytes = await encodeToBuffer(SyncRequest, drafts, { version: 160 });
    const { value } = await decode(SyncRequest, bytes, { version: 141 });
    expect(commandsOf(value)).toEqual([
      { Add: { ClientId: 'new', ApplicationData: { Email: { To: 'anna@example.org', Attachments: {} } } } },
      { Change: { ServerId: '4:1', ApplicationData: { Email: { Attachments: {} } } } },
    ]);
  });

  it('are answered with the reference of each attachment that was added', async () => {
    const ApplicationData = {
      Email: { Attachments: { Attachment: [{ FileReference: 'r', ClientId: 'a' }] } },
    };
    const Responses = [{ Change: { ServerId: '4:1', Status: 1, ApplicationData } }];
    const Collection = [{ SyncKey: '1-3', CollectionId: '4', Status: 1, Responses }];
    const answer = { Collections: { Collection } };
    const bytes = await encodeToBuffer(SyncResponse, answer, { version: 160 });
    // Attachments alone are those of any class that has some.
    expect((await decode(SyncResponse, bytes, { version: 160 })).value).toMatchObject(answer);
  });
});
