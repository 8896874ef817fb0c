import { findPart, mimePartFromBodyStructure, type BodyStructureNode } from './mime-part.js';

const text: BodyStructureNode = { type: 'text/plain', size: 5 };
const multipart = (...childNodes: BodyStructureNode[]): BodyStructureNode => ({
  type: 'multipart/mixed',
  childNodes,
});
const message = (child: BodyStructureNode): BodyStructureNode => ({
  type: 'message/rfc822',
  envelope: { subject: '=?utf-8?q?=C3=BC?=' },
  childNodes: [child],
});

const numbers = (root: ReturnType<typeof mimePartFromBodyStructure>): string[] => [
  root.part,
  ...root.children.flatMap(numbers),
];

describe('section numbers of a BODYSTRUCTURE (RFC 9051 6.4.5.1)', () => {
  it.each<[string, BodyStructureNode, string[]]>([
    ['a single part', text, ['1']],
    ['a multipart', multipart(text, text), ['', '1', '2']],
    ['a nested multipart', multipart(multipart(text, text), text), ['', '1', '1.1', '1.2', '2']],
    ['a message with one part', multipart(text, message(text)), ['', '1', '2', '2.1']],
    [
      'a message with parts',
      multipart(text, message(multipart(text, text))),
      ['', '1', '2', '2', '2.1', '2.2'],
    ],
    ['nothing but a message', message(text), ['1', '1.1']],
  ])('%s', (_, structure, expected) => {
    expect(numbers(mimePartFromBodyStructure(structure))).toEqual(expected);
  });

  it('are found again; a message is found, not the multipart inside it', () => {
    const root = mimePartFromBodyStructure(multipart(text, message(multipart(text, text))));
    expect(findPart(root, '2')).toMatchObject({ type: 'message', subject: 'ü' });
    expect(findPart(root, '2.2')).toMatchObject({ type: 'text' });
    expect(findPart(root, '3')).toBeNull();
    expect(findPart(root, '')).toBeNull();
  });

  it('of a hostile depth end somewhere', () => {
    let structure = text;
    for (let i = 0; i < 5000; i++) structure = multipart(structure);
    expect(numbers(mimePartFromBodyStructure(structure)).length).toBeLessThan(50);
  });
});

it('names of both kinds are decoded, and cannot break a line', () => {
  const part = mimePartFromBodyStructure({
    type: 'APPLICATION/PDF',
    parameters: { NAME: '=?utf-8?q?=C3=BC=0D=0Aber.pdf?=' },
    encoding: 'BASE64',
    size: 78,
    id: '<a@b>',
  });
  expect(part).toMatchObject({
    type: 'application',
    subtype: 'pdf',
    filename: 'ü ber.pdf',
    encoding: 'base64',
    decodedSize: 57,
    contentId: 'a@b',
  });
});
