import type { ActorRuntime } from '#actors';
import type { DeviceIdentity } from '#store';
import type { DeviceAnswers, DeviceMessage, Envelope } from './messages.js';

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
  ) {}

  /** Throws what the actor threw, DeadlinePassed or Overloaded. */
  async ask<Type extends DeviceMessage['type']>(
    asker: Asker,
    body: Extract<DeviceMessage, { type: Type }>,
  ): Promise<DeviceAnswers[Type]> {
    const envelope: Envelope = { ...asker, body };
    const deadline = this.now() + this.patience;
    return (await this.runtime.ask(deviceAddress(asker.identity), envelope, {
      deadline,
    })) as DeviceAnswers[Type];
  }
}
