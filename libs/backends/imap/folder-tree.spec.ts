import { encodeModifiedUtf7 } from '#formats';
import { folderTree, type TreeRules } from './folder-tree.js';
import type { Listed } from './mailbox-list.js';
import { Namespaces } from './namespaces.js';

const everything: TreeRules = { subscribed: null, hidden: [] };
const plain = new Namespaces({
  namespaces: {
    personal: [{ prefix: '', delimiter: '/' }],
    other: [{ prefix: 'Other Users/', delimiter: '/' }],
    shared: [],
  },
});

/** Mailboxes by the names people read, each with its attributes. */
const listed = (
  mailboxes: Readonly<Record<string, readonly string[]>>,
  namespaces = plain,
  delimiter = '/',
): { mailboxes: Listed[]; namespaces: Namespaces } => ({
  namespaces,
  mailboxes: Object.entries(mailboxes).map(([name, attributes]) => ({
    path: encodeModifiedUtf7(name),
    delimiter,
    attributes: new Set(attributes),
    foreign: namespaces.isForeign(name),
  })),
});

const shape = (folders: ReturnType<typeof folderTree>): unknown[] =>
  folders.map(({ name, parent, role, selectable }) => [name, parent, role, selectable]);

describe('the tree of folders', () => {
  it('has parents first and levels that no server lists, whatever the order of the listing', () => {
    const tree = folderTree(listed({ 'a/b/c/d': [], 'a/b': ['\\nonexistent'], INBOX: [] }), everything);
    expect(shape(tree)).toEqual([
      ['INBOX', null, 'inbox', true],
      ['a', null, null, false],
      ['b', 'a', null, false],
      ['c', 'a/b', null, false],
      ['d', 'a/b/c', null, true],
    ]);
  });

  it('shows no level that holds nothing, and no search that looks like a folder', () => {
    const tree = folderTree(
      listed({ INBOX: [], Empty: ['\\noselect'], 'All Mail': ['\\all'], Starred: ['\\flagged'] }),
      everything,
    );
    expect(shape(tree)).toEqual([['INBOX', null, 'inbox', true]]);
  });

  it('goes by the marks of the server before localised names, and gives each role once', () => {
    const tree = folderTree(
      listed({ INBOX: [], 'פריטים שנשלחו': [], Gesendet: [], Outgoing: ['\\sent'], Papierkorb: [] }),
      everything,
    );
    const roles = Object.fromEntries(tree.map(({ name, role }) => [name, role]));
    expect(roles).toEqual({
      INBOX: 'inbox',
      Gesendet: null,
      Outgoing: 'sent',
      Papierkorb: 'trash',
      'פריטים שנשלחו': null,
    });
  });

  it('takes the prefix of the namespace for no parent', () => {
    const courier = new Namespaces({
      namespaces: { personal: [{ prefix: 'INBOX.', delimiter: '.' }], other: [], shared: [] },
    });
    const tree = folderTree(
      listed({ INBOX: [], 'INBOX.Sent': [], 'INBOX.a.b': [] }, courier, '.'),
      everything,
    );
    expect(shape(tree)).toEqual([
      ['INBOX', null, 'inbox', true],
      ['Sent', null, 'sent', true],
      ['a', null, null, false],
      ['b', 'INBOX.a', null, true],
    ]);
  });

  it('keeps folders of others in a tree of their own, without roles', () => {
    const tree = folderTree(
      listed({ INBOX: [], 'Other Users/bob/Sent': ['\\sent'], 'Other Users/bob': [] }),
      everything,
    );
    expect(shape(tree)).toEqual([
      ['INBOX', null, 'inbox', true],
      ['Other Users', null, null, false],
      ['bob', 'Other Users', null, true],
      ['Sent', 'Other Users/bob', null, true],
    ]);
    expect(tree.filter(({ foreign }) => foreign).map(({ name }) => name)).toEqual([
      'Other Users',
      'bob',
      'Sent',
    ]);
  });

  it('tells public folders without a prefix from own ones with one', () => {
    const cyrus = new Namespaces({
      namespaces: {
        personal: [{ prefix: 'INBOX.', delimiter: '.' }],
        other: [{ prefix: 'user.', delimiter: '.' }],
        shared: [{ prefix: '', delimiter: '.' }],
      },
    });
    const foreign = ['INBOX', 'inbox', 'INBOX.a', 'user.bob', 'news.comp'].map((path) =>
      cyrus.isForeign(path),
    );
    expect(foreign).toEqual([false, false, false, true, true]);
  });

  it('hides what a pattern names and all below it, by the letters people read, but never the Inbox', () => {
    const names = {
      INBOX: [],
      'Büro/2024': [],
      'Büro/2025/Q1': [],
      'a+b': [],
      aab: [],
      'x/Old': [],
      'x/Older': [],
    };
    const shownBy = (...hidden: string[]): string[] =>
      folderTree(listed(names), { subscribed: null, hidden })
        .filter(({ selectable }) => selectable)
        .map(({ path }) => path);
    expect(shownBy('*')).toEqual(['INBOX']);
    expect(shownBy('büro/*')).toEqual(['INBOX', 'a+b', 'aab', 'x/Old', 'x/Older']);
    expect(shownBy('a+b', '*/Old', 'Bu\u0308ro')).toEqual(['INBOX', 'aab', 'x/Older']);
    expect(shownBy('INBOX', 'B?ro', '[a]ab')).toHaveLength(7);
  });

  it('shows only subscribed folders, the levels they stand in, and those with a purpose', () => {
    const tree = folderTree(listed({ INBOX: [], Sent: ['\\sent'], a: [], 'a/b': [], c: [] }), {
      subscribed: new Set(['a/b', 'gone']),
      hidden: [],
    });
    expect(tree.map(({ path, selectable }) => [path, selectable])).toEqual([
      ['INBOX', true],
      ['Sent', true],
      ['a', false],
      ['a/b', true],
    ]);
  });
});
