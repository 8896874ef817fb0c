-- Accounts, their folders and devices, and what each device knows.

CREATE TABLE accounts (
  id         bigserial PRIMARY KEY,
  tenant     text NOT NULL,
  user_name  text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX accounts_tenant_user_name_key ON accounts (tenant, user_name);

CREATE TABLE devices (
  id               bigserial PRIMARY KEY,
  account_id       bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE ON UPDATE CASCADE,
  device_id        text NOT NULL,
  device_type      text NOT NULL,
  user_agent       text NOT NULL,
  protocol_version integer,
  information      jsonb,
  state            jsonb NOT NULL,
  version          integer NOT NULL DEFAULT 1,
  created_at       timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_seen_at     timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX devices_account_id_device_id_key ON devices (account_id, device_id);
CREATE INDEX devices_last_seen_at_idx ON devices (last_seen_at);

CREATE TABLE collections (
  device_row_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE ON UPDATE CASCADE,
  folder_id     text NOT NULL,
  state         jsonb NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (device_row_id, folder_id)
)
-- Every Sync with changes rewrites its row: room on the page lets PostgreSQL do so without touching the index (HOT).
WITH (fillfactor = 70);

CREATE TABLE known_segments (
  device_row_id bigint NOT NULL,
  folder_id     text NOT NULL,
  first         text COLLATE "C" NOT NULL,
  data          bytea NOT NULL,
  PRIMARY KEY (device_row_id, folder_id, first),
  FOREIGN KEY (device_row_id, folder_id) REFERENCES collections (device_row_id, folder_id)
    ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE folders (
  account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE ON UPDATE CASCADE,
  number     integer NOT NULL,
  item_class text NOT NULL,
  path       text NOT NULL,
  identity   text,
  gone       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (account_id, number)
);

CREATE TABLE claims (
  device_row_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE ON UPDATE CASCADE,
  key           text NOT NULL,
  result        jsonb,
  expires_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (device_row_id, key)
);

CREATE TABLE set_aside (
  device_row_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE ON UPDATE CASCADE,
  folder_id     text NOT NULL,
  item_id       text NOT NULL,
  version       text NOT NULL,
  reason        text NOT NULL,
  failures      integer NOT NULL,
  at            timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (device_row_id, folder_id, item_id)
);
CREATE INDEX set_aside_at_idx ON set_aside (at);
