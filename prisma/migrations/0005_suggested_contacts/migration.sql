-- The people an account wrote mail to: what the recipient information cache of a phone is made of.

CREATE TABLE suggested_contacts (
  account   text NOT NULL,
  address   text NOT NULL,
  name      text,
  uses      integer NOT NULL DEFAULT 1,
  last_used timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (account, address)
);
