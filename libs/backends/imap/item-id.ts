/** Digits of base 36 that hold any 32-bit number. */
const width = 7;
const largest = 0xffff_ffff;

/**
 * The id of a mail: UIDVALIDITY and UID, seven digits of base 36 each. Ids of one mailbox order as strings as their UIDs
 * do, and an id is never used again, because a mailbox that numbers anew has another UIDVALIDITY.
 */
export function itemId(uidValidity: number, uid: number): string {
  return digits(uidValidity) + digits(uid);
}

/** Null if it is not an id of ours. */
export function parseItemId(id: string): { uidValidity: number; uid: number } | null {
  if (!/^[0-9a-z]{14}$/.test(id)) return null;
  const uidValidity = parseInt(id.slice(0, width), 36);
  const uid = parseInt(id.slice(width), 36);
  return uidValidity <= largest && uid >= 1 && uid <= largest ? { uidValidity, uid } : null;
}

const digits = (value: number): string => value.toString(36).padStart(width, '0');
