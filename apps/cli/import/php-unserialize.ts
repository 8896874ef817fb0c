/**
 * Reads what PHP's serialize() wrote, as data: no class is known here, nothing is made or run by reading. Input is not
 * trusted; depth, number of values and lengths are bounded by what is there.
 */

/** An object, with the names of its properties freed of their visibility. What its class means is up to the reader. */
export class PhpObject {
  constructor(
    readonly className: string,
    readonly properties: PhpArray,
  ) {}
}
/** PHP's array: keys are whole numbers or texts, here all texts. */
export type PhpArray = ReadonlyMap<string, PhpValue>;
/** References to values that stand elsewhere (`r:`, `R:`) are read as null: nothing that is imported is shared. */
export type PhpValue = null | boolean | number | string | PhpArray | PhpObject;

/** The text is no serialized value; `at` is the byte where that shows. */
export class PhpSyntaxError extends Error {
  override readonly name = 'PhpSyntaxError';
  constructor(
    what: string,
    readonly at: number,
  ) {
    super(`${what} at byte ${at}`);
  }
}

const MOST_DEPTH = 100;
const MOST_VALUES = 2_000_000;
/** Digits of a length or count: more than any file has bytes. */
const MOST_DIGITS = 12;

class Reader {
  private position = 0;
  private values = 0;

  constructor(private readonly bytes: Buffer) {}

  whole(): PhpValue {
    const value = this.value(0);
    // Files may end with a line feed that was never PHP's.
    while (this.position < this.bytes.length && this.bytes[this.position]! <= 0x20) this.position++;
    if (this.position < this.bytes.length) this.fail('Something follows the value');
    return value;
  }

  private fail(what: string): never {
    throw new PhpSyntaxError(what, this.position);
  }

  private value(depth: number): PhpValue {
    if (depth > MOST_DEPTH) this.fail('Values within values, too deep');
    if (++this.values > MOST_VALUES) this.fail('Too many values');
    const kind = String.fromCharCode(this.bytes[this.position++] ?? 0);
    switch (kind) {
      case 'N':
        this.expect(';');
        return null;
      case 'b':
        return this.scalar() === '1';
      case 'i':
      case 'd':
        return this.number();
      case 's':
        return this.string(';');
      case 'a':
        return this.array(depth);
      case 'O':
        return this.object(depth);
      case 'C':
        return this.custom(depth);
      case 'E':
        return this.string(';');
      case 'r':
      case 'R':
        this.scalar();
        return null;
      default:
        this.position--;
        return this.fail('No value begins');
    }
  }

  private expect(text: string): void {
    for (const character of text) {
      if (this.bytes[this.position] !== character.charCodeAt(0)) this.fail(`Expected ${character}`);
      this.position++;
    }
  }

  /** What stands between `:` and `;`. */
  private scalar(): string {
    this.expect(':');
    const end = this.bytes.indexOf(0x3b, this.position);
    if (end < 0 || end - this.position > 40) this.fail('A value without end');
    const text = this.bytes.toString('latin1', this.position, end);
    this.position = end + 1;
    return text;
  }

  private number(): number {
    const text = this.scalar();
    if (text === 'INF' || text === '-INF') return text === 'INF' ? Infinity : -Infinity;
    if (text === 'NAN') return NaN;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?$/i.test(text)) this.fail('Not a number');
    return Number(text);
  }

  /** `:n:`, at most as much as bytes are left: whatever is counted takes a byte. */
  private count(): number {
    this.expect(':');
    const start = this.position;
    let count = 0;
    for (let byte = this.bytes[this.position]; byte !== undefined && byte >= 0x30 && byte <= 0x39;) {
      count = count * 10 + (byte - 0x30);
      byte = this.bytes[++this.position];
      if (this.position - start > MOST_DIGITS) this.fail('Not a length');
    }
    if (this.position === start || count > this.bytes.length - this.position) this.fail('Not a length');
    this.expect(':');
    return count;
  }

  /** Bytes of a length told before, in quotes. */
  private string(end: string): string {
    const length = this.count();
    this.expect('"');
    if (length > this.bytes.length - this.position) this.fail('A text without end');
    const text = this.bytes.toString('utf8', this.position, this.position + length);
    this.position += length;
    this.expect(`"${end}`);
    return text;
  }

  private array(depth: number): PhpArray {
    const count = this.count();
    return this.members(count, depth, (name) => name);
  }

  private object(depth: number): PhpObject {
    const className = this.string('');
    const count = this.count();
    // "\0*\0name" is protected, "\0Class\0name" private.
    return new PhpObject(
      className,
      this.members(count, depth, (name) => name.slice(name.lastIndexOf('\0') + 1)),
    );
  }

  private members(count: number, depth: number, named: (key: string) => string): PhpArray {
    this.expect('{');
    const members = new Map<string, PhpValue>();
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') this.fail('Not a key');
      members.set(named(String(key)), this.value(depth + 1));
    }
    this.expect('}');
    return members;
  }

  /** An object that wrote itself in its own way. Those of interest write another serialized value. */
  private custom(depth: number): PhpObject {
    const className = this.string('');
    const length = this.count();
    this.expect('{');
    const end = this.position + length;
    const inner = this.value(depth + 1);
    if (this.position !== end) this.fail('An object of another length than it says');
    this.expect('}');
    return new PhpObject(className, inner instanceof Map ? inner : new Map([['0', inner]]));
  }
}

/** Reads a whole serialized value. Throws PhpSyntaxError. */
export const unserialize = (bytes: Buffer): PhpValue => new Reader(bytes).whole();
