import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../prisma/migrations');

/**
 * Statements that an older process beside a newer database would stumble over, by migration, with the release from which on
 * nobody runs one that old. There is none yet: what is to go is first no longer used for a release, and listed here then.
 */
const safeByNow: Readonly<Record<string, readonly string[]>> = {};

const HARMFUL: readonly [name: string, pattern: RegExp][] = [
  ['drops something', /^DROP |\bDROP (COLUMN|CONSTRAINT)\b/i],
  ['renames something', /\bRENAME (TO|COLUMN|CONSTRAINT)\b/i],
  ['changes the type of a column', /\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b/i],
  [
    'forbids what older processes write',
    /\bSET NOT NULL\b|^ALTER TABLE [^;]*\bADD (CONSTRAINT|CHECK|UNIQUE)\b/i,
  ],
  ['takes a default away', /\bDROP DEFAULT\b/i],
  ['empties a table', /^(TRUNCATE|DELETE FROM)\b/i],
];

/** Without comments; one statement each. The bodies of functions are statements of their own kind, and are left out. */
const statementsOf = (sql: string): string[] =>
  sql
    .replace(/--.*$/gm, '')
    .replace(/(\$\w*\$)[\s\S]*?\1/g, "''")
    .split(';')
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');

/** What an INSERT of an older process would leave out. */
const hasColumnWithoutDefault = (statement: string): boolean =>
  /^ALTER TABLE/i.test(statement) &&
  statement
    .split(/\bADD COLUMN\b/i)
    .slice(1)
    .some((column) => /\bNOT NULL\b/i.test(column) && !/\b(DEFAULT|GENERATED)\b/i.test(column));

function complaintsOf(sql: string): string[] {
  return statementsOf(sql).flatMap((statement) => {
    const names = HARMFUL.filter(([, pattern]) => pattern.test(statement)).map(([name]) => name);
    if (hasColumnWithoutDefault(statement)) names.push('adds a column that older processes do not fill');
    return names.map((name) => `${name}: ${statement}`);
  });
}

it.each(readdirSync(FOLDER).filter((name) => /^\d/.test(name)))(
  '%s lets an older release go on beside it',
  (name) => {
    const complaints = complaintsOf(readFileSync(join(FOLDER, name, 'migration.sql'), 'utf8'));
    expect(complaints).toEqual(safeByNow[name] ?? []);
  },
);

it.each([
  'ALTER TABLE a DROP COLUMN b;',
  'DROP INDEX c;',
  'ALTER TABLE a RENAME COLUMN b TO c;',
  'ALTER TABLE a ALTER COLUMN b TYPE text;',
  'ALTER TABLE a ADD COLUMN b text DEFAULT 0, ADD COLUMN c text NOT NULL;',
  'ALTER TABLE a ALTER b SET NOT NULL;',
  'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0);',
])('would be refused: %s', (sql) => {
  expect(complaintsOf(sql)).toHaveLength(1);
});
