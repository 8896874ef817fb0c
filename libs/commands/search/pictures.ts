import { CommonStatus } from '#eas';

/** MS-ASCMD 2.2.3.105: no picture is larger, whatever is asked for. Bytes. */
const LARGEST = 102_400;

/** MaxSize and MaxPictures of a Picture option; an empty one asks for pictures within the usual limits (4.3). */
export interface PictureOptions {
  readonly MaxSize?: number | undefined;
  readonly MaxPictures?: number | undefined;
}

interface Picture {
  readonly Status: number;
  readonly Data?: Uint8Array;
}

export const arePictureOptions = ({ MaxSize = 0, MaxPictures = 0 }: PictureOptions): boolean =>
  MaxSize >= 0 && MaxPictures >= 0;

/** Hands out the photos of one answer: the first N that there are (MS-ASCMD 2.2.3.104). */
export class PictureAlbum {
  #left: number;
  readonly #largest: number;

  constructor({ MaxSize = LARGEST, MaxPictures = Infinity }: PictureOptions) {
    this.#largest = Math.min(MaxSize, LARGEST);
    this.#left = MaxPictures;
  }

  next(picture: Uint8Array | undefined): Picture {
    if (!picture || picture.length === 0) return { Status: CommonStatus.NoPicture };
    if (picture.length > this.#largest) return { Status: CommonStatus.PictureTooLarge };
    if (this.#left <= 0) return { Status: CommonStatus.PictureLimitReached };
    this.#left--;
    return { Status: 1, Data: picture };
  }
}
