import sharp from 'sharp';
import { LARGEST_PICTURE, PictureFitter } from './pictures.js';

/** A picture that does not compress well. */
async function noise(edge: number): Promise<Uint8Array> {
  const channels = 3;
  const raw = Buffer.alloc(edge * edge * channels);
  for (let at = 0, state = 1; at < raw.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    raw[at] = state >>> 16;
  }
  return sharp(raw, { raw: { width: edge, height: edge, channels } })
    .png()
    .toBuffer();
}

describe('pictures of contacts', () => {
  const fitter = new PictureFitter();

  it('that are too large for phones are made smaller, those that are not stay as they are', async () => {
    const [small, large] = [await noise(20), await noise(400)];
    expect(large.length).toBeGreaterThan(LARGEST_PICTURE);
    expect(await fitter.fitted({ Picture: small, LastName: 'x' })).toEqual({ Picture: small, LastName: 'x' });
    const fitted = await fitter.fitted({ Picture: large, LastName: 'x' });
    expect(fitted.LastName).toBe('x');
    expect(fitted.Picture.length).toBeLessThanOrEqual(LARGEST_PICTURE);
    expect((await sharp(fitted.Picture).metadata()).format).toBe('jpeg');
  });

  it('that nobody can read are left out, also one that would unfold to billions of pixels', async () => {
    const garbage = new Uint8Array(LARGEST_PICTURE + 1).fill(7);
    expect(await fitter.fitted({ Picture: garbage, LastName: 'x' })).toEqual({ LastName: 'x' });
    const huge = sharp({ create: { width: 7_100, height: 7_100, channels: 3, background: '#123456' } });
    // What stands behind its end makes it large enough to be looked at.
    const bomb = Buffer.concat([
      await huge.png({ compressionLevel: 1 }).toBuffer(),
      Buffer.alloc(LARGEST_PICTURE),
    ]);
    expect(bomb.length).toBeGreaterThan(LARGEST_PICTURE);
    expect(await fitter.fitted({ Picture: bomb })).toEqual({});
  });

  it('are kept in full when a phone sends back the small one it was shown, and replaced by any other', async () => {
    const stored = { Picture: await noise(400) };
    const { Picture: shown } = await fitter.fitted(stored);
    const again = { Picture: Buffer.from(shown), LastName: 'new' };
    expect(await new PictureFitter().withoutShownPicture(again, stored)).toEqual({ LastName: 'new' });
    const other = { Picture: await noise(30), LastName: 'new' };
    expect(await fitter.withoutShownPicture(other, stored)).toEqual(other);
    const none = { Picture: null, LastName: 'new' };
    expect(await fitter.withoutShownPicture(none, stored)).toEqual(none);
  });

  it('that could not be shown are not taken away by a phone that has none', async () => {
    const stored = { Picture: new Uint8Array(LARGEST_PICTURE + 1).fill(7) };
    expect(await fitter.withoutShownPicture({ Picture: null, LastName: 'new' }, stored)).toEqual({
      LastName: 'new',
    });
  });
});
