import type { BodyPreference, View } from '#backend';
import { asPlain, changedText, itemBody, phoneText, textAs } from './item-body.js';

const view = (...bodyPreferences: BodyPreference[]): View => ({
  protocolVersion: 141,
  bodyPreferences,
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
});
const plain = { type: 1, text: 'Größe <L>\nzwei' } as const;
const html = { type: 2, text: '<p>One &amp; <b>two</b></p>' } as const;

describe('towards the phone', () => {
  it('gives the stored type where the phone takes it, whatever the order of its wishes', () => {
    expect(itemBody(plain, view({ type: 2 }, { type: 1 }))).toMatchObject({ Type: 1 });
    expect(itemBody(html, view({ type: 1 }, { type: 2 }))).toMatchObject({ Type: 2, Data: html.text });
  });

  it('converts where the phone takes only the other type', () => {
    expect(itemBody(plain, view({ type: 2 })).Data).toContain('Größe &lt;L&gt;<br>\r\nzwei');
    expect(itemBody(html, view({ type: 1 }))).toMatchObject({ Type: 1, Data: 'One & two' });
  });

  it('gives plain text to who names no type, which every phone can show', () => {
    expect(itemBody(html, view())).toEqual({ Type: 1, EstimatedDataSize: 9, Data: 'One & two' });
    expect(itemBody(html, { ...view(), protocolVersion: 120 })).toMatchObject({ Type: 1 });
    expect(itemBody(html, view({ type: 4 }))).toMatchObject({ Type: 2, Data: html.text });
    expect(itemBody(null, view())).toEqual({ Type: 1, EstimatedDataSize: 0 });
  });

  it('ends lines of plain text by CRLF and counts bytes of what it gives', () => {
    const text = 'Größe <L>\r\nzwei';
    expect(itemBody(plain, view())).toEqual({
      Type: 1,
      EstimatedDataSize: Buffer.byteLength(text),
      Data: text,
    });
  });

  it('cuts between characters and tells the whole size', () => {
    const cut = itemBody({ type: 1, text: 'aöö' }, view({ type: 1, truncationSize: 2 }));
    expect(cut).toEqual({ Type: 1, EstimatedDataSize: 5, Truncated: true, Data: 'a' });
  });

  it('takes the next wish rather than cut where the phone says so, and gives nothing if there is none', () => {
    const strict = { truncationSize: 3, allOrNone: true };
    expect(itemBody(plain, view({ type: 1, ...strict }, { type: 2 }))).toMatchObject({ Type: 2 });
    const none = itemBody(plain, view({ type: 1, ...strict }));
    expect(none).toMatchObject({ Type: 1, Truncated: true });
    expect(none.Data).toBeUndefined();
  });

  it('makes no RTF and no MIME', () => {
    expect(itemBody(plain, view({ type: 3 }))).toMatchObject({ Type: 2 });
    expect(itemBody(plain, view({ type: 4 }))).toMatchObject({ Type: 1 });
  });

  it('tells an item without a text apart from one whose text is not told', () => {
    expect(itemBody(null, view({ type: 2 }))).toEqual({ Type: 2, EstimatedDataSize: 0 });
  });

  it('gives a preview from 14.0 on where it is wanted', () => {
    expect(itemBody(html, view({ type: 2, preview: 5 })).Preview).toBe('One &');
    const old = { ...view({ type: 2, preview: 5 }), protocolVersion: 121 };
    expect(itemBody(html, old).Preview).toBeUndefined();
  });
});

describe('from the phone', () => {
  it('a Body without Data, a cut one, RTF and MIME say nothing about the text', () => {
    expect(phoneText(undefined)).toBeNull();
    expect(phoneText({ Type: 1 })).toBeNull();
    expect(phoneText({ Type: 1, Truncated: true, Data: 'begin' })).toBeNull();
    expect(phoneText({ Type: 3, Data: 'AAAA' })).toBeNull();
    expect(phoneText({ Type: 4, Data: 'MIME-Version: 1.0' })).toBeNull();
  });

  it('an empty text is a text', () => {
    expect(changedText(plain, { Type: 1, Data: '' })).toEqual({ type: 1, text: '' });
    expect(changedText(null, { Type: 1, Data: '' })).toBeNull();
  });

  it('a conversion that comes back is no change (trap 99)', () => {
    for (const [stored, type] of [
      [plain, 2],
      [html, 1],
      [plain, 1],
      [html, 2],
    ] as const) {
      expect(changedText(stored, { Type: type, Data: textAs(stored, type) })).toBeNull();
    }
    expect(changedText(html, { Type: 1, Data: 'One & three' })).toEqual({ type: 1, text: 'One & three' });
  });

  it('a blank line more is a change', () => {
    expect(changedText({ type: 1, text: 'a\nb' }, { Type: 1, Data: 'a\r\n\r\nb' })).not.toBeNull();
    expect(changedText({ type: 1, text: 'a\nb' }, { Type: 1, Data: 'a\r\nb\r\n' })).toBeNull();
  });

  it('becomes plain text with LF', () => {
    expect(asPlain({ type: 2, text: '<div>a</div><div>b</div>' })).toBe('a\nb');
    expect(asPlain({ type: 1, text: 'a\r\nb\r\n' })).toBe('a\nb');
  });
});
