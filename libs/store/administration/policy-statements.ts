import type { Statement } from '../statements.js';

/** Everything the resolution needs, as of one moment: three lists of JSON objects. */
export const policyRows: Statement = {
  name: 'policy_rows',
  text: `
    SELECT (SELECT COALESCE(json_agg(json_build_object(
              'id', id::text, 'name', name, 'rule', rule, 'settings', settings)), '[]')
              FROM policies) AS policies,
           (SELECT COALESCE(json_agg(json_build_object(
              'policyId', policy_id::text, 'tenant', tenant, 'groupId', group_id::text, 'user', user_name)
              ORDER BY position, id), '[]')
              FROM policy_assignments) AS assignments,
           (SELECT COALESCE(json_agg(json_build_object(
              'groupId', m.group_id::text, 'tenant', g.tenant, 'user', m.user_name)), '[]')
              FROM group_members m JOIN user_groups g ON g.id = m.group_id
             WHERE EXISTS (SELECT FROM policy_assignments a WHERE a.group_id = g.id)) AS members`,
};

/**
 * Shows in the lists which devices now have to be given another policy. Their actors find out by themselves; those that
 * need nothing after all say so at their next message. $1 the policy whose content changed, or null.
 */
export const markDevices: Statement = {
  name: 'mark_devices',
  text: `
    WITH candidates AS (
      SELECT d.id, a.policy_id, 1 AS width, a.position, a.id AS assignment
        FROM policy_assignments a JOIN devices d ON d.tenant = a.tenant AND d.user_name = a.user_name
      UNION ALL
      SELECT d.id, a.policy_id, 2, a.position, a.id
        FROM policy_assignments a
        JOIN user_groups g ON g.id = a.group_id
        JOIN group_members m ON m.group_id = g.id
        JOIN devices d ON d.tenant = g.tenant AND d.user_name = m.user_name
      UNION ALL
      SELECT d.id, a.policy_id, 3, a.position, a.id
        FROM policy_assignments a JOIN devices d ON d.tenant = a.tenant
       WHERE a.user_name IS NULL AND a.group_id IS NULL
      UNION ALL
      SELECT d.id, a.policy_id, 4, a.position, a.id
        FROM policy_assignments a CROSS JOIN devices d
       WHERE a.user_name IS NULL AND a.group_id IS NULL AND a.tenant IS NULL
    ), narrowest AS (
      SELECT DISTINCT ON (id) id, policy_id FROM candidates ORDER BY id, width, position, assignment
    )
    UPDATE devices d SET policy_id = e.policy_id, policy_state = 'pending'
      FROM (SELECT all_devices.id, narrowest.policy_id
              FROM devices all_devices LEFT JOIN narrowest USING (id)) e
     WHERE d.id = e.id
       AND (d.policy_id IS DISTINCT FROM e.policy_id
            OR (e.policy_id = $1::bigint AND d.policy_state <> 'pending'))`,
};

/** How many devices are how far with each policy. */
export const policyCounts: Statement = {
  name: 'policy_counts',
  text: `
    SELECT policy_id::text AS id,
           count(*) FILTER (WHERE policy_state IN ('applied', 'partial'))::int AS devices,
           count(*) FILTER (WHERE policy_state = 'pending')::int AS pending
      FROM devices WHERE policy_id IS NOT NULL GROUP BY policy_id`,
};
