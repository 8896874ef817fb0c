import { AuditStore } from './audit-store.js';
import { DeviceViews } from './device-views.js';
import { AccessStore } from './access-store.js';
import { AppPasswordTable } from './app-password-store.js';
import { PeopleStore } from './people-store.js';
import { UserViews } from './user-views.js';
import { StatisticsStore } from './statistics-store.js';
import { ImportStore } from './import-store.js';
import type { OpenConnection } from './open-connection.js';
import { PolicyStore } from './policy-store.js';
import { RetentionStore } from './retention-store.js';
import { SessionStore } from './session-store.js';
import { ShareStore } from './share-store.js';
import { TokenStore } from './token-store.js';
import { WebhookStore } from './webhook-store.js';
import { TraceStore } from './trace-store.js';
import { WipeStore } from './wipe-store.js';

/**
 * What administrators decide and see, one small store a subject. Every method throws StoreUnavailable while the database
 * is away.
 */
export class AdministrationStores {
  readonly access: AccessStore;
  readonly people: PeopleStore;
  readonly appPasswords: AppPasswordTable;
  readonly devices: DeviceViews;
  readonly imports: ImportStore;
  readonly statistics: StatisticsStore;
  readonly users: UserViews;
  readonly policies: PolicyStore;
  readonly audit: AuditStore;
  readonly retention: RetentionStore;
  readonly sessions: SessionStore;
  readonly shares: ShareStore;
  readonly tokens: TokenStore;
  readonly webhooks: WebhookStore;
  readonly traces: TraceStore;
  readonly wipes: WipeStore;

  constructor(open: OpenConnection) {
    this.access = new AccessStore(open);
    this.people = new PeopleStore(open);
    this.appPasswords = new AppPasswordTable(open);
    this.devices = new DeviceViews(open);
    this.imports = new ImportStore(open);
    this.statistics = new StatisticsStore(open);
    this.users = new UserViews(open);
    this.policies = new PolicyStore(open);
    this.audit = new AuditStore(open);
    this.retention = new RetentionStore(open);
    this.sessions = new SessionStore(open);
    this.shares = new ShareStore(open);
    this.tokens = new TokenStore(open);
    this.webhooks = new WebhookStore(open);
    this.traces = new TraceStore(open);
    this.wipes = new WipeStore(open);
  }
}
