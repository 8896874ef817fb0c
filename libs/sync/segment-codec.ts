import type { KnownItem } from './known.js';

/**
 * A slice of the known set in bytes, about five a mail: ids front-coded against the one before, versions by number in a
 * table, days as differences. The first byte is the layout's number; a reader refuses others (a newer writer's slice
 * means that this process is the older one of a rolling upgrade, and must not touch it).
 */
const LAYOUT = 1;

class ByteWriter {
  private bytes: Buffer = Buffer.allocUnsafe(4096);
  private length = 0;

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  varint(value: number): void {
    this.room(8);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.room(size);
    this.length += this.bytes.write(value, this.length);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

class ByteReader {
  private position = 0;
  private readonly bytes: Buffer;
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw new Error('known segment ends early');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  text(): string {
    const size = this.varint();
    const end = this.position + size;
    if (end > this.bytes.length) throw new Error('known segment ends early');
    const value = this.bytes.toString('utf8', this.position, end);
    this.position = end;
    return value;
  }
}

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

function sharedPrefix(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

export function encodeSegment(items: ReadonlyMap<string, KnownItem>): Uint8Array {
  const versions = new Map<string, number>();
  for (const { version } of items.values()) {
    if (!versions.has(version)) versions.set(version, versions.size);
  }
  const out = new ByteWriter();
  out.varint(LAYOUT);
  out.varint(versions.size);
  for (const version of versions.keys()) out.text(version);
  out.varint(items.size);
  let previousId = '';
  let previousDay = 0;
  for (const [id, item] of items) {
    const shared = sharedPrefix(previousId, id);
    out.varint(shared);
    out.text(id.slice(shared));
    out.varint(versions.get(item.version)!);
    // 0 is "no day", so that every difference is raised by one.
    out.varint(item.day === null ? 0 : zigzag(item.day - previousDay) + 1);
    previousId = id;
    previousDay = item.day ?? previousDay;
  }
  return out.finish();
}

/** Throws if the bytes are not a slice of the layout this code knows. */
export function decodeSegment(bytes: Uint8Array): Map<string, KnownItem> {
  const input = new ByteReader(bytes);
  const layout = input.varint();
  if (layout !== LAYOUT) throw new Error(`known segment of layout ${layout}, this version reads ${LAYOUT}`);
  const versions = Array.from({ length: input.varint() }, () => input.text());
  const items = new Map<string, KnownItem>();
  let previousId = '';
  let previousDay = 0;
  for (let left = input.varint(); left > 0; left--) {
    const shared = input.varint();
    const id = previousId.slice(0, shared) + input.text();
    const version = versions[input.varint()];
    if (version === undefined) throw new Error('known segment names a version outside of its table');
    const code = input.varint();
    const day = code === 0 ? null : previousDay + unzigzag(code - 1);
    items.set(id, { version, day });
    previousId = id;
    previousDay = day ?? previousDay;
  }
  return items;
}
