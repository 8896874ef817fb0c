/** The class id with which every global object id begins (MS-ASEMAIL 2.2.2.37, MS-OXOCAL 2.2.1.27). */
const classId = Buffer.from('040000008200e00074c5b7101a82e008', 'hex');
const vCalMark = Buffer.from('vCal-Uid\u0001\0\0\0', 'latin1');
const instanceDateAt = 16;
const headSize = 40;

/** The day of one meeting of a series, in the organizer's zone. */
export interface InstanceDay {
  readonly year: number;
  /** 1 January to 12 December. */
  readonly month: number;
  readonly day: number;
}

/**
 * GlobalObjId of a meeting: class id, day of the instance, time of creation, eight zero bytes, length, data. A UID that is an
 * Outlook id in hexadecimal is that id; any other is packed as a vCal-Uid, with no time of creation, because the id must be
 * the same whenever the mail is read (trap 88).
 */
export function globalObjectId(uid: string, instance: InstanceDay | null): Uint8Array {
  const id = outlookId(uid) ?? foreignId(uid);
  const { year, month, day } = instance ?? { year: 0, month: 0, day: 0 };
  id.set([(year >> 8) & 0xff, year & 0xff, month, day], instanceDateAt);
  return id;
}

function outlookId(uid: string): Buffer | null {
  const text = uid.trim();
  if (text.length < headSize * 2 || text.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(text)) return null;
  const id = Buffer.from(text, 'hex');
  return id.subarray(0, classId.length).equals(classId) ? id : null;
}

function foreignId(uid: string): Buffer {
  const data = Buffer.concat([vCalMark, Buffer.from(uid, 'utf8'), Buffer.alloc(1)]);
  const head = Buffer.alloc(headSize);
  classId.copy(head);
  head.writeUInt32LE(data.length, headSize - 4);
  return Buffer.concat([head, data]);
}
