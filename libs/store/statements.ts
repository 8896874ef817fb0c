/*
 * The statements of the hot path, written out so that each is one round trip and planned once per connection: they are
 * sent as named prepared statements. Everything else goes through Prisma's typed client.
 */

/** One statement: its name on the connection, and its text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * The device and those of the named collections that exist, as one row.
 * $1 tenant, $2 user, $3 device id, $4 folder ids (text[]), $5 whether all folders of the account, too.
 */
export const loadDevice: Statement = {
  name: 'load_device',
  text: `
    SELECT d.id, d.account_id, d.version, d.state, c.collections, d.decision, d.standing, d.standing_reason, d.exempt,
           d.wipe, a.enabled, d.device_type, d.user_agent, d.protocol_version, d.model, d.os,
           d.policy_id, d.policy_state, d.last_seen_at, d.last_sync_at, s.shares, f.folders
      FROM accounts a
      JOIN devices d ON d.account_id = a.id AND d.device_id = $3
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('folderId', folder_id, 'version', version, 'state', state)) AS collections
          FROM collections
         WHERE device_row_id = d.id AND folder_id = ANY($4::text[])
      ) c ON true
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('itemClass', item_class, 'path', path, 'name', name, 'isShown',
                 device_row_id IS NULL OR device_row_id = d.id) ORDER BY id) AS shares
          FROM shared_folders WHERE account_id = a.id
      ) s ON true
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('number', number, 'itemClass', item_class, 'path', path,
                 'identity', identity, 'gone', gone) ORDER BY number) AS folders
          FROM folders WHERE account_id = a.id AND $5::bool
      ) f ON true
     WHERE a.tenant = $1 AND a.user_name = $2`,
};

/**
 * Writes states and segments, or nothing at all if a version is not the expected one. The rows are locked before they
 * are compared: two hosts that save at once are put in order, and the second one finds the first one's versions. A row
 * that must not exist yet is inserted without ON CONFLICT, so a lost race is a unique violation.
 *
 * $1 device row, $2 expected device version (null: the device is not written), $3 device state,
 * $4 folder ids, $5 expected versions (null: create), $6 states, $7 whether to drop all segments (parallel arrays),
 * $8 folder ids, $9 firsts of segments to drop, $10 folder ids, $11 firsts, $12 data of segments to put.
 * Result: one row if everything was written, else none.
 */
export const saveDevice: Statement = {
  name: 'save_device',
  text: `
    WITH change AS (
      SELECT * FROM unnest($4::text[], $5::int[], $6::jsonb[], $7::bool[])
        AS change(folder_id, expected, state, drop_all)
    ), put AS (
      SELECT * FROM unnest($10::text[], $11::text[], $12::bytea[]) AS put(folder_id, first, data)
    ), device AS (
      SELECT version FROM devices WHERE id = $1::bigint AND $2::int IS NOT NULL FOR UPDATE
    ), held AS (
      SELECT folder_id, version FROM collections
       WHERE device_row_id = $1 AND folder_id = ANY($4) ORDER BY folder_id FOR UPDATE
    ), agreed AS (
      SELECT 1 AS ok
       WHERE ($2 IS NULL OR EXISTS (SELECT FROM device WHERE version = $2))
         AND NOT EXISTS (
           SELECT FROM change LEFT JOIN held USING (folder_id) WHERE held.version IS DISTINCT FROM change.expected)
    ), written_device AS (
      UPDATE devices SET state = $3::jsonb, version = version + 1
       WHERE id = $1 AND $2 IS NOT NULL AND EXISTS (SELECT FROM agreed)
    ), updated AS (
      UPDATE collections c SET state = change.state, version = c.version + 1
        FROM change
       WHERE c.device_row_id = $1 AND c.folder_id = change.folder_id AND change.expected IS NOT NULL
         AND EXISTS (SELECT FROM agreed)
    ), created AS (
      INSERT INTO collections (device_row_id, folder_id, state)
      SELECT $1, folder_id, state FROM change WHERE expected IS NULL AND EXISTS (SELECT FROM agreed)
    ), dropped AS (
      -- A segment that is also put is replaced below: one statement must not touch a row twice.
      DELETE FROM known_segments s
       WHERE s.device_row_id = $1 AND EXISTS (SELECT FROM agreed)
         AND (s.folder_id IN (SELECT folder_id FROM change WHERE drop_all)
              OR (s.folder_id, s.first) IN (SELECT * FROM unnest($8::text[], $9::text[])))
         AND NOT EXISTS (SELECT FROM put WHERE put.folder_id = s.folder_id AND put.first = s.first)
    ), stored AS (
      INSERT INTO known_segments (device_row_id, folder_id, first, data)
      SELECT $1, folder_id, first, data FROM put WHERE EXISTS (SELECT FROM agreed)
      ON CONFLICT (device_row_id, folder_id, first) DO UPDATE SET data = EXCLUDED.data
    )
    SELECT ok FROM agreed`,
};

/** An account's folders, also those that are gone. $1 account. */
export const listFolders: Statement = {
  name: 'list_folders',
  text: `
    SELECT number, item_class AS "itemClass", path, identity, gone
      FROM folders WHERE account_id = $1::bigint ORDER BY number`,
};

/** $1 device row, $2 folder id, $3 firsts (text[]). */
export const readSegments: Statement = {
  name: 'read_segments',
  text: `
    SELECT first, data FROM known_segments
     WHERE device_row_id = $1::bigint AND folder_id = $2 AND first = ANY($3::text[]) ORDER BY first`,
};

/**
 * Takes a key if it is free or expired, or if just $5 is recorded with it, and forgets the device's other expired keys on the
 * way. $1 device row, $2 key, $3 seconds, $4 what is recorded from now on, $5 as JSON, or null. Result: one row; `taken`, and
 * else what was recorded.
 */
export const claimKey: Statement = {
  name: 'claim_key',
  text: `
    WITH forgotten AS (
      DELETE FROM claims WHERE device_row_id = $1::bigint AND expires_at <= now() AND key <> $2
    ), taken AS (
      INSERT INTO claims AS held (device_row_id, key, result, expires_at)
      VALUES ($1, $2, $4::jsonb, now() + make_interval(secs => $3))
      ON CONFLICT (device_row_id, key) DO UPDATE SET result = EXCLUDED.result, expires_at = EXCLUDED.expires_at
        WHERE held.expires_at <= now() OR coalesce(held.result, 'null') = $5::jsonb
      RETURNING 1
    )
    SELECT EXISTS (SELECT FROM taken) AS taken,
           (SELECT result FROM claims WHERE device_row_id = $1 AND key = $2) AS result`,
};

/**
 * What the rules came to, with an event if the device is served otherwise than before; nothing where an administrator has
 * decided, or a wipe was carried out, or the rules are no longer those it was judged by. The lock makes a change of rules
 * wait: whoever judges by the new ones finds this written. $1 device row, $2 standing, $3 reason, $4 exempt, $5 revision.
 */
export const judgeDevice: Statement = {
  name: 'judge_device',
  text: `
    WITH current AS (
      SELECT 1 FROM access_revision WHERE revision = $5::bigint FOR SHARE
    ), before AS (
      SELECT d.id, d.standing FROM devices d, current WHERE d.id = $1::bigint FOR UPDATE OF d
    ), changed AS (
      UPDATE devices d SET standing = $2, standing_reason = $3, exempt = $4 FROM before
       WHERE d.id = before.id AND d.decision IS NULL AND d.standing_reason <> 'wiped'
      RETURNING d.id, before.standing AS before
    ), told AS (
      INSERT INTO device_events (device_row_id, kind, details)
      SELECT id, $2, jsonb_build_object('reason', $3::text) FROM changed WHERE before <> $2
    )
    SELECT 1 FROM changed`,
};

/** $1 device row, $2 kind, $3 details. */
export const addDeviceEvent: Statement = {
  name: 'add_device_event',
  text: `
    INSERT INTO device_events (device_row_id, kind, details)
    SELECT id, $2, $3::jsonb FROM devices WHERE id = $1::bigint`,
};

/** $1 device row, $2 error, $3 when. */
export const noteDeviceError: Statement = {
  name: 'note_device_error',
  text: `UPDATE devices SET last_error = $2, last_error_at = $3 WHERE id = $1::bigint`,
};

/** A device was heard of. $1 device row, $2 when, $3 user agent and $4 protocol version, or null. */
export const noteDeviceSeen: Statement = {
  name: 'note_device_seen',
  text: `
    UPDATE devices SET last_seen_at = $2, user_agent = coalesce($3, user_agent),
           protocol_version = coalesce($4, protocol_version)
     WHERE id = $1::bigint`,
};

/**
 * A Sync went well. $1 device row, $2 when, $3 the latest time an error may be from to be forgotten, $4 user agent and $5
 * protocol version, or null.
 */
export const noteDeviceSync: Statement = {
  name: 'note_device_sync',
  text: `
    UPDATE devices SET last_seen_at = $2, last_sync_at = $2, user_agent = coalesce($4, user_agent),
           protocol_version = coalesce($5, protocol_version),
           last_error = CASE WHEN last_error_at > $3 THEN last_error END,
           last_error_at = CASE WHEN last_error_at > $3 THEN last_error_at END
     WHERE id = $1::bigint`,
};

/** $1 device row, $2 folder, $3 items (text[]; null: all). */
export const dropSetAside: Statement = {
  name: 'drop_set_aside',
  text: `
    DELETE FROM set_aside
     WHERE device_row_id = $1::bigint AND folder_id = $2 AND ($3::text[] IS NULL OR item_id = ANY($3::text[]))`,
};
