/** Protocol versions this gateway speaks, as the MS-ASProtocolVersion header spells them. */
export const protocolVersions = ['12.0', '12.1', '14.0', '14.1', '16.0', '16.1'] as const;
export type ProtocolVersion = (typeof protocolVersions)[number];

/** The same times ten, as code compares them; 25 (version 2.5) occurs in the code pages only. */
export const versionNumbers = [120, 121, 140, 141, 160, 161] as const;
export type VersionNumber = (typeof versionNumbers)[number];

/** '14.1' to 141; undefined for a version that is not spoken here. */
export function parseVersion(text: string): VersionNumber | undefined {
  const index = (protocolVersions as readonly string[]).indexOf(text.trim());
  return versionNumbers[index];
}

/** 141 to '14.1'. */
export const formatVersion = (version: number): string => (version / 10).toFixed(1);

/** A range of versions, both ends included; an absent end is open. */
export interface VersionRange {
  readonly from?: number;
  readonly to?: number;
}

export const inRange = ({ from = 0, to = Infinity }: VersionRange, version: number): boolean =>
  version >= from && version <= to;

/** The versions that are in both ranges. */
export function intersect(a: VersionRange, b: VersionRange): VersionRange {
  const from = Math.max(a.from ?? 0, b.from ?? 0);
  const to = Math.min(a.to ?? Infinity, b.to ?? Infinity);
  return { ...(from > 0 && { from }), ...(to < Infinity && { to }) };
}
