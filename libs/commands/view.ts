import type { ItemClass, View } from '#backend';
import type { ClientProfile } from '#clients';
import { DEFAULT_OPTIONS, type CollectionOptions } from '#device';
import type { Infer, SyncOptions } from '#eas';

type AnyOptions = Pick<Infer<typeof SyncOptions>, 'BodyPreference' | 'MIMESupport' | 'MIMETruncation'>;

/** Trap 65, in characters; 8 is everything. */
const MIME_TRUNCATION = [0, 4_096, 5_120, 7_168, 10_240, 20_480, 51_200, 102_400];

function mimeTruncation(value: number | undefined): number | null {
  return value === undefined ? null : (MIME_TRUNCATION[value] ?? null);
}

const mimeSupport = (value: number | undefined): 0 | 1 | 2 => (value === 1 || value === 2 ? value : 0);

/** BodyPreference, MIMESupport and MIMETruncation as Sync, ItemOperations and Search all have them. */
export const bodyOptions = (options: AnyOptions): Omit<CollectionOptions, 'filterType' | 'conflict'> => ({
  bodyPreferences: (options.BodyPreference ?? []).map((preference) => ({
    type: preference.Type,
    ...(preference.TruncationSize !== undefined && { truncationSize: preference.TruncationSize }),
    ...(preference.AllOrNone !== undefined && { allOrNone: preference.AllOrNone }),
    ...(preference.Preview !== undefined && { preview: preference.Preview }),
  })),
  mimeSupport: mimeSupport(options.MIMESupport),
  mimeTruncation: mimeTruncation(options.MIMETruncation),
});

/** The Options block for a class; phones that also ask for SMS send one for each (trap 47, quirks 4.6). */
export function blockOf<Block extends { readonly Class?: string | undefined }>(
  blocks: readonly Block[] | undefined,
  itemClass: ItemClass,
): Block | undefined {
  return (
    blocks?.find((block) => block.Class === itemClass) ?? blocks?.find((block) => block.Class === undefined)
  );
}

/** What a request's Options come to; null keeps the stored ones. An element left out is its default again. */
export function collectionOptions(
  blocks: readonly SyncOptions[] | undefined,
  itemClass: ItemClass,
): CollectionOptions | null {
  const options = blockOf(blocks, itemClass);
  if (!options) return null;
  return {
    ...DEFAULT_OPTIONS,
    ...bodyOptions(options),
    filterType: options.FilterType ?? DEFAULT_OPTIONS.filterType,
    conflict: options.Conflict === 0 ? 0 : 1,
  };
}

/** The same bodies, whole: what a Fetch asks for that found one cut (MS-ASCMD 2.2.3.67.2). */
export const untruncated = (options: CollectionOptions): CollectionOptions => ({
  ...options,
  bodyPreferences: options.bodyPreferences.map(({ type }) => ({ type })),
  mimeTruncation: null,
});

/** How items are to be read for these options. */
export const viewOf = (
  options: Omit<CollectionOptions, 'filterType' | 'conflict'>,
  reader: { readonly version: number; readonly client: ClientProfile },
  detail: View['detail'],
): View => ({
  protocolVersion: reader.version,
  bodyPreferences: options.bodyPreferences,
  mimeSupport: reader.client.mimeForSigned ? options.mimeSupport || 1 : options.mimeSupport,
  mimeTruncation: options.mimeTruncation,
  detail,
});
