-- What a mail source cannot keep itself: dates of follow-up flags, replies to all, ids of rewritten drafts, categories.

CREATE TABLE mail_notes (
  account    text NOT NULL,
  folder     text NOT NULL,
  item       text NOT NULL,
  stable     text,
  follow_up  jsonb CHECK (octet_length(follow_up::text) <= 8192),
  last_verb  jsonb CHECK (octet_length(last_verb::text) <= 256),
  revision   bigserial NOT NULL,
  gone       boolean NOT NULL DEFAULT false,
  touched_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (account, folder, item)
);
CREATE UNIQUE INDEX mail_notes_account_folder_stable_key ON mail_notes (account, folder, stable);

CREATE TABLE mail_categories (
  account text NOT NULL,
  keyword text NOT NULL,
  name    text NOT NULL,
  colour  integer,
  PRIMARY KEY (account, keyword)
);
CREATE UNIQUE INDEX mail_categories_account_name_key ON mail_categories (account, name);
