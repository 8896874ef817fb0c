import { EasStatusError } from '#eas';
import { bodyOptions, collectionOptions, untruncated } from './view.js';

describe('BodyPartPreference', () => {
  const html = { Type: 2, TruncationSize: 500, Preview: 20 } as const;

  it('is kept with the options of a collection, and of a Fetch only its type', () => {
    const options = collectionOptions([{ BodyPartPreference: [{ Type: 1 }, html] }], 'Email');
    expect(options?.bodyPart).toEqual({ type: 2, truncationSize: 500, preview: 20 });
    expect(untruncated(options!).bodyPart).toEqual({ type: 2 });
  });

  it('that is left out is not wanted any more', () => {
    expect(collectionOptions([{}], 'Email')).not.toHaveProperty('bodyPart');
  });

  it('of a type that is never made fails the command with 164', () => {
    const ask = () => bodyOptions({ BodyPartPreference: [{ Type: 1 }] }, 'ItemOperations');
    expect(ask).toThrow(EasStatusError);
    expect(ask).toThrow(expect.objectContaining({ command: 'ItemOperations', status: 164 }) as Error);
  });
});
