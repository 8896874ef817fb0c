import fc from 'fast-check';
import { HtmlPiece } from './html-piece.js';

function through(part: 'inner' | 'outer', html: string, size = html.length || 1): string {
  const piece = new HtmlPiece(part);
  let result = '';
  for (let at = 0; at < html.length; at += size) result += piece.write(html.slice(at, at + size));
  return result + piece.end();
}

describe('HTML inside of other HTML', () => {
  it('loses its frame and keeps its content and looks', () => {
    const html =
      '<!DOCTYPE html><html lang=de><head><meta charset="iso-8859-1"><title>a<b></title><style>p>a{}</style>' +
      '<script>if (a</b) "</p>"</script></head><body bgcolor="a>b"><p title="</body>">x &lt; y<!-- </body> --></p></body></html>';
    expect(through('inner', html)).toBe(
      '<style>p>a{}</style><p title="</body>">x &lt; y<!-- </body> --></p>',
    );
  });

  it('that something is to follow loses its end and its charset only', () => {
    expect(through('outer', '<html><head><meta charset=x></head><body a=b><p>x</p></body></html>\r\n')).toBe(
      '<html><head></head><body a=b><p>x</p>\r\n',
    );
  });

  it.each(['<!-- open', '<style>a{', '<p title="open', '<textarea>x', '<a href=', '<', 'a &lt; <'])(
    'cannot swallow what follows it: %s',
    (html) => {
      const closed = through('inner', html);
      const rest = new HtmlPiece('inner');
      expect(rest.write(`${closed}<i>seen</i>`) + rest.end()).toMatch(/<i>seen<\/i>$/);
    },
  );

  it('is the same however it is cut', () => {
    const html = fc
      .array(
        fc.constantFrom(
          '<p>',
          '</body>',
          '<!--',
          '-->',
          '<style>',
          '</style>',
          '<meta x="',
          '"',
          '>',
          '<',
          'a',
          '=',
          '</',
          '<script',
          'İ',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        html,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('inner' as const, 'outer' as const),
        (text, size, part) => {
          expect(through(part, text, size)).toBe(through(part, text));
        },
      ),
    );
  });

  it('of a million open tags costs no more than its length', () => {
    const begin = performance.now();
    through('inner', '<div>'.repeat(300_000), 65_536);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});
