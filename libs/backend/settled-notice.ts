import type { ChangeNotice } from './port.js';

/** Tells of changes in folders some moments after the first of them: what comes together is told as one. */
export class SettledNotice {
  private readonly dirty = new Set<string>();
  private settling: NodeJS.Timeout | null = null;
  private closed = false;

  /** `time` in milliseconds. */
  constructor(
    private readonly notify: (notice: ChangeNotice) => void,
    private readonly time: number,
  ) {}

  mark(path: string): void {
    if (this.closed) return;
    this.dirty.add(path);
    this.settling ??= setTimeout(() => this.tell(), this.time);
  }

  /** Nothing is told afterwards. */
  close(): void {
    this.closed = true;
    if (this.settling) clearTimeout(this.settling);
  }

  private tell(): void {
    this.settling = null;
    const folders = [...this.dirty];
    this.dirty.clear();
    this.notify({ folders });
  }
}
