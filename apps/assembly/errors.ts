import { registerError } from '#actors';
import { BackendError, type BackendErrorKind } from '#backend';
import { DeviceRefused, ProvisionRequired } from '#device';
import { StoreUnavailable } from '#store';

const field = (fields: unknown, name: string): unknown =>
  typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[name] : undefined;

/** Which errors cross from an actor to its asker as themselves. Both sides call this before the first ask. */
export function registerErrors(): void {
  registerError('BackendError', BackendError, {
    toJson: ({ kind, reason, retryAfter }) => ({ kind, reason, retryAfter }),
    fromJson: (fields, message) =>
      new BackendError(field(fields, 'kind') as BackendErrorKind, message, {
        reason: String(field(fields, 'reason')),
        retryAfter: field(fields, 'retryAfter') as number,
      }),
  });
  registerError('ProvisionRequired', ProvisionRequired, {
    toJson: ({ status }) => ({ status }),
    fromJson: (fields) => new ProvisionRequired(field(fields, 'status') as ProvisionRequired['status']),
  });
  registerError('DeviceRefused', DeviceRefused, {
    toJson: ({ status }) => ({ status }),
    fromJson: (fields) => new DeviceRefused(field(fields, 'status') as DeviceRefused['status']),
  });
  registerError('StoreUnavailable', StoreUnavailable, {
    toJson: () => null,
    fromJson: (_fields, message) => new StoreUnavailable(message),
  });
}
