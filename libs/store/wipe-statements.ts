import type { Statement } from './statements.js';

const wipeFields = `id, device_row_id, tenant, user_name, device_id, kind, state, reason, requested_by, requested_at,
           approved_by, sent_at, finished_at, verified`;

/**
 * Asks for a wipe: history and device in one statement, so that it is either asked for or not, whoever dies meanwhile.
 * Nothing happens where one is under way already. $1 device row, $2 kind, $3 state, $4 reason, $5 by whom.
 */
export const requestWipe: Statement = {
  name: 'request_wipe',
  text: `
    WITH device AS (
      SELECT d.id, a.tenant, a.user_name, d.device_id, d.wipe
        FROM devices d JOIN accounts a ON a.id = d.account_id
       WHERE d.id = $1::bigint FOR UPDATE OF d
    ), asked AS (
      INSERT INTO wipes (device_row_id, tenant, user_name, device_id, kind, state, reason, requested_by)
      SELECT id, tenant, user_name, device_id, $2, $3, $4, $5 FROM device
       WHERE COALESCE(wipe->>'state', '') NOT IN ('waiting', 'requested', 'sent')
      RETURNING ${wipeFields}
    ), marked AS (
      UPDATE devices d
         SET wipe = jsonb_build_object('id', asked.id::text, 'kind', asked.kind, 'state', asked.state)
        FROM asked WHERE d.id = asked.device_row_id
    )
    SELECT ${wipeFields} FROM asked`,
};

/**
 * Makes a step if the wipe stands where it can be made; the device is blocked by its confirmation, until somebody allows
 * it. $1 wipe, $2 states to come from, $3 state to go to, $4 who approved (null: nobody now), $5 verified (null: as is).
 */
export const stepWipe: Statement = {
  name: 'step_wipe',
  text: `
    WITH moved AS (
      UPDATE wipes
         SET state = $3,
             approved_by = COALESCE($4::text, approved_by),
             sent_at = CASE WHEN $3 = 'sent' THEN COALESCE(sent_at, now()) ELSE sent_at END,
             finished_at = CASE WHEN $3 IN ('confirmed', 'failed', 'cancelled') THEN now() ELSE finished_at END,
             verified = COALESCE($5::boolean, verified)
       WHERE id = $1::bigint AND state = ANY($2::text[])
      RETURNING ${wipeFields}
    ), marked AS (
      UPDATE devices d
         SET wipe = CASE WHEN $3 = 'cancelled' THEN NULL
                         ELSE jsonb_build_object('id', moved.id::text, 'kind', moved.kind, 'state', moved.state) END,
             decision = CASE WHEN $3 = 'confirmed' THEN NULL ELSE d.decision END,
             standing = CASE WHEN $3 = 'confirmed' THEN 'blocked' ELSE d.standing END,
             standing_reason = CASE WHEN $3 = 'confirmed' THEN 'wiped' ELSE d.standing_reason END
        FROM moved WHERE d.id = moved.device_row_id AND d.wipe->>'id' = moved.id::text
    )
    SELECT ${wipeFields} FROM moved`,
};

/** $1 wipe. */
export const doubtWipe: Statement = {
  name: 'doubt_wipe',
  text: `
    UPDATE wipes SET verified = false
     WHERE id = $1::bigint AND state IN ('sent', 'failed') AND verified IS NULL RETURNING id`,
};

/** $1 device row; newest first. */
export const wipesOfDevice: Statement = {
  name: 'wipes_of_device',
  text: `SELECT ${wipeFields} FROM wipes WHERE device_row_id = $1::bigint ORDER BY id DESC`,
};

/** Those a device is to be told of. $1 states. A removed device has none. */
export const wipesInForce: Statement = {
  name: 'wipes_in_force',
  text: `
    SELECT w.tenant, w.user_name, w.device_id, w.kind
      FROM wipes w JOIN devices d ON d.id = w.device_row_id AND d.wipe->>'id' = w.id::text
     WHERE w.state = ANY($1::text[])`,
};

/** What is asked before a wipe. $1 device row. */
export const deviceToWipe: Statement = {
  name: 'device_to_wipe',
  text: `
    SELECT d.id, a.tenant, a.user_name, d.device_id, d.protocol_version, d.wipe, d.recovery_password
      FROM devices d JOIN accounts a ON a.id = d.account_id WHERE d.id = $1::bigint`,
};

/** $1 device row, $2 policy or null, $3 state. */
export const markPolicy: Statement = {
  name: 'mark_policy',
  text: 'UPDATE devices SET policy_id = $2::bigint, policy_state = $3 WHERE id = $1::bigint',
};

/** $1 device row, $2 sealed password or null. */
export const keepRecoveryPassword: Statement = {
  name: 'keep_recovery_password',
  text: 'UPDATE devices SET recovery_password = $2 WHERE id = $1::bigint',
};
