import type { ActorRuntime } from '#actors';
import { inSpan, traceContext } from '#ops';
import type { DeviceIdentity } from '#store';
import type { QuarantineNotice } from '#backend';
import type { DeviceAnswers, DeviceMessage, Envelope, QuarantinedAnswer } from './messages.js';

/** Who asks: the same for all asks of one request. */
export type Asker = Omit<Envelope, 'body'>;

/** The actor's address. Its parts cannot hold a slash: DeviceIds are alphanumeric, the rest is escaped. */
export const deviceAddress = ({ tenant, user, deviceId }: DeviceIdentity): string =>
  [tenant, user, deviceId].map(encodeURIComponent).join('/');

/** What makes a device's actor forget what it remembers. */
export const reloadOf = (identity: DeviceIdentity): Envelope => ({
  identity,
  deviceType: '',
  userAgent: '',
  protocolVersion: 0,
  policyKey: null,
  credentials: '',
  body: { type: 'Reload' },
});

/** Typed asks to device actors, wherever they are hosted. */
export class DeviceClient {
  constructor(
    private readonly runtime: ActorRuntime,
    /** Milliseconds an ask may take in all. */
    private readonly patience: number,
    private readonly now: () => number = Date.now,
    /** Hears with each answer whether the device is in quarantine. */
    private readonly hear: (quarantine: QuarantineNotice | null) => void = () => undefined,
    /** What this was made of, for one request. */
    private readonly origin: DeviceClient | null = null,
  ) {}

  /** The same, for one request: `hear` is told with each answer whether the device is in quarantine. */
  hearing(hear: (quarantine: QuarantineNotice | null) => void): DeviceClient {
    return new DeviceClient(this.runtime, this.patience, this.now, hear, this.unheard);
  }

  /** The same, and nobody hears: for whoever goes on asking when the request is over but for the waiting. */
  get unheard(): DeviceClient {
    return this.origin ?? this;
  }

  /** Throws what the actor threw, DeadlinePassed or Overloaded. */
  async ask<Type extends DeviceMessage['type']>(
    asker: Asker,
    body: Extract<DeviceMessage, { type: Type }>,
  ): Promise<DeviceAnswers[Type]> {
    const { type } = body;
    const work = (): Promise<unknown> => this.tell(asker, body);
    const told = await inSpan('ask', type, { 'godwit.message': type }, work, asker.trace);
    const quarantined = isQuarantined(told) ? told : null;
    this.hear(quarantined?.quarantine ?? null);
    return (quarantined ? quarantined.answer : told) as DeviceAnswers[Type];
  }

  private tell(asker: Asker, body: DeviceMessage): Promise<unknown> {
    const trace = traceContext();
    const envelope: Envelope = { ...asker, ...(trace && { trace }), body };
    const deadline = this.now() + this.patience;
    return this.runtime.ask(deviceAddress(asker.identity), envelope, { deadline });
  }
}

const isQuarantined = (told: unknown): told is QuarantinedAnswer =>
  typeof told === 'object' && told !== null && 'quarantine' in told;
