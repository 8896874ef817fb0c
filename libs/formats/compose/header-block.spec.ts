import fc from 'fast-check';
import { HeaderFields } from '../header-fields.js';
import { HeaderBlock } from './header-block.js';

const block = (text: string): HeaderBlock => HeaderBlock.parse(Buffer.from(text));
const written = (text: string): string => block(text).bytes().toString('latin1');

describe('a header on its way out', () => {
  it('is the same where nothing is wrong with it', () => {
    const header = 'From: a@example.org\r\nSubject: =?utf-8?q?x=0D=0ABcc:_b?=\r\nX: one\r\n\ttwo\r\n\r\n';
    expect(written(header)).toBe(header);
  });

  it('has no line that is no field, and none that readers could take for the end', () => {
    expect(written('Subject: a\r\n  \r\nX : b\r\nno field\r\n: c\r\nTo: d@e')).toBe(
      'Subject: a\r\nX: b\r\nTo: d@e\r\n\r\n',
    );
  });

  it('has raw 8-bit text encoded, so that it needs no SMTPUTF8; addresses keep their form', () => {
    const header = written(
      'Subject: Grüße\r\nTo: Jörg Müller <joerg@example.org>, "Ä, B" <a@b>\r\nX-A: ü\r\n',
    );
    expect(header).toMatch(/^[\x00-\x7f]*$/);
    const fields = HeaderFields.parse(Buffer.from(header, 'latin1'));
    expect(fields.text('subject')).toBe('Grüße');
    expect(fields.text('to')).toContain('Müller <joerg@example.org>');
    expect(fields.text('to')).toContain('Ä, B <a@b>');
  });

  it('keeps a local part that is not ASCII as it is: that is what SMTPUTF8 is for', () => {
    expect(block('To: jürgen@example.org').bytes().toString('utf8')).toBe('To: jürgen@example.org\r\n\r\n');
  });

  it('has no line over 998 characters, and loses none of many recipients', () => {
    const many = Array.from({ length: 300 }, (_, index) => `recipient${index}@example.org`);
    for (const separator of [', ', ',']) {
      const header = written(`To: ${many.join(separator)}\r\n`);
      for (const line of header.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
      expect(block(header.trimEnd()).raw('to').split(/,\s*/)).toEqual(many);
    }
  });

  it('is lines a strict reader finds, whatever comes in', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', ':', ' ', '\t', '\r\n', '\r\n ', 'ü', '"', '<', '=?', 'To:', '@'),
    });
    fc.assert(
      fc.property(line, (text) => {
        for (const one of written(text).slice(0, -4).split('\r\n')) {
          if (one !== '') expect(one).toMatch(/^([\x21-\x39\x3b-\x7e]+:|[ \t]+[^ \t])/);
        }
      }),
    );
  });
});
