/** What was used last, up to a weight in all. What weighs more than an eighth of it is not kept at all. */
export class BoundedCache<Value> {
  private readonly held = new Map<string, { readonly value: Value; readonly weight: number }>();
  private total = 0;

  constructor(private readonly capacity: number) {}

  get(key: string): Value | undefined {
    const found = this.held.get(key);
    if (!found) return undefined;
    this.held.delete(key);
    this.held.set(key, found);
    return found.value;
  }

  set(key: string, value: Value, weight: number): void {
    this.delete(key);
    if (weight > this.capacity / 8) return;
    this.held.set(key, { value, weight });
    this.total += weight;
    for (const oldest of this.held.keys()) {
      if (this.total <= this.capacity) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.held.get(key);
    if (!found) return;
    this.held.delete(key);
    this.total -= found.weight;
  }

  keys(): Iterable<string> {
    return this.held.keys();
  }

  /** Sum of the weights. */
  get weight(): number {
    return this.total;
  }
}
