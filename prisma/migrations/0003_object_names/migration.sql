-- Which object of a calendar or an address book an item id stands for: ids are hashes of names.

CREATE TABLE object_names (
  account  text NOT NULL,
  folder   text NOT NULL,
  id       text NOT NULL,
  name     text NOT NULL,
  noted_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (account, folder, id)
);
CREATE INDEX object_names_noted_at_idx ON object_names (noted_at);
