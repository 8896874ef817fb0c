import type { IncomingMessage } from 'node:http';
import { provision, type CommandEvents, type CommandLimits, type Reply } from '#commands';
import { ProvisionRequired, type DeviceClient } from '#device';
import type { Query } from '#eas';
import type { PendingWipes } from '#policy';
import type { DeviceIdentity } from '#store';
import type { Core } from '../assembly/core.js';
import type { RequestBody } from './request-body.js';

/** The first version with AccountOnlyRemoteWipe (MS-ASPROV 2.2.2.1). */
const ACCOUNT_WIPE_SINCE = 161;

/** A request whose login was refused. */
export interface UnprovenRequest {
  readonly request: IncomingMessage;
  readonly query: Query;
  readonly version: number;
  readonly policyKey: string | null;
  readonly userAgent: string;
  readonly events: CommandEvents;
  body(): Promise<RequestBody>;
}

interface UnprovenParts {
  readonly core: Pick<Core, 'accounts'>;
  readonly devices: DeviceClient;
  readonly limits: CommandLimits;
  readonly wipes: PendingWipes;
}

/**
 * A lost phone is often wiped after its user's password was changed, or his account closed: it must hear of its wipe
 * although its login is refused (trap 10). It hears of nothing else, and whoever guesses names learns no more than that.
 */
export class UnprovenWipes {
  constructor(private readonly parts: UnprovenParts) {}

  /**
   * Null: there is nothing to tell, the refusal stands. Provision gets the wipe from the device's actor; what else is asked
   * throws ProvisionRequired 140, in the manner of its version.
   */
  async reply(asked: UnprovenRequest): Promise<Reply | null> {
    const { core, wipes } = this.parts;
    const { query, version } = asked;
    const claimed = core.accounts.claimed(asked.request.headers.authorization, query.user ?? null);
    if (!claimed) return null;
    const identity = { ...claimed, deviceId: query.deviceId };
    const kind = wipes.of(identity);
    if (kind === null || (kind === 'account' && version < ACCOUNT_WIPE_SINCE)) return null;
    if (query.command !== 'Provision') throw new ProvisionRequired(140);
    return this.provision(asked, identity);
  }

  private async provision(asked: UnprovenRequest, identity: DeviceIdentity): Promise<Reply> {
    const { devices, limits } = this.parts;
    const { query, version, policyKey, userAgent, events } = asked;
    const body = await asked.body();
    return provision({
      version,
      body: body.content,
      hasBody: body.isPresent,
      limits,
      events,
      devices,
      asker: {
        identity,
        deviceType: query.deviceType,
        userAgent,
        protocolVersion: version,
        policyKey,
        unproven: true,
        credentials: '',
      },
    });
  }
}
