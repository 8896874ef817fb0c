/**
 * What Godwit remembers, in PostgreSQL: accounts and their folders, devices, what each device has of each folder. State
 * columns hold JSON whose shape belongs to libs/device; this room only promises that a write computed from an old state
 * never lands (StaleState), that nothing is half written, and that a lost database is told apart from a bug
 * (StoreUnavailable). `openDatabase` brings up the schema, and with `embedded` the server as well.
 */
export * from './account-stores.js';
export * from './administration/access-store.js';
export type { UserView } from './administration/people-store.js';
export * from './administration/app-password-store.js';
export { AdministrationStores } from './administration/administration.js';
export type * from './administration/policy-store.js';
export * from './administration/audit-store.js';
export * from './administration/retention-store.js';
export * from './administration/session-store.js';
export type { ShareOwner, NewShare } from './administration/share-store.js';
export * from './administration/token-store.js';
export * from './administration/webhook-store.js';
export type * from './administration/wipe-store.js';
export type { DeviceFilter } from './administration/device-filter.js';
export type { DeviceView, DeviceWhole } from './administration/device-rows.js';
export {
  DeviceViews,
  type CollectionView,
  type DeviceOrder,
  type DeviceSort,
  type SetAsideView,
  type TimelineRow,
} from './administration/device-views.js';
export type { DeviceCounts, ShareView } from './administration/device-histories.js';
export type { NodeMinute } from './administration/statistics-store.js';
export { InvalidCursor, type Page } from './administration/keyset.js';
export * from './database.js';
export * from './device-control.js';
export { EmbeddedUnavailable } from './embedded/binaries.js';
export { DataDirectoryInUse } from './embedded/ownership.js';
export * from './errors.js';
export { planFolders, type FolderPlan, type SeenFolder } from './folder-plan.js';
export * from './lazy-database.js';
export * from './mail-notes.js';
export * from './memory-device-store.js';
export * from './memory-mail-notes-store.js';
export * from './memory-object-names-store.js';
export * from './memory-scheduled-mail-store.js';
export { MigrationFailed } from './migrate.js';
export * from './object-names.js';
export * from './scheduled-mail.js';
export * from './suggested-contacts.js';
export * from './types.js';
export * from './wipe-steps.js';
export { TraceStore, type KeptTrace, type TracedDevice } from './administration/trace-store.js';
