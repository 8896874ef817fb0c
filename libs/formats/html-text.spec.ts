import fc from 'fast-check';
import { HtmlStripper } from './html-stripper.js';
import { escapeHtml, htmlToText, previewOf } from './html-text.js';

describe('plain text of HTML', () => {
  it.each([
    ['<p>One</p><p>Two</p>', 'One\r\n\r\nTwo\r\n'],
    ['a<br>b<br><br>c', 'a\r\nb\r\n\r\nc\r\n'],
    ['<div>a</div><div>b</div>', 'a\r\nb\r\n'],
    ['x   y\n\t z', 'x y z\r\n'],
    ['<b>bold</b> and <i>italic</i>.', 'bold and italic.\r\n'],
    ['<ul><li>one<li>two</ul>', '* one\r\n* two\r\n'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\r\nc\r\n'],
    ['<blockquote>said<br>twice</blockquote>reply', '> said\r\n> twice\r\n\r\nreply\r\n'],
    ['<pre>a\n  b</pre>', 'a\r\n  b\r\n'],
    ['&lt;tag&gt; &amp;amp; &uuml;&#8364;&#x20ac;&#128; &unknown; &', '<tag> &amp; ü€€€ &unknown; &\r\n'],
    ['<style>p{x:y}</style><script>if (a<b) {}</script><title>t</title>text', 'text\r\n'],
    ['a<!-- <p>hidden</p> -->b', 'ab\r\n'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2\r\n'],
    ['<a href="https://e.org/x?a=1&amp;b=2">here</a>', 'here <https://e.org/x?a=1&b=2>\r\n'],
    ['<a href="https://e.org">https://e.org</a>', 'https://e.org\r\n'],
    ['<a href="mailto:a@b.org">a@b.org</a>', 'a@b.org\r\n'],
    ['<a href="javascript:x()">click</a>', 'click\r\n'],
    ['<img src=x alt=y><p title="a>b">text</p>', 'text\r\n'],
    ['<p stray"quote>text</p>', 'text\r\n'],
    ['', ''],
    ['<p></p>', ''],
  ])('%j is %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('is the same in any pieces', () => {
    const fragments = [
      '<p>',
      '</p>',
      '<',
      '>',
      '<!--',
      '-->',
      '&amp;',
      '&uu',
      'ml;',
      ' ',
      'word',
      '<a href="http://e.org">',
      '</a>',
    ];
    const document = fc.array(
      fc.constantFrom(...fragments, '<style>', '</style>', '"', "'", '=', '<br>', '<pre>', '\n'),
    );
    fc.assert(
      fc.property(document, fc.array(fc.integer({ min: 1, max: 6 })), (parts, cuts) => {
        const html = parts.join('');
        const stripper = new HtmlStripper();
        let text = '';
        let at = 0;
        for (const size of cuts) {
          text += stripper.write(html.slice(at, at + size));
          at += size;
        }
        text += stripper.write(html.slice(at)) + stripper.end();
        expect(text).toBe(htmlToText(html));
      }),
    );
  });

  it.each([
    ['open elements', '<div>'],
    ['less-than signs', '<'],
    ['comments', '<!--'],
    ['ampersands', '&'],
    ['tables', '<table><tr><td>'],
    ['open attributes', '<a href="'],
    ['stray quotes', '<a "'],
    ['open styles', '<style>'],
    ['quotes', '<blockquote>x'],
    ['blanks in a tag', '<a                '],
    ['equals signs and blanks', '<a =      "'],
    ['links', '<a href="http://e.org/">x'],
  ])('of a megabyte of %s comes at once', (_, piece) => {
    const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const begin = process.hrtime.bigint();
    htmlToText(html);
    expect(Number(process.hrtime.bigint() - begin) / 1e6).toBeLessThan(20_000);
  });
});

describe('a preview', () => {
  it.each([
    ['Hello\r\n\r\n  world', 255, 'Hello world'],
    ['See here <https://e.org/a/very/long/link> for more', 255, 'See here for more'],
    ['[image: logo] Dear all', 255, 'Dear all'],
    ['[cid:abc@def] Dear https://x.org/y all', 255, 'Dear all'],
    ['😀😀😀', 2, '😀😀'],
    ['text', 0, ''],
  ])('of %j in %i characters is %j', (text, length, preview) => {
    expect(previewOf(text, length)).toBe(preview);
  });
});

it('escaped text is text again', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{1,40}$/), (text) => {
      expect(htmlToText(escapeHtml(text))).toBe(`${text}\r\n`);
    }),
  );
});

it('loses nothing behind a style sheet with letters that are longer in lower case', () => {
  expect(htmlToText(`<style>/* ${'\u0130'.repeat(50)} */</style><p>here</p>`)).toBe('here\r\n');
});
