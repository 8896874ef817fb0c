import type { BodyPreference, ItemClass, View } from '#backend';
import type { ClientProfile } from '#clients';
import { DEFAULT_OPTIONS, type CollectionOptions } from '#device';
import { BodyType, CommonStatus, EasStatusError, type CommandName, type Infer, type SyncOptions } from '#eas';

type AnyOptions = Pick<
  Infer<typeof SyncOptions>,
  'BodyPreference' | 'BodyPartPreference' | 'MIMESupport' | 'MIMETruncation'
>;
type Preference = NonNullable<AnyOptions['BodyPreference']>[number];

/** Trap 65, in characters; 8 is everything. */
const MIME_TRUNCATION = [0, 4_096, 5_120, 7_168, 10_240, 20_480, 51_200, 102_400];

function mimeTruncation(value: number | undefined): number | null {
  return value === undefined ? null : (MIME_TRUNCATION[value] ?? null);
}

const mimeSupport = (value: number | undefined): 0 | 1 | 2 => (value === 1 || value === 2 ? value : 0);

const bodyPreference = (preference: Preference): BodyPreference => ({
  type: preference.Type,
  ...(preference.TruncationSize !== undefined && { truncationSize: preference.TruncationSize }),
  ...(preference.AllOrNone !== undefined && { allOrNone: preference.AllOrNone }),
  ...(preference.Preview !== undefined && { preview: preference.Preview }),
});

/** Parts of mails are made in HTML only: who asks for none but others is answered 164 (MS-ASCON 3.2.5.7). */
function bodyPart(options: AnyOptions, command: CommandName): { bodyPart?: BodyPreference } {
  const preferences = options.BodyPartPreference ?? [];
  if (preferences.length === 0) return {};
  const html = preferences.find(({ Type }) => Type === BodyType.html);
  if (!html) throw new EasStatusError(command, CommonStatus.BodyPartPreferenceTypeNotSupported);
  return { bodyPart: bodyPreference(html) };
}

/** What bodies Sync, ItemOperations and Search ask for in their Options. Throws EasStatusError 164. */
export const bodyOptions = (
  options: AnyOptions,
  command: CommandName,
): Omit<CollectionOptions, 'filterType' | 'conflict' | 'maxItems'> => ({
  bodyPreferences: (options.BodyPreference ?? []).map(bodyPreference),
  ...bodyPart(options, command),
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
    ...bodyOptions(options, 'Sync'),
    filterType: options.FilterType ?? DEFAULT_OPTIONS.filterType,
    conflict: options.Conflict === 0 ? 0 : 1,
    ...(itemClass === 'Contacts' && options.MaxItems !== undefined && { maxItems: options.MaxItems }),
  };
}

/** The same bodies, whole: what a Fetch asks for that found one cut (MS-ASCMD 2.2.3.67.2). */
export const untruncated = (options: CollectionOptions): CollectionOptions => ({
  ...options,
  bodyPreferences: options.bodyPreferences.map(({ type }) => ({ type })),
  ...(options.bodyPart && { bodyPart: { type: options.bodyPart.type } }),
  mimeTruncation: null,
});

/** How this kind of phone writes a day as a time (trap 97). */
export const birthdaysOf = ({
  birthdayHour,
  birthdaysAreLocal,
}: ClientProfile): View['birthdays'] & object => ({
  hour: birthdayHour,
  localMidnight: birthdaysAreLocal,
});

/** How items are to be read for these options. */
export const viewOf = (
  options: Omit<CollectionOptions, 'filterType' | 'conflict' | 'maxItems'>,
  reader: { readonly version: number; readonly client: ClientProfile },
  detail: View['detail'],
): View => ({
  protocolVersion: reader.version,
  bodyPreferences: options.bodyPreferences,
  ...(options.bodyPart && { bodyPart: options.bodyPart }),
  mimeSupport: reader.client.mimeForSigned ? options.mimeSupport || 1 : options.mimeSupport,
  mimeTruncation: options.mimeTruncation,
  birthdays: birthdaysOf(reader.client),
  namelessZones: reader.client.namelessZones,
  detail,
});
