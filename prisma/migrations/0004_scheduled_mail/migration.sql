-- Messages about meetings that wait to be worked into a calendar or to be sent, and which ones were: each once an account.

CREATE TABLE scheduled_mail (
  account  text NOT NULL,
  key      text NOT NULL,
  -- What is to be done; null once it is done for good.
  work     jsonb,
  attempts integer NOT NULL DEFAULT 0,
  -- From when on it may be claimed.
  due_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  noted_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (account, key)
);
CREATE INDEX scheduled_mail_account_due_at_idx ON scheduled_mail (account, due_at) WHERE work IS NOT NULL;
CREATE INDEX scheduled_mail_noted_at_idx ON scheduled_mail (noted_at);
