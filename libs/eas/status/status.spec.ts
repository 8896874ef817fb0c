import { CommonStatus, httpStatusOf } from './common.js';
import { EasStatusError, statusName } from './status-error.js';
import {
  FolderSyncStatus,
  GetItemEstimateStatus,
  MoveItemsStatus,
  statusTable,
  SyncStatus,
} from './tables.js';

describe('status codes', () => {
  it('of different commands are not mixed up (trap 29)', () => {
    expect([
      SyncStatus.invalidSyncKey,
      FolderSyncStatus.invalidSyncKey,
      GetItemEstimateStatus.invalidSyncKey,
      MoveItemsStatus.success,
    ]).toEqual([3, 9, 4, 3]);
  });

  it('have one name each within a command', () => {
    for (const command of [
      'Sync',
      'FolderSync',
      'FolderCreate',
      'Ping',
      'ItemOperations',
      'Settings',
      'Provision',
      'MeetingResponse',
      'Search',
      'Find',
      'ResolveRecipients',
      'ValidateCert',
    ]) {
      const values = Object.values(statusTable(command));
      expect(new Set(values).size).toBe(values.length);
      expect(values).toContain(1);
    }
  });

  it('are HTTP statuses for 12.1 and older', () => {
    const expected: [CommonStatus, number][] = [
      [CommonStatus.InvalidContent, 400],
      [CommonStatus.ServerErrorRetryLater, 503],
      [CommonStatus.MailboxQuotaExceeded, 507],
      [CommonStatus.DeviceIsBlockedForThisUser, 403],
      [CommonStatus.CommandNotSupported, 501],
      [CommonStatus.VersionNotSupported, 400],
      [CommonStatus.RemoteWipeRequested, 449],
      [CommonStatus.DeviceNotProvisioned, 449],
      [CommonStatus.ItemNotFound, 400],
    ];
    for (const [status, http] of expected) expect([status, httpStatusOf(status)]).toEqual([status, http]);
  });

  it('come with a name in errors', () => {
    expect(new EasStatusError('Sync', 3).message).toBe('Sync: invalidSyncKey');
    expect(statusName('Ping', 142)).toBe('DeviceNotProvisioned');
    expect(statusName('Ping', 99)).toBe('status 99');
  });
});
