/**
 * A yearly moment at which clocks change, as Windows keeps it (SYSTEMTIME with year 0): the n-th weekday of a month, in
 * the wall time that holds until then.
 */
export interface TransitionRule {
  /** 1 January to 12 December. */
  readonly month: number;
  /** 1 to 4; 5 is the last one of the month. */
  readonly week: number;
  /** 0 Sunday to 6 Saturday. */
  readonly dayOfWeek: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** A time zone by its rules, as phones know it: what is written into the TimeZone element (MS-ASDTYPE 2.7.6). */
export interface TimeZoneRules {
  /** Minutes to add to standard time to get UTC: -60 in Berlin. */
  readonly standardBias: number;
  /** The same for daylight time: -120 in Berlin. Equal to standardBias where clocks never change. */
  readonly daylightBias: number;
  /** When standard and daylight time begin; null where clocks never change. */
  readonly transitions: { readonly standard: TransitionRule; readonly daylight: TransitionRule } | null;
}

export const utcRules: TimeZoneRules = { standardBias: 0, daylightBias: 0, transitions: null };

const blobSize = 172;
const standardDateAt = 68;
const standardBiasAt = 84;
const daylightDateAt = 152;
const daylightBiasAt = 168;

/**
 * The 172 bytes of a TimeZone element. Both names stay empty: with names some versions of Gmail for Android fall back to
 * GMT (quirks 4.2).
 */
export function encodeTimeZone(rules: TimeZoneRules): Uint8Array {
  const blob = Buffer.alloc(blobSize);
  blob.writeInt32LE(rules.standardBias, 0);
  if (rules.transitions === null) return blob;
  writeRule(blob, standardDateAt, rules.transitions.standard);
  blob.writeInt32LE(0, standardBiasAt);
  writeRule(blob, daylightDateAt, rules.transitions.daylight);
  blob.writeInt32LE(rules.daylightBias - rules.standardBias, daylightBiasAt);
  return blob;
}

/** SYSTEMTIME: year, month, day of week, day, hour, ... The day stands behind the day of week (trap 81). */
function writeRule(blob: Buffer, at: number, rule: TransitionRule): void {
  const { month, dayOfWeek, week, hour, minute, second } = rule;
  for (const [index, value] of [0, month, dayOfWeek, week, hour, minute, second, 0].entries()) {
    blob.writeUInt16LE(value, at + index * 2);
  }
}

/** The rules a phone sent; null for anything that is no TimeZone structure. Names are not looked at. */
export function decodeTimeZone(bytes: Uint8Array): TimeZoneRules | null {
  if (bytes.length !== blobSize) return null;
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bias = blob.readInt32LE(0);
  const standard = readRule(blob, standardDateAt);
  const daylight = readRule(blob, daylightDateAt);
  const standardBias = bias + (standard ? blob.readInt32LE(standardBiasAt) : 0);
  const daylightBias = bias + blob.readInt32LE(daylightBiasAt);
  if (!isBias(standardBias)) return null;
  if (!standard || !daylight) return { standardBias, daylightBias: standardBias, transitions: null };
  return isBias(daylightBias) ? { standardBias, daylightBias, transitions: { standard, daylight } } : null;
}

const minutesPerDay = 24 * 60;
const isBias = (minutes: number): boolean => Math.abs(minutes) <= minutesPerDay;

/** Null where no change is described: month 0, or values no calendar has. */
function readRule(blob: Buffer, at: number): TransitionRule | null {
  const [, month, dayOfWeek, week, hour, minute, second] = Array.from({ length: 7 }, (_, index) =>
    blob.readUInt16LE(at + index * 2),
  ) as [number, number, number, number, number, number, number];
  const isRule =
    month >= 1 && month <= 12 && dayOfWeek <= 6 && week >= 1 && week <= 5 && hour <= 23 && minute <= 59;
  return isRule ? { month, week, dayOfWeek, hour, minute, second: Math.min(59, second) } : null;
}
