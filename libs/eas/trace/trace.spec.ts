import { encodeToBuffer } from '../codec/encode.js';
import { SettingsRequest, SyncRequest, SyncResponse } from '../commands/index.js';
import { traceXml } from './trace.js';

const response = {
  Collections: {
    Collection: [
      {
        SyncKey: '7',
        CollectionId: 'f1',
        Status: 1,
        MoreAvailable: true,
        Commands: [
          {
            Add: {
              ServerId: 'f1:1',
              ApplicationData: {
                Email: { Subject: 'a secret plan', Importance: 1, ConversationId: Buffer.alloc(16) },
              },
            },
          },
        ],
      },
    ],
  },
};

describe('traceXml', () => {
  it('shows the protocol and hides the content', async () => {
    const bytes = await encodeToBuffer(SyncResponse, response, { version: 141 });
    expect(traceXml(bytes, { redact: true })).toBe(
      [
        '<AirSync:Sync>',
        '  <AirSync:Collections>',
        '    <AirSync:Collection>',
        '      <AirSync:SyncKey>7</AirSync:SyncKey>',
        '      <AirSync:CollectionId>f1</AirSync:CollectionId>',
        '      <AirSync:Status>1</AirSync:Status>',
        '      <AirSync:MoreAvailable/>',
        '      <AirSync:Commands>',
        '        <AirSync:Add>',
        '          <AirSync:ServerId>f1:1</AirSync:ServerId>',
        '          <AirSync:ApplicationData>',
        '            <Email:Subject>[13 characters]</Email:Subject>',
        '            <Email:Importance>1</Email:Importance>',
        '            <Email2:ConversationId>[16 bytes]</Email2:ConversationId>',
        '          </AirSync:ApplicationData>',
        '        </AirSync:Add>',
        '      </AirSync:Commands>',
        '    </AirSync:Collection>',
        '  </AirSync:Collections>',
        '</AirSync:Sync>',
      ].join('\n'),
    );
    expect(traceXml(bytes, { redact: false })).toContain('<Email:Subject>a secret plan</Email:Subject>');
  });

  it('never shows a password, nor what nobody declared', async () => {
    const bytes = await encodeToBuffer(
      SettingsRequest,
      [{ DevicePassword: { Set: { Password: 'hunter2' } } }],
      { version: 141 },
    );
    expect(traceXml(bytes, { redact: true })).not.toContain('hunter2');
    const contacts = Buffer.from('03016a00 0001 45 03 68656c6c6f 00 01'.replaceAll(' ', ''), 'hex');
    expect(traceXml(contacts, { redact: true })).toBe(
      '<Contacts:Anniversary>[5 characters]</Contacts:Anniversary>',
    );
  });

  it('is bounded, and ends with the reason where the document cannot be read', async () => {
    const bytes = await encodeToBuffer(SyncRequest, { Wait: 1 }, { version: 141 });
    expect(traceXml(bytes.subarray(0, -2), { redact: true })).toContain('<!-- the bytes end here -->');
    expect(traceXml(Buffer.from('<html>'), { redact: true })).toContain('no WBXML');
    const long = await encodeToBuffer(
      SyncResponse,
      { Collections: { Collection: Array.from({ length: 10_000 }, () => ({ SyncKey: 'x'.repeat(300) })) } },
      { version: 141 },
    );
    expect(traceXml(long, { redact: true, limit: 1000 }).length).toBeLessThan(1500);
    expect(traceXml(long, { redact: true })).toContain('x[100 more characters]');
  });
});
