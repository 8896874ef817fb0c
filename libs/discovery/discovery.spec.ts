import * as fc from 'fast-check';
import {
  InvalidPoxRequest,
  jsonAnswer,
  mobileSyncError,
  mobileSyncRedirect,
  mobileSyncRequest,
  mobileSyncSettings,
  outlookRedirect,
  outlookSettings,
  placesOf,
  poxError,
  readPoxReply,
  readPoxRequest,
  Schema,
} from './index.js';
import { readTexts } from './read-texts.js';

const ann = { address: 'ann@example.org', displayName: 'Ann "A" <&> Ä' };

describe('a request', () => {
  it('of a phone is read, with and without byte order mark, prefixes and other case', () => {
    const expected = { address: 'ann@example.org', form: 'mobilesync' };
    expect(readPoxRequest(mobileSyncRequest('ann@example.org'))).toEqual(expected);
    expect(readPoxRequest(`\uFEFF${mobileSyncRequest('ann@example.org')}`)).toEqual(expected);
    const prefixed = `<a:Autodiscover xmlns:a="${Schema.mobileSyncRequest}"><a:Request><a:EmailAddress> ann@example.org
      </a:EmailAddress><a:AcceptableResponseSchema>${Schema.mobileSyncResponse}</a:AcceptableResponseSchema></a:Request></a:Autodiscover>`;
    expect(readPoxRequest(prefixed)).toEqual(expected);
  });

  it('of Outlook names its own schema, and the first known of several is taken', () => {
    const request = (...schemas: string[]) =>
      `<Autodiscover><Request><EMailAddress>a@b</EMailAddress>${schemas
        .map((schema) => `<AcceptableResponseSchema>${schema}</AcceptableResponseSchema>`)
        .join('')}</Request></Autodiscover>`;
    expect(readPoxRequest(request(Schema.outlookResponse)).form).toBe('outlook');
    expect(readPoxRequest(request('urn:x', Schema.outlookResponse, Schema.mobileSyncResponse)).form).toBe(
      'outlook',
    );
    expect(readPoxRequest(request('urn:x')).form).toBeNull();
    expect(readPoxRequest(request()).form).toBe('mobilesync');
  });

  it('without a body asks for whoever signed in (4.2)', () => {
    expect(readPoxRequest(' \r\n')).toEqual({ address: null, form: 'mobilesync' });
  });

  it.each([
    ['no XML', 'hello'],
    ['half a document', '<Autodiscover><Request>'],
    ['another document', '<html></html>'],
    ['entities to blow up', '<!DOCTYPE a [<!ENTITY b "bb">]><Autodiscover>&b;</Autodiscover>'],
    ['a deep one', '<Autodiscover>'.repeat(50)],
  ])('that is %s is invalid and nothing worse', (_what, xml) => {
    expect(() => readPoxRequest(xml)).toThrow(InvalidPoxRequest);
  });

  it('of any bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          readPoxRequest(`<Autodiscover>${text}</Autodiscover>`);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidPoxRequest);
        }
      }),
    );
  });
});

describe('an answer', () => {
  it('with settings says where the server is, to whoever has whatever name', () => {
    const url = 'https://mail.example.org/Microsoft-Server-ActiveSync';
    const xml = mobileSyncSettings(ann, url);
    expect(readPoxReply(xml)).toEqual({ kind: 'settings', url, address: 'ann@example.org' });
    expect(readTexts(xml).all('displayname')).toEqual([ann.displayName]);
  });

  it('never breaks its XML, whatever stands in a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (displayName) => {
        const xml = mobileSyncSettings({ ...ann, displayName }, 'https://x/');
        expect(readPoxReply(xml).kind).toBe('settings');
      }),
    );
  });

  it('redirects and refuses in the terms of both schemas', () => {
    expect(readPoxReply(mobileSyncRedirect(ann, 'ann@new.example'))).toEqual({
      kind: 'redirect',
      address: 'ann@new.example',
    });
    expect(readPoxReply(mobileSyncError(ann, 'nobody')).kind).toBe('error');
    expect(readTexts(outlookRedirect(ann, 'ann@new.example')).all('redirectaddr')).toEqual([
      'ann@new.example',
    ]);
    expect(readPoxReply(poxError(601, new Date(0)))).toEqual({
      kind: 'error',
      reason: 'Requested schema version not supported 601',
    });
  });

  it('for Outlook names the mail servers that are configured, and no others', () => {
    const about = {
      login: 'ann',
      url: 'https://x/',
      imap: { host: 'imap.example.org', port: 993, tls: true },
    };
    const texts = readTexts(outlookSettings(ann, about));
    expect(texts.all('type')).toEqual(['IMAP', 'MobileSync']);
    expect(texts.all('server')[0]).toBe('imap.example.org');
    expect(texts.all('loginname')).toEqual(['ann']);
  });

  it('that is a web page is told from Autodiscover', () => {
    expect(readPoxReply('<html><body>Hi</body></html>').kind).toBe('unreadable');
    expect(readPoxReply('<!doctype html><p>').kind).toBe('unreadable');
  });
});

it('version 2 answers by protocol, and refuses what it does not know', () => {
  const at = {
    activeSync: 'https://x/Microsoft-Server-ActiveSync',
    pox: 'https://x/autodiscover/autodiscover.xml',
  };
  expect(jsonAnswer('a@b', 'activesync', at)).toEqual({
    status: 200,
    body: { Protocol: 'ActiveSync', Url: at.activeSync },
  });
  expect(jsonAnswer('a@b', 'AutodiscoverV1', at).body.Url).toBe(at.pox);
  expect(jsonAnswer('a@b', 'Ews', at)).toMatchObject({ status: 400, body: { ErrorCode: 'InvalidProtocol' } });
  expect(jsonAnswer('a@b', null, at).status).toBe(400);
  expect(jsonAnswer(null, 'ActiveSync', at).status).toBe(400);
});

it('a phone looks at the domain, then at its autodiscover host, then at the SRV record', () => {
  expect(placesOf('Ann@Example.org')).toEqual({
    direct: [
      'https://example.org/autodiscover/autodiscover.xml',
      'https://autodiscover.example.org/autodiscover/autodiscover.xml',
    ],
    redirecting: 'http://autodiscover.example.org/autodiscover/autodiscover.xml',
    srv: '_autodiscover._tcp.example.org',
  });
});
