import { SCHEDULED_KEPT_DAYS } from './scheduled-mail.js';
import type { Statement } from './statements.js';

/**
 * Notes work, and sweeps some of the oldest by the way. $1 account, $2 keys, $3 work as JSON texts (parallel arrays, in the
 * order of keys, so that two phones at once wait for each other and do not lock each other out).
 */
export const addWork: Statement = {
  name: 'scheduled_mail_add',
  text: `
    WITH swept AS (
      DELETE FROM scheduled_mail WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM scheduled_mail
         WHERE noted_at < now() - interval '${SCHEDULED_KEPT_DAYS} days'
         ORDER BY noted_at LIMIT 100 FOR UPDATE SKIP LOCKED))
    )
    INSERT INTO scheduled_mail (account, key, work)
    SELECT $1, noted.key, noted.work::jsonb FROM unnest($2::text[], $3::text[]) AS noted(key, work)
    ON CONFLICT (account, key) DO NOTHING`,
};

/** $1 accounts (text[]). */
export const dueAccounts: Statement = {
  name: 'scheduled_mail_due',
  text: `
    SELECT DISTINCT account FROM scheduled_mail
     WHERE account = ANY($1::text[]) AND work IS NOT NULL AND due_at <= now()`,
};

/** $1 account, $2 limit, $3 seconds. */
export const claimWork: Statement = {
  name: 'scheduled_mail_claim',
  text: `
    UPDATE scheduled_mail SET attempts = attempts + 1, due_at = now() + make_interval(secs => $3)
     WHERE account = $1 AND key = ANY(ARRAY(
       SELECT key FROM scheduled_mail
        WHERE account = $1 AND work IS NOT NULL AND due_at <= now()
        ORDER BY noted_at, key LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING key, work, attempts, noted_at`,
};

/** $1 account, $2 keys in their order. */
export const settleWork: Statement = {
  name: 'scheduled_mail_settle',
  text: `
    INSERT INTO scheduled_mail (account, key) SELECT $1, key FROM unnest($2::text[]) AS done(key)
    ON CONFLICT (account, key) DO UPDATE SET work = NULL`,
};

/** $1 account, $2 key, $3 seconds. */
export const postponeWork: Statement = {
  name: 'scheduled_mail_postpone',
  text: `UPDATE scheduled_mail SET due_at = now() + make_interval(secs => $3) WHERE account = $1 AND key = $2`,
};

/** $1 account, $2 key. */
export const settledWork: Statement = {
  name: 'scheduled_mail_settled',
  text: `SELECT 1 FROM scheduled_mail WHERE account = $1 AND key = $2 AND work IS NULL`,
};
