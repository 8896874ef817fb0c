/** A map that forgets the entry least recently used when it is full. */
export class BoundedMap<V> {
  private readonly entries = new Map<string, V>();
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      // A Map keeps the order of insertion: what is inserted again is the youngest.
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.capacity) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Replaces every value. */
  mapValues(change: (value: V) => V): void {
    for (const [key, value] of this.entries) this.entries.set(key, change(value));
  }

  /** Forgets all that fit. Looks at every entry. */
  deleteWhere(fits: (value: V) => boolean): void {
    for (const [key, value] of this.entries) if (fits(value)) this.entries.delete(key);
  }
}
