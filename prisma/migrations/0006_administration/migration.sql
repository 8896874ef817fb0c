-- What administrators decide and see: access, wipes, policies, tokens, audit, webhooks, traces.
-- An older version runs beside this one: every new column has a default or may be null.

-- Where a user belongs is kept with the device too: the list of 100,000 devices is filtered and sorted by it.
ALTER TABLE devices
  ADD COLUMN tenant            text,
  ADD COLUMN user_name         text,
  ADD COLUMN model             text,
  ADD COLUMN os                text,
  ADD COLUMN friendly_name     text,
  ADD COLUMN decision          text,
  ADD COLUMN standing          text NOT NULL DEFAULT 'allowed',
  ADD COLUMN standing_reason   text NOT NULL DEFAULT 'default',
  ADD COLUMN exempt            boolean NOT NULL DEFAULT false,
  ADD COLUMN wipe              jsonb,
  ADD COLUMN policy_state      text NOT NULL DEFAULT 'none',
  ADD COLUMN policy_id         bigint,
  ADD COLUMN recovery_password text,
  ADD COLUMN trace_until       timestamptz(3),
  ADD COLUMN last_sync_at      timestamptz(3),
  ADD COLUMN last_error        text,
  ADD COLUMN last_error_at     timestamptz(3);

UPDATE devices d SET tenant = a.tenant, user_name = a.user_name FROM accounts a WHERE a.id = d.account_id;

-- An older version that makes a device leaves the names out.
CREATE FUNCTION devices_fill_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tenant IS NULL THEN
    SELECT a.tenant, a.user_name INTO NEW.tenant, NEW.user_name FROM accounts a WHERE a.id = NEW.account_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER devices_fill_names BEFORE INSERT ON devices FOR EACH ROW EXECUTE FUNCTION devices_fill_names();

CREATE INDEX devices_last_seen_at_id_idx ON devices (last_seen_at, id);
CREATE INDEX devices_tenant_last_seen_at_id_idx ON devices (tenant, last_seen_at, id);
CREATE INDEX devices_user_name_id_idx ON devices (user_name, id);
CREATE INDEX devices_tenant_user_name_id_idx ON devices (tenant, user_name, id);
CREATE INDEX devices_model_id_idx ON devices (model, id);
CREATE INDEX devices_tenant_model_id_idx ON devices (tenant, model, id);
CREATE INDEX devices_created_at_id_idx ON devices (created_at, id);
CREATE INDEX devices_tenant_created_at_id_idx ON devices (tenant, created_at, id);
CREATE INDEX devices_standing_id_idx ON devices (standing, id);
CREATE INDEX devices_trace_until_idx ON devices (trace_until);
CREATE INDEX devices_policy_state_id_idx ON devices (policy_state, id);
CREATE INDEX devices_os_id_idx ON devices (os, id);
CREATE INDEX devices_device_type_id_idx ON devices (device_type, id);
CREATE INDEX devices_protocol_version_id_idx ON devices (protocol_version, id);
-- Few devices have a wipe or an error: these indexes are small.
CREATE INDEX devices_wipe_state_idx ON devices ((wipe ->> 'state')) WHERE wipe IS NOT NULL;
CREATE INDEX devices_failing_idx ON devices ((last_error IS NOT NULL)) WHERE last_error IS NOT NULL;

-- What a part of a name is looked for in, apart from the devices: those are written every few minutes, these texts hardly
-- ever. pg_trgm would do the same, but not every server has it.
CREATE TABLE device_search (
  device_row_id bigint PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  tenant        text NOT NULL,
  text          text NOT NULL
);
-- All pieces of one, two and three letters.
CREATE FUNCTION device_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT substr(words, i, n)) FROM generate_series(1, 3) n, generate_series(1, length(words) - n + 1) i
$$;
CREATE FUNCTION devices_note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO device_search (device_row_id, tenant, text)
  VALUES (NEW.id, NEW.tenant, lower(concat_ws(E'\n', NEW.user_name, NEW.model, NEW.friendly_name, NEW.device_id)))
  ON CONFLICT (device_row_id) DO UPDATE SET tenant = EXCLUDED.tenant, text = EXCLUDED.text;
  RETURN NULL;
END $$;
CREATE TRIGGER devices_note_words AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION devices_note_words();
CREATE TRIGGER devices_note_new_words AFTER UPDATE OF model, friendly_name ON devices FOR EACH ROW
  WHEN (OLD.model IS DISTINCT FROM NEW.model OR OLD.friendly_name IS DISTINCT FROM NEW.friendly_name)
  EXECUTE FUNCTION devices_note_words();
INSERT INTO device_search (device_row_id, tenant, text)
SELECT id, tenant, lower(concat_ws(E'\n', user_name, model, friendly_name, device_id)) FROM devices;
CREATE INDEX device_search_grams_idx ON device_search USING gin (device_grams(text));

ALTER TABLE accounts ADD COLUMN enabled boolean NOT NULL DEFAULT true;

CREATE TABLE wipes (
  id             bigserial PRIMARY KEY,
  device_row_id  bigint REFERENCES devices (id) ON DELETE SET NULL,
  tenant         text NOT NULL,
  user_name      text NOT NULL,
  device_id      text NOT NULL,
  kind           text NOT NULL,
  state          text NOT NULL,
  reason         text,
  requested_by   text NOT NULL,
  requested_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  approved_by    text,
  sent_at        timestamptz(3),
  finished_at    timestamptz(3),
  verified       boolean
);
CREATE INDEX wipes_device_row_id_idx ON wipes (device_row_id);
CREATE INDEX wipes_tenant_user_name_device_id_idx ON wipes (tenant, user_name, device_id);
CREATE INDEX wipes_state_idx ON wipes (state);

CREATE TABLE policies (
  id          bigserial PRIMARY KEY,
  tenant      text,
  name        text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- required, optional or off; null leaves it to the tenant's configuration
  rule        text,
  settings    jsonb NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at  timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX policies_tenant_idx ON policies (tenant);

CREATE TABLE user_groups (
  id     bigserial PRIMARY KEY,
  tenant text NOT NULL,
  name   text NOT NULL
);
CREATE UNIQUE INDEX user_groups_tenant_name_key ON user_groups (tenant, name);

CREATE TABLE group_members (
  group_id  bigint NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  user_name text NOT NULL,
  PRIMARY KEY (group_id, user_name)
);

-- To everybody (all null), a tenant, a group or a user; the narrowest counts.
CREATE TABLE policy_assignments (
  id        bigserial PRIMARY KEY,
  policy_id bigint NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
  tenant    text,
  group_id  bigint REFERENCES user_groups (id) ON DELETE CASCADE,
  user_name text,
  position  integer NOT NULL DEFAULT 0
);
CREATE INDEX policy_assignments_policy_id_idx ON policy_assignments (policy_id);
CREATE INDEX policy_assignments_group_id_idx ON policy_assignments (group_id);

CREATE TABLE access_rules (
  id         bigserial PRIMARY KEY,
  tenant     text,
  position   integer NOT NULL,
  name       text NOT NULL,
  conditions jsonb NOT NULL,
  action     text NOT NULL,
  exempt     boolean NOT NULL DEFAULT false,
  enabled    boolean NOT NULL DEFAULT true
);
CREATE INDEX access_rules_tenant_position_idx ON access_rules (tenant, position);

-- One row: counts the changes of rules and settings.
CREATE TABLE access_revision (
  id       integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  revision bigint NOT NULL DEFAULT 0
);
INSERT INTO access_revision DEFAULT VALUES;

CREATE TABLE tenant_settings (
  tenant   text PRIMARY KEY,
  settings jsonb NOT NULL
);

CREATE TABLE admin_tokens (
  id           bigserial PRIMARY KEY,
  name         text NOT NULL,
  digest       text NOT NULL,
  role         text NOT NULL,
  tenant       text,
  user_name    text,
  created_by   text NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at   timestamptz(3),
  last_used_at timestamptz(3)
);
CREATE UNIQUE INDEX admin_tokens_digest_key ON admin_tokens (digest);

-- Signed out before their time: a cookie that somebody kept serves no more.
CREATE TABLE ended_sessions (
  id         text PRIMARY KEY,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX ended_sessions_expires_at_idx ON ended_sessions (expires_at);

CREATE TABLE app_passwords (
  id           bigserial PRIMARY KEY,
  account_id   bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name         text NOT NULL,
  digest       text NOT NULL,
  device_id    text,
  -- the mailbox's own password, sealed: the app password means nothing to the mail server
  sealed       text NOT NULL,
  created_by   text NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at   timestamptz(3),
  last_used_at timestamptz(3)
);
CREATE UNIQUE INDEX app_passwords_digest_key ON app_passwords (digest);
CREATE INDEX app_passwords_account_id_idx ON app_passwords (account_id);

CREATE TABLE audit_log (
  id        bigserial PRIMARY KEY,
  at        timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  actor     text NOT NULL,
  role      text NOT NULL,
  address   text NOT NULL,
  action    text NOT NULL,
  tenant    text,
  user_name text,
  device_id text,
  target    text,
  reason    text,
  details   jsonb NOT NULL
);
CREATE INDEX audit_log_at_id_idx ON audit_log (at, id);
CREATE INDEX audit_log_tenant_id_idx ON audit_log (tenant, id);

CREATE TABLE device_events (
  id            bigserial PRIMARY KEY,
  device_row_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  at            timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  kind          text NOT NULL,
  details       jsonb NOT NULL,
  -- Numbers are drawn in one order and committed in another: by its transaction a reader knows what it may still miss.
  tx            bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint
);
CREATE INDEX device_events_device_row_id_id_idx ON device_events (device_row_id, id);
CREATE INDEX device_events_at_idx ON device_events (at);
CREATE INDEX device_events_tx_id_idx ON device_events (tx, id);

-- Whoever makes a device or sets an item aside, an older version too: it is in the timeline.
CREATE FUNCTION devices_note_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO device_events (device_row_id, kind, details)
  VALUES (NEW.id, 'added', jsonb_build_object('deviceType', NEW.device_type, 'userAgent', NEW.user_agent));
  RETURN NULL;
END $$;
CREATE TRIGGER devices_note_added AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION devices_note_added();

CREATE FUNCTION set_aside_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO device_events (device_row_id, kind, details)
  VALUES (NEW.device_row_id, 'set-aside',
          jsonb_build_object('folder', NEW.folder_id, 'item', NEW.item_id, 'reason', NEW.reason));
  RETURN NULL;
END $$;
CREATE TRIGGER set_aside_note AFTER INSERT ON set_aside FOR EACH ROW EXECUTE FUNCTION set_aside_note();

-- How far the timelines have been turned into deliveries: one row.
CREATE TABLE webhook_position (
  id       integer PRIMARY KEY,
  tx       bigint NOT NULL,
  event_id bigint NOT NULL
);

CREATE TABLE webhook_deliveries (
  id           bigserial PRIMARY KEY,
  endpoint     text NOT NULL,
  event        text NOT NULL,
  body         jsonb NOT NULL,
  state        text NOT NULL DEFAULT 'waiting',
  attempts     integer NOT NULL DEFAULT 0,
  due_at       timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  created_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  finished_at  timestamptz(3),
  last_error   text
);
CREATE INDEX webhook_deliveries_state_due_at_idx ON webhook_deliveries (state, due_at);
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at);

CREATE TABLE trace_entries (
  id            bigserial PRIMARY KEY,
  device_row_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  at            timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- the request and which side of it: several processes may hear of an entry, one keeps it
  name          text NOT NULL,
  sealed        text NOT NULL
);
CREATE UNIQUE INDEX trace_entries_device_row_id_name_key ON trace_entries (device_row_id, name);
CREATE INDEX trace_entries_device_row_id_id_idx ON trace_entries (device_row_id, id);
CREATE INDEX trace_entries_at_idx ON trace_entries (at);

-- Folders of others that an account, or only one of its devices, is shown beside its own.
CREATE TABLE shared_folders (
  id            bigserial PRIMARY KEY,
  account_id    bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device_row_id bigint REFERENCES devices (id) ON DELETE CASCADE,
  item_class    text NOT NULL,
  path          text NOT NULL,
  name          text,
  created_by    text NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX shared_folders_account_id_idx ON shared_folders (account_id);
CREATE INDEX shared_folders_device_row_id_idx ON shared_folders (device_row_id);

CREATE TABLE node_statistics (
  node   text NOT NULL,
  at     timestamptz(3) NOT NULL,
  sample jsonb NOT NULL,
  PRIMARY KEY (node, at)
);
CREATE INDEX node_statistics_at_idx ON node_statistics (at);
