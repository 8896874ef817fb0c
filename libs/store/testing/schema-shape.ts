import type pg from 'pg';

/** A table as both sides can tell it: columns with type, nullability and default; keys and indexes by their columns. */
export interface TableShape {
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
  readonly indexes: readonly string[];
  readonly foreignKeys: readonly string[];
}
export type SchemaShape = Readonly<Record<string, TableShape>>;

const scalarTypes: Readonly<Record<string, string>> = {
  String: 'text',
  BigInt: 'int8',
  Int: 'int4',
  Boolean: 'bool',
  Json: 'jsonb',
  Bytes: 'bytea',
  DateTime: 'timestamptz(3)',
};

interface Model {
  readonly table: string;
  /** Field name to column name. */
  readonly names: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

const fieldList = (text: string | undefined): string[] => (text ?? '').split(',').map((name) => name.trim());
function parseModels(schema: string): Map<string, Model> {
  const models = new Map<string, Model>();
  for (const [, name = '', body = ''] of schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const lines = body
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('//'));
    const names = new Map<string, string>();
    for (const line of lines) {
      const [field = '', type = ''] = line.split(/\s+/);
      if (scalarTypes[type.replace('?', '')]) names.set(field, /@map\("(\w+)"\)/.exec(line)?.[1] ?? field);
    }
    models.set(name, { table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name, names, lines });
  }
  return models;
}

function column(line: string, type: string): string {
  const optional = type.endsWith('?');
  const scalar = scalarTypes[type.replace('?', '')] ?? type;
  // An expression of the database's own is told by neither side.
  const stated = /@default\((?!dbgenerated)(\w+)/.exec(line)?.[1];
  const defaults: Readonly<Record<string, string>> = { now: 'CURRENT_TIMESTAMP', autoincrement: 'nextval' };
  return [scalar, optional ? '' : 'NOT NULL', stated ? `DEFAULT ${defaults[stated] ?? stated}` : '']
    .filter((part) => part !== '')
    .join(' ');
}

type Rename = (fields: readonly string[]) => string[];

function indexOf(line: string, named: Rename): string[] {
  const [, kind, fields] = /^@@(unique|index)\(\[(.*)\]\)/.exec(line) ?? [];
  if (!kind) return [];
  return [`${kind === 'unique' ? 'UNIQUE ' : ''}${named(fieldList(fields)).join(', ')}`];
}

function foreignKeyOf(line: string, named: Rename, models: ReadonlyMap<string, Model>): string[] {
  const target = models.get((line.split(/\s+/)[1] ?? '').replace('?', ''));
  const [, here, there] = /fields: \[(.*?)\], references: \[(.*?)\]/.exec(line) ?? [];
  if (!target || !here) return [];
  const columns = fieldList(there).map((field) => target.names.get(field) ?? field);
  const cascade = line.includes('onDelete: Cascade') ? ' CASCADE' : '';
  return [`${named(fieldList(here)).join(', ')} -> ${target.table} (${columns.join(', ')})${cascade}`];
}

function primaryKeyOf(line: string, named: Rename): string[] {
  if (/\s@id\b/.test(line)) return named([line.split(/\s+/)[0] ?? '']);
  const [, fields] = /^@@id\(\[(.*)\]\)/.exec(line) ?? [];
  return fields === undefined ? [] : named(fieldList(fields));
}

function shapeOf(model: Model, models: ReadonlyMap<string, Model>): TableShape {
  const named: Rename = (fields) => fields.map((field) => model.names.get(field) ?? field);
  const columns = model.lines.flatMap((line) => {
    const [field = '', type = ''] = line.split(/\s+/);
    const name = model.names.get(field);
    return name ? [[name, column(line, type)] as const] : [];
  });
  return {
    columns: Object.fromEntries(columns),
    primaryKey: model.lines.flatMap((line) => primaryKeyOf(line, named)),
    indexes: model.lines.flatMap((line) => indexOf(line, named)).sort(),
    foreignKeys: model.lines.flatMap((line) => foreignKeyOf(line, named, models)).sort(),
  };
}

/** What schema.prisma says. */
export function declaredShape(schema: string): SchemaShape {
  const models = parseModels(schema);
  return Object.fromEntries([...models.values()].map((model) => [model.table, shapeOf(model, models)]));
}

/** What the database has. */
export async function actualShape(client: pg.Client): Promise<SchemaShape> {
  const { rows } = await client.query<{ shape: SchemaShape }>(`
    WITH tables AS (
      SELECT c.oid, c.relname FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
    ), names AS (
      SELECT attrelid, attnum, attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
    )
    SELECT json_object_agg(t.relname, json_build_object(
      'columns', (
        SELECT json_object_agg(a.attname, concat_ws(' ',
                 CASE WHEN y.typname = 'timestamptz' THEN 'timestamptz(' || a.atttypmod || ')' ELSE y.typname END,
                 CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 'DEFAULT ' || substring(pg_get_expr(d.adbin, d.adrelid) FROM '^\\w+')))
          FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'primaryKey', (
        SELECT json_agg(n.attname ORDER BY k.position)
          FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, position), names n
         WHERE i.indrelid = t.oid AND i.indisprimary AND n.attrelid = t.oid AND n.attnum = k.attnum),
      'indexes', (
        SELECT coalesce(json_agg(text ORDER BY text COLLATE "C"), '[]') FROM (
          SELECT CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END
                 || string_agg(n.attname, ', ' ORDER BY k.position) AS text
            FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, position), names n
           WHERE i.indrelid = t.oid AND NOT i.indisprimary AND n.attrelid = t.oid AND n.attnum = k.attnum
           GROUP BY i.indexrelid, i.indisunique) x),
      'foreignKeys', (
        SELECT coalesce(json_agg(text ORDER BY text COLLATE "C"), '[]') FROM (
          SELECT (SELECT string_agg(n.attname, ', ' ORDER BY k.position)
                    FROM unnest(f.conkey) WITH ORDINALITY k(attnum, position)
                    JOIN names n ON n.attrelid = f.conrelid AND n.attnum = k.attnum)
                 || ' -> ' || f.confrelid::regclass || ' ('
                 || (SELECT string_agg(n.attname, ', ' ORDER BY k.position)
                       FROM unnest(f.confkey) WITH ORDINALITY k(attnum, position)
                       JOIN names n ON n.attrelid = f.confrelid AND n.attnum = k.attnum)
                 || ')' || CASE WHEN f.confdeltype = 'c' THEN ' CASCADE' ELSE '' END AS text
            FROM pg_constraint f WHERE f.conrelid = t.oid AND f.contype = 'f') x)
    )) AS shape FROM tables t`);
  return rows[0]?.shape ?? {};
}
