import type { Standing } from '../device-control.js';

/** What a list of devices is narrowed to; absent is anything. */
export interface DeviceFilter {
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  /** A part of user, model, friendly name or device id. */
  readonly q?: string | undefined;
  readonly model?: string | undefined;
  readonly os?: string | undefined;
  readonly deviceType?: string | undefined;
  /** `16.1`. */
  readonly protocolVersion?: string | undefined;
  readonly standing?: Standing | undefined;
  /** `cancelled` looks into the history; the others are the wipe in force. */
  readonly wipe?: string | undefined;
  readonly policyState?: string | undefined;
  readonly seenAfter?: string | undefined;
  readonly seenBefore?: string | undefined;
  readonly failing?: boolean | undefined;
}

/** Conditions of a statement in the making, and their values. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** `sql` has `?` where each value goes; nothing is added if a value is undefined. */
  add(sql: string, ...values: unknown[]): this {
    if (values.includes(undefined)) return this;
    const given = values[Symbol.iterator]();
    this.parts.push(
      sql.replace(/\?/g, () => {
        this.values.push(given.next().value);
        return `$${this.values.length}`;
      }),
    );
    return this;
  }

  /** The parameter that stands for a further value. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}

const versionNumber = (version: string | undefined): number | undefined =>
  version === undefined ? undefined : Math.round(Number(version) * 10);

/** All of a filter but `q`, on `devices d`. */
export function conditionsOf(filter: DeviceFilter): Conditions {
  const { tenant, user, model, os, deviceType, standing, wipe, policyState, seenAfter, seenBefore } = filter;
  const conditions = new Conditions()
    .add('d.tenant = ?', tenant)
    .add('d.user_name = ?', user?.toLowerCase())
    .add('d.model = ?', model)
    .add('d.os = ?', os)
    .add('d.device_type = ?', deviceType)
    .add('d.protocol_version = ?', versionNumber(filter.protocolVersion))
    .add('d.standing = ?', standing)
    .add('d.policy_state = ?', policyState)
    .add('d.last_seen_at > ?', seenAfter)
    .add('d.last_seen_at < ?', seenBefore);
  if (wipe === 'cancelled') conditions.add('d.id IN (SELECT device_row_id FROM wipes WHERE state = ?)', wipe);
  else conditions.add("d.wipe ->> 'state' = ?", wipe);
  if (filter.failing !== undefined)
    conditions.add(filter.failing ? 'd.last_error IS NOT NULL' : 'd.last_error IS NULL');
  return conditions;
}

/** A text to look for inside others, as LIKE wants it. */
export const likeInside = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
