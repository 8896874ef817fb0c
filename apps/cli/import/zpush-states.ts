import { PhpSyntaxError, unserialize } from './php-unserialize.js';
import { devicesOf, imapNamesOf, type ZPushDevice } from './zpush-device.js';

/** One state as Z-Push keeps it, in a file or a row. */
export interface ZPushState {
  readonly deviceId: string;
  /** `devicedata`, `bs` and others. */
  readonly type: string;
  readonly data: Buffer;
  /** Where it was, for what is told of it. */
  readonly where: string;
}

/** What cannot be read, and why. */
export interface Unread {
  readonly where: string;
  readonly reason: string;
}

export interface ZPushContent {
  readonly devices: readonly ZPushDevice[];
  /** Names of IMAP folders by their ids at the backend, for each device. */
  readonly imapNames: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly unread: readonly Unread[];
}

/** The states that are of use; all others are sync states, which no other server can continue. */
export const isOfUse = (type: string): boolean => type === 'devicedata' || type === 'bs';

const DEVICE_ID = /^[A-Za-z0-9]{1,64}$/;

/** Takes states one by one and keeps only what is wanted of them. */
export class ZPushCollector {
  private readonly devices: ZPushDevice[] = [];
  private readonly imapNames = new Map<string, Map<string, string>>();
  private readonly unread: Unread[] = [];

  add({ deviceId, type, data, where }: ZPushState): void {
    if (!isOfUse(type)) return;
    if (!DEVICE_ID.test(deviceId)) return void this.unread.push({ where, reason: 'its name is no DeviceId' });
    try {
      const value = unserialize(data);
      if (type === 'bs') this.addNames(deviceId, imapNamesOf(value));
      else this.addDevices(deviceId, where, devicesOf(deviceId, value));
    } catch (error) {
      if (!(error instanceof PhpSyntaxError)) throw error;
      this.unread.push({ where, reason: error.message });
    }
  }

  private addDevices(deviceId: string, where: string, devices: ZPushDevice[] | null): void {
    if (devices === null) this.unread.push({ where, reason: 'it holds no devices' });
    else this.devices.push(...devices.map((device) => ({ ...device, deviceId })));
  }

  private addNames(deviceId: string, names: ReadonlyMap<string, string>): void {
    const key = deviceId.toLowerCase();
    const known = this.imapNames.get(key) ?? new Map<string, string>();
    for (const [id, name] of names) known.set(id, name);
    if (known.size > 0) this.imapNames.set(key, known);
  }

  content(): ZPushContent {
    return { devices: this.devices, imapNames: this.imapNames, unread: this.unread };
  }
}
