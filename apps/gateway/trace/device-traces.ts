import type { Bus, LiveRequest, TraceEntry } from '#bus';
import { RequestTrace } from './request-trace.js';

/** Milliseconds without a word of whoever wanted the trace, after which nobody does. */
const FORGOTTEN = 35_000;
/** Characters of a device in a minute: a phone that loads its whole mailbox must not flood the bus and the database. */
const PER_MINUTE = 500_000;
const MINUTE = 60_000;

interface Traced {
  until: number;
  minute: number;
  told: number;
}

/** A request, as far as it concerns a trace. */
export interface Traceable {
  readonly who: {
    readonly tenant: string | undefined;
    readonly user: string | undefined;
    readonly device: string;
  };
  live(): LiveRequest;
}

/** Which devices are traced, as the administrators' processes tell: this node asks no database for it. */
export class DeviceTraces {
  private readonly devices = new Map<string, Traced>();
  private readonly leave: () => void;

  constructor(
    private readonly bus: Bus,
    private readonly now: () => number = Date.now,
  ) {
    this.leave = bus.subscribe('trace-wanted', ({ tenant, user, device, until }) =>
      this.want(`${tenant}/${user}/${device}`, until),
    );
  }

  /** What is to be told of a request; null, as nearly always, if its device is not traced. */
  begin(record: Traceable): RequestTrace | null {
    if (this.devices.size === 0) return null;
    const { tenant, user, device } = record.who;
    const key = `${tenant}/${user}/${device}`;
    const traced = this.devices.get(key);
    if (!traced) return null;
    if (this.now() >= traced.until) {
      this.devices.delete(key);
      return null;
    }
    const about = record.live();
    return new RequestTrace(about, (part) => this.tell(traced, about, part));
  }

  close(): void {
    this.leave();
    this.devices.clear();
  }

  private want(key: string, until: number): void {
    const now = this.now();
    for (const [other, traced] of this.devices) if (now >= traced.until) this.devices.delete(other);
    if (until <= now) return void this.devices.delete(key);
    const known = this.devices.get(key) ?? { until: 0, minute: 0, told: 0 };
    known.until = Math.min(until, now + FORGOTTEN);
    this.devices.set(key, known);
  }

  private tell(
    traced: Traced,
    { id, node, tenant, user, device, command }: LiveRequest,
    part: Pick<TraceEntry, 'kind' | 'text' | 'status'>,
  ): void {
    const at = this.now();
    const text = this.within(traced, at, part.text);
    if (text === null || tenant === null || user === null) return;
    const entry = { ...part, text, tenant, user, device, node, at, request: id, command };
    this.bus.publish('trace', { entries: [entry] });
  }

  /** The text, or once a minute that there is more than is told; null for what is left out. */
  private within(traced: Traced, at: number, text: string): string | null {
    const minute = Math.floor(at / MINUTE);
    if (traced.minute !== minute) Object.assign(traced, { minute, told: 0 });
    if (traced.told > PER_MINUTE) return null;
    traced.told += text.length;
    if (traced.told <= PER_MINUTE) return text;
    return '<!-- too much for one minute: what follows in it is left out -->';
  }
}
