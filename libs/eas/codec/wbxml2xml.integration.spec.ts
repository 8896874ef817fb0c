import { spawnSync } from 'node:child_process';
import {
  commands,
  type Command,
  type FolderSyncResponse,
  type ItemOperationsResponse,
  type PingResponse,
  type ProvisionResponse,
  type SettingsResponse,
  type SyncResponse,
} from '../commands/index.js';
import type { EmailItem } from '../classes/index.js';
import { traceXml } from '../trace/trace.js';
import { decode } from './decode.js';
import { encodeToBuffer } from './encode.js';

/* What we write is read by an implementation that shares nothing with ours: libwbxml (Debian: libwbxml2-utils). */

function tool(name: 'wbxml2xml' | 'xml2wbxml', args: string[], input: Buffer | string): Buffer {
  const run = spawnSync(name, [...args, '-o', '-', '-'], { input });
  if (run.error) throw new Error(`${name} is missing: install libwbxml2-utils`, { cause: run.error });
  // The tool says "succeeded" on its standard error, and exits with 0 all the same when it fails.
  if (!run.stderr.toString().includes('succeeded')) throw new Error(run.stderr.toString());
  return run.stdout;
}

const toXml = (wbxml: Buffer): string =>
  tool('wbxml2xml', ['-l', 'ACTIVESYNC', '-m', '0'], wbxml).toString('utf8');

const entities: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  '#13': '\r',
  '#10': '\n',
};
const unescape = (text: string): string =>
  text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** Tags that libwbxml calls otherwise than MS-ASWBXML. */
const aliases: Record<string, string> = {
  'Email:FlagStatus': 'Email:Status',
  'Settings:SmtpAddress': 'Settings:SMTPAddress',
};

/** `<Sync xmlns="AirSync:"><Status>1</Status></Sync>` as [open AirSync:Sync, open AirSync:Status, text 1, close, close]. */
function tokensOfXml(xml: string): string[] {
  const tokens: string[] = [];
  const namespaces: string[] = [];
  const body = xml.replace(/^[\s\S]*?<!DOCTYPE[^>]*>/, '');
  for (const [, close, name, namespace, empty, text] of body.matchAll(
    /<(\/)?([\w]+)(?: xmlns="([^"]+)")?(\/)?>|([^<]+)/g,
  )) {
    if (name === undefined) {
      if ((text ?? '').trim() !== '') tokens.push(`text ${unescape(text ?? '')}`);
    } else if (close !== undefined) {
      tokens.push('close');
      namespaces.pop();
    } else {
      const own = namespace ?? namespaces.at(-1) ?? '';
      tokens.push(`open ${aliases[own + name] ?? own + name}`);
      if (empty === undefined) namespaces.push(own);
      else tokens.push('close');
    }
  }
  return tokens;
}

/** The same from our own reading. */
function tokensOfTrace(trace: string): string[] {
  const tokens: string[] = [];
  for (const line of trace.split('\n')) {
    const [, close, name, empty, rest] = /^\s*<(\/)?([\w:]+)(\/)?>(.*)$/.exec(line) ?? [];
    if (close !== undefined) tokens.push('close');
    else tokens.push(`open ${name}`);
    if (empty !== undefined) tokens.push('close');
    if (rest !== undefined && rest !== '') {
      tokens.push(`text ${JSON.parse(`"${rest.slice(0, rest.lastIndexOf('</'))}"`)}`, 'close');
    }
  }
  return tokens;
}

const mail: EmailItem = {
  To: '"Jürgen" <j@example.org>',
  From: 'a@example.org',
  Subject: 'Größe & <Zeichen> "…" 😀',
  DateReceived: new Date('2026-11-22T08:00:00.123Z'),
  DisplayTo: 'Jürgen',
  ThreadTopic: 'Größe',
  Importance: 1,
  Read: false,
  Attachments: {
    Attachment: [{ DisplayName: 'x.pdf', FileReference: 'f1:1:2', Method: 1, EstimatedDataSize: 9 }],
  },
  Body: { Type: 2, EstimatedDataSize: 9, Truncated: true, Data: '<p>1 &amp; 2</p>\nend' },
  MessageClass: 'IPM.Note',
  InternetCPID: '65001',
  Flag: { Status: 2, FlagType: 'for Follow Up', StartDate: new Date(0), ReminderSet: false },
  ContentClass: 'urn:content-classes:message',
  NativeBodyType: 2,
  Categories: { Category: ['red'] },
};

const sync: SyncResponse = {
  Collections: {
    Collection: [
      {
        SyncKey: '2',
        CollectionId: 'f1',
        Status: 1,
        MoreAvailable: true,
        Responses: [
          { Add: { ClientId: 'c', ServerId: 'f1:9', Status: 1 } },
          { Change: { ServerId: 'f1:8', Status: 8 } },
        ],
        Commands: [
          { Add: { ServerId: 'f1:1', ApplicationData: { Email: mail } } },
          { Change: { ServerId: 'f1:2', ApplicationData: { Email: { Read: true, Flag: {} } } } },
          { Delete: { ServerId: 'f1:3' } },
          { SoftDelete: { ServerId: 'f1:4' } },
        ],
      },
    ],
  },
};
const folderSync: FolderSyncResponse = {
  Status: 1,
  SyncKey: '1',
  Changes: {
    Count: 2,
    Delete: [{ ServerId: 'f3' }],
    Add: [{ ServerId: 'f1', ParentId: '0', DisplayName: 'Entwürfe', Type: 3 }],
  },
};
const ping: PingResponse = { Status: 2, Folders: { Folder: ['f1', 'f2'] } };
const provision: ProvisionResponse = {
  Status: 1,
  Policies: {
    Policy: {
      PolicyType: 'MS-EAS-Provisioning-WBXML',
      Status: 1,
      PolicyKey: '1307199584',
      Data: {
        EASProvisionDoc: {
          DevicePasswordEnabled: true,
          MinDevicePasswordLength: 4,
          AllowBluetooth: 2,
          ApprovedApplicationList: { Hash: ['aa', 'bb'] },
        },
      },
    },
  },
};
const itemOperations: ItemOperationsResponse = {
  Status: 1,
  Response: [
    {
      Fetch: { Status: 1, CollectionId: 'f1', ServerId: 'f1:1', Class: 'Email', Properties: { Email: mail } },
    },
    {
      Fetch: {
        Status: 1,
        FileReference: 'r',
        Properties: { Range: '0-2', Total: 3, ContentType: 'a/b', Data: 'QUJD' },
      },
    },
    { EmptyFolderContents: { Status: 1, CollectionId: 'f4' } },
  ],
};
const settings: SettingsResponse = [
  { Status: 1 },
  {
    UserInformation: {
      Status: 1,
      Get: { EmailAddresses: { SMTPAddress: ['a@example.org', 'b@example.org'] } },
    },
  },
  {
    Oof: {
      Status: 1,
      Get: { OofState: 1, OofMessage: [{ AppliesToInternal: true, Enabled: true, ReplyMessage: 'bye' }] },
    },
  },
];

const samples: [keyof typeof commands, unknown][] = [
  ['Sync', sync],
  ['FolderSync', folderSync],
  ['Ping', ping],
  ['Provision', provision],
  ['ItemOperations', itemOperations],
  ['Settings', settings],
  ['MoveItems', { Response: [{ SrcMsgId: 'f1:1', Status: 3, DstMsgId: 'f2:1' }] }],
  ['GetItemEstimate', { Response: [{ Status: 1, Collection: { CollectionId: 'f1', Estimate: 5 } }] }],
];

describe('libwbxml', () => {
  it.each(samples)('reads our %s answer as we mean it', async (name, value) => {
    const { response }: Command = commands[name];
    const bytes = await encodeToBuffer(response, value as never, { version: 140 });
    const theirs = tokensOfXml(toXml(bytes));
    expect(theirs.length).toBeGreaterThan(5);
    expect(theirs).toEqual(tokensOfTrace(traceXml(bytes, { redact: false, valueLimit: 1000 })));
  });

  it.each(samples)(
    'writes the same %s answer so that we read it, string table and all',
    async (name, value) => {
      const { response }: Command = commands[name];
      const bytes = await encodeToBuffer(response, value as never, { version: 140 });
      const theirs = tool('xml2wbxml', ['-v', '1.3'], toXml(bytes));
      const ours = await decode(response, bytes, { version: 140 });
      expect((await decode(response, theirs, { version: 140 })).value).toEqual(ours.value);
    },
  );
});
