import { DeviceViews } from './device-views.js';
import { AccessStore } from './access-store.js';
import type { OpenConnection } from './open-connection.js';
import { PolicyStore } from './policy-store.js';
import { TokenStore } from './token-store.js';
import { WipeStore } from './wipe-store.js';

/**
 * What administrators decide and see, one small store a subject. Every method throws StoreUnavailable while the database
 * is away.
 */
export class AdministrationStores {
  readonly access: AccessStore;
  readonly devices: DeviceViews;
  readonly policies: PolicyStore;
  readonly tokens: TokenStore;
  readonly wipes: WipeStore;

  constructor(open: OpenConnection) {
    this.access = new AccessStore(open);
    this.devices = new DeviceViews(open);
    this.policies = new PolicyStore(open);
    this.tokens = new TokenStore(open);
    this.wipes = new WipeStore(open);
  }
}
