import fc from 'fast-check';
import { mailboxRole } from './mailbox-role.js';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.js';
import { threadTopic } from './thread-topic.js';

describe('roles by name', () => {
  it.each([
    ['INBOX', 'inbox'],
    ['Sent', 'sent'],
    ['Sent Items', 'sent'],
    ['sent_items', 'sent'],
    ['Gesendete Objekte', 'sent'],
    ['Éléments envoyés', 'sent'],
    ['E\u0301le\u0301ments envoye\u0301s', 'sent'],
    ['Отправленные', 'sent'],
    ['已发送', 'sent'],
    ['送信済みアイテム', 'sent'],
    ['Entwürfe', 'drafts'],
    ['Utkast', 'drafts'],
    ['Papierkorb', 'trash'],
    ['Deleted Messages', 'trash'],
    ['Kosz', 'trash'],
    ['Junk E-mail', 'junk'],
    ['Courrier indésirable', 'junk'],
    ['Archive', 'archive'],
    ['Archiv', 'archive'],
    ['Projects', null],
    ['Sent to the bank', null],
    ['', null],
  ])('%j is %j', (name, role) => {
    expect(mailboxRole(name)).toBe(role);
  });
});

describe('modified UTF-7', () => {
  it.each([
    ['Entwürfe', 'Entw&APw-rfe'],
    ['台北', '&U,BTFw-'],
    ['a&b', 'a&-b'],
    ['~peter/mail', '~peter/mail'],
    ['😀', '&2D3eAA-'],
  ])('%s is %s', (name, encoded) => {
    expect(encodeModifiedUtf7(name)).toBe(encoded);
    expect(decodeModifiedUtf7(encoded)).toBe(name);
  });

  it('comes back as it went, and takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(decodeModifiedUtf7(encodeModifiedUtf7(name))).toBe(name);
        expect(typeof decodeModifiedUtf7(`&${name}-`)).toBe('string');
      }),
    );
  });
});

describe('the topic of a thread', () => {
  it.each([
    ['Re: Plan', 'Plan'],
    ['AW: Re[2]: FW: Plan', 'Plan'],
    ['RE : Plan', 'Plan'],
    ['回复：计划', '计划'],
    ['[list] Re: Plan', 'Plan'],
    ['[list] Plan', '[list] Plan'],
    ['Rest: quiet', 'Rest: quiet'],
    ['Re:', 'Re:'],
    ['', ''],
  ])('%j is %j', (subject, topic) => {
    expect(threadTopic(subject)).toBe(topic);
  });

  it('of a hostile subject is found at once', () => {
    const begin = Date.now();
    for (const piece of ['re: ', '[x] ', 're[1', ' ', '[']) threadTopic(piece.repeat(100_000));
    expect(Date.now() - begin).toBeLessThan(20_000);
  });
});
