import fc from 'fast-check';
import { htmlToText } from './html-text.js';
import { isAttribution, isDivider, isForwardSubject } from './quote-marks.js';
import { UniqueHtml } from './unique-html.js';
import { UniqueText } from './unique-text.js';

/** In pieces of any size, as the source gives them. */
function ofHtml(html: string, size = 7): string {
  const cutter = new UniqueHtml();
  let own = '';
  for (let at = 0; at < html.length && !cutter.ended; at += size)
    own += cutter.write(html.slice(at, at + size));
  return own + cutter.end();
}
function ofText(text: string): string {
  const cutter = new UniqueText<{ text: string }>();
  const lines = text.split('\n').map((line) => ({ text: line }));
  return [...cutter.write(lines), ...cutter.end()]
    .map((line) => line.text)
    .join('\n')
    .trim();
}

const htmlSamples: readonly (readonly [program: string, html: string])[] = [
  [
    'Gmail',
    '<div dir="ltr"><div>MINE</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, 5 Jan 2026 at 10:00, Ann &lt;<a href="mailto:a@b.org">a@b.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><div>THEIRS<div class="gmail_quote"><div>OLDER</div></div></div></blockquote></div>',
  ],
  [
    'Apple Mail',
    '<html><body>MINE<br><div><br><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, Ann &lt;a@b.org&gt; wrote:</div><br><div>THEIRS</div></blockquote></div><br></body></html>',
  ],
  [
    'Thunderbird',
    '<html><body><p>MINE</p><div class="moz-cite-prefix">Am 05.01.26 um 10:00 schrieb Ann:<br></div><blockquote type="cite" cite="mid:1"><pre>THEIRS</pre></blockquote></body></html>',
  ],
  [
    'an attribution without a class',
    '<div>MINE</div><div>Le 5 janv. 2026 à 10:00, Ann a écrit :</div><blockquote type="cite">THEIRS</blockquote>',
  ],
  [
    'Outlook',
    "<html><body lang=DE><div class=WordSection1><p class=MsoNormal>MINE<o:p></o:p></p><p class=MsoNormal>&nbsp;</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Von:</b> Ann &lt;a@b.org&gt; <br><b>Gesendet:</b> Montag, 5. Januar 2026 10:00<br></p></div></div><p>THEIRS</p></div></body></html>",
  ],
  [
    'Outlook on the web',
    '<html><body><div>MINE</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Ann<br></div><div>THEIRS</div></body></html>',
  ],
  [
    'a copied header without any mark',
    '<div>MINE</div><p><b>From:</b> Ann [mailto:a@b.org]<br><b>Sent:</b> Monday, January 5, 2026 10:00 AM<br><b>To:</b> Bob</p><p>THEIRS</p>',
  ],
  ['Outlook, plain style', '<p>MINE</p><p>-----Original Message-----</p><p>From: Ann</p><p>THEIRS</p>'],
  [
    'Yahoo',
    '<div>MINE</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, Ann wrote:</div><div>THEIRS</div></div>',
  ],
  [
    'GMX',
    '<div>MINE</div><div name="quote" style="margin:10px"><div>Gesendet: Montag</div><div>THEIRS</div></div>',
  ],
  [
    'Samsung',
    '<div>MINE</div><div>-------- Original message --------</div><div>From: Ann</div><div>THEIRS</div>',
  ],
  ['Zimbra', '<div>MINE</div><hr id="zwchr" data-marker="__DIVIDER__"><div>THEIRS</div>'],
  [
    'Proton',
    '<div>MINE</div><div class="protonmail_quote">On Monday, Ann wrote:<br><blockquote type="cite">THEIRS</blockquote></div>',
  ],
];

describe('the own part of an HTML mail', () => {
  it.each(htmlSamples)('by %s has no word of the mail before', (_, html) => {
    for (const size of [1, 7, 64, html.length]) {
      const own = ofHtml(html, size);
      expect(htmlToText(own).replace(/\s+/g, ' ').trim()).toBe('MINE');
    }
  });

  it('keeps answers between quotations and below them', () => {
    const html =
      '<p>On Mon, 5 Jan 2026 at 10:00, Ann wrote:</p><blockquote type=cite>A?</blockquote><p>yes</p><blockquote type=cite>B?</blockquote><p>no</p>';
    expect(htmlToText(ofHtml(html)).replace(/\s+/g, ' ').trim()).toBe('yes no');
  });

  it('is closed where a cut leaves elements open', () => {
    const own = ofHtml(htmlSamples[4]![1]);
    for (const name of ['html', 'body', 'div', 'p']) {
      const count = (pattern: string): number => own.match(new RegExp(pattern, 'g'))?.length ?? 0;
      expect([name, count(`<${name}[\\s>]`)]).toEqual([name, count(`</${name}>`)]);
    }
  });

  it('of a mail without quotation is all of it, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '<p>',
              '</p>',
              '<div class="x">',
              '</div>',
              '<br>',
              '<!-- c -->',
              '<style>a>b{}</style>',
              '&amp;',
              '<',
              '"',
              '< b',
              '<a href="x>y">',
              '</a>',
              'said: no',
            ),
            fc.string({ maxLength: 8 }).map((text) => text.replace(/[<]/g, '')),
          ),
        ),
        fc.integer({ min: 1, max: 50 }),
        (tokens, size) => {
          const html = tokens.join('');
          expect(ofHtml(html, size)).toBe(html);
        },
      ),
    );
  });

  it('is found behind a style sheet with letters that are longer in lower case', () => {
    const html = `<style>/* ${'\u0130'.repeat(50)} */</style><blockquote type="cite">THEIRS</blockquote>MINE`;
    expect(htmlToText(ofHtml(html, html.length)).trim()).toBe('MINE');
  });

  it('of hostile text costs the same for each character of it', () => {
    const length = 300_000;
    const begun = performance.now();
    for (const unit of [
      '<',
      '<a',
      '<div>',
      '<blockquote type=cite>',
      '</p>',
      'From: a<br>',
      '<!--',
      '"',
      '&',
      '<p ',
    ]) {
      ofHtml(unit.repeat(length / unit.length), 16_384);
    }
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('the own part of a plain mail', () => {
  it.each([
    ['quote marks', 'MINE\n\nOn Mon, 5 Jan 2026 at 10:00, Ann <a@b.org> wrote:\n> THEIRS\n>> OLDER\n'],
    [
      'an attribution on two lines',
      'MINE\n\nOn Mon, 5 Jan 2026 at 10:00, Somebody With A Long Name\n<somebody@example.org> wrote:\n\n> THEIRS',
    ],
    ['German', 'MINE\n\nAm 05.01.26 um 10:00 schrieb Ann:\n> THEIRS'],
    ['Japanese', 'MINE\n\n2026年1月5日(月) 10:00 Ann <a@b.org>:\n> THEIRS'],
    ['a divider', 'MINE\n\n-----Original Message-----\nFrom: Ann\nTHEIRS'],
    ['a German divider', 'MINE\n\n-----Ursprüngliche Nachricht-----\nVon: Ann\nTHEIRS'],
    [
      'a line and a copied header',
      'MINE\n________________________________\nFrom: Ann <a@b.org>\nSent: Monday, January 5, 2026 10:00\nTo: Bob\nTHEIRS',
    ],
    ['a French header', 'MINE\n\nDe : Ann <a@b.org>\nEnvoyé : lundi 5 janvier 2026 10:00\nTHEIRS'],
  ])('with %s has no word of the mail before', (_, text) => expect(ofText(text)).toBe('MINE'));

  it('keeps answers between quotations', () => {
    expect(ofText('On 1.1.2026 Ann wrote:\n> A?\nyes\n> B?\nno')).toBe('yes\nno');
  });

  it('of a mail without quotation is all of it', () => {
    const text = 'Hello,\n\nfrom: now on\nI wrote:\nThis is 3 > 2.\nOn 5 May we meet:\nDate: tbd\n\nBye';
    expect(ofText(text)).toBe(text);
  });
});

describe('marks of quotations', () => {
  it('are not seen in what people say', () => {
    for (const line of ['Here is what he wrote: nothing', 'Note:', 'The original message', '----']) {
      expect([line, isAttribution(line), isDivider(line)]).toEqual([line, false, false]);
    }
  });
  it('of a forward are known in several languages', () => {
    for (const subject of ['Fwd: x', 'FW: x', 'WG: x', 'TR : x', 'RV: x', '转发：x']) {
      expect([subject, isForwardSubject(subject)]).toEqual([subject, true]);
    }
    expect(isForwardSubject('Re: Fwd: x')).toBe(false);
  });
});
