import fc from 'fast-check';
import { sealer, SealBroken } from './sealer.js';

const secret = 'correct horse battery';
const credentials = { user: 'ada@example.org', password: 'pässword' };

describe('sealed credentials', () => {
  it('open again under the same secret in another process', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, context) => {
        const opened = sealer(secret).open(sealer(secret).seal(value, context), context);
        expect(JSON.stringify(opened)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('never look the same twice, and do not show what is in them', () => {
    const { seal } = sealer(secret);
    const texts = [seal(credentials, 'a'), seal(credentials, 'a')];
    expect(texts[0]).not.toBe(texts[1]);
    for (const text of texts) expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('ada');
  });

  it('cannot be opened with another secret', () => {
    expect(() => sealer('some other secret').open(sealer(secret).seal(1, 'a'), 'a')).toThrow(SealBroken);
  });

  it('cannot be used for another context', () => {
    const { seal, open } = sealer(secret);
    expect(() => open(seal(credentials, 'device a'), 'device b')).toThrow(SealBroken);
  });

  it('cannot be changed by a single bit', () => {
    const { seal, open } = sealer(secret);
    const [id = '', body = ''] = seal(credentials, 'a').split('.');
    const data = Buffer.from(body, 'base64url');
    for (let index = 0; index < data.length; index += 1) {
      const changed = Buffer.from(data);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(() => open(`${id}.${changed.toString('base64url')}`, 'a')).toThrow(SealBroken);
    }
  });

  it.each(['', '.', 'x', 'AAAA.AAAA', `${'A'.repeat(8)}.`])('refuse nonsense: %j', (text) => {
    expect(() => sealer(secret).open(text, 'a')).toThrow(SealBroken);
  });

  it('survive a change of the secret while both are configured', () => {
    const next = 'a brand new secret';
    const old = sealer(secret).seal(credentials, 'a');
    const both = sealer(next, [secret]);
    expect(both.open(old, 'a')).toEqual(credentials);
    expect(sealer(next).open(both.seal(credentials, 'a'), 'a')).toEqual(credentials);
  });

  it('need a secret worth the name', () => {
    expect(() => sealer('short')).toThrow(RangeError);
  });
});
