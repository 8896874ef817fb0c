import { z } from 'zod';
import { anybody, type BareAnswer, type Route } from './route.js';
import { API_BASE, routes } from './routes.js';
import { Problem } from './schemas/common.js';

type Schema = Readonly<Record<string, unknown>>;

/** As JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return rooted(schema) as Schema;
}

/** References of a schema point at its own root, which is not that of the document: definitions are let in anew. */
function rooted(schema: object): unknown {
  const { $defs = {}, ...rest } = schema as { $defs?: Record<string, unknown> };
  const open = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item) => open(item, within));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...others } = value as { $ref?: string };
    if ($ref === undefined)
      return Object.fromEntries(Object.entries(others).map(([name, item]) => [name, open(item, within)]));
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    // A value that may hold others of its kind (any JSON) ends here: anything goes.
    return within.includes(name) || !($ref.startsWith('#/$defs/') && name in $defs)
      ? others
      : open($defs[name], [...within, name]);
  };
  return open(rest, []);
}

/** `POST /devices/{device}/wipe` to `postDevicesDeviceWipe`. */
export const operationId = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('');

const BARE: Readonly<Record<BareAnswer, Schema>> = {
  csv: { description: 'A table', content: { 'text/csv': { schema: { type: 'string' } } } },
  events: {
    description: 'Server-sent events',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  },
  nothing: { description: 'Done' },
  redirect: { description: 'Go on there', headers: { Location: { schema: { type: 'string' } } } },
};
const STATUS: Readonly<Record<BareAnswer, string>> = {
  csv: '200',
  events: '200',
  nothing: '204',
  redirect: '302',
};

const refusal = { $ref: '#/components/responses/Problem' };

function responsesOf({ answer, who, params, query, body }: Route): Schema {
  const success =
    typeof answer === 'string'
      ? { [STATUS[answer]]: BARE[answer] }
      : {
          200: {
            description: 'Done',
            content: { 'application/json': { schema: schemaOf(answer, 'output') } },
          },
        };
  const takes = params ?? query ?? body;
  return {
    ...success,
    ...(who !== anybody && { 401: refusal, 403: refusal }),
    ...(params && { 404: refusal }),
    ...(takes && { 422: refusal }),
    429: refusal,
    default: refusal,
  };
}

function parametersOf(type: z.ZodObject | undefined, place: 'path' | 'query'): Schema[] {
  if (!type) return [];
  const { properties = {}, required = [] } = schemaOf(type, 'input') as {
    properties?: Record<string, Schema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

function operationOf(name: string, declared: Route): Schema {
  const { summary, who, params, query, body } = declared;
  const [, path = ''] = name.split(' ');
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')];
  return {
    operationId: operationId(name),
    summary,
    tags: [path.split('/')[1]?.replace(/\.\w+$/, '') ?? ''],
    'x-roles': who === anybody ? [] : who,
    security: who === anybody ? [] : [{ token: [] }, { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: responsesOf(declared),
  };
}

/** The API as an OpenAPI 3.1 document, made from the table of routes. */
export function openApiDocument(version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [name, declared] of Object.entries<Route>(routes)) {
    const [method = '', path = ''] = name.split(' ');
    (paths[path] ??= {})[method.toLowerCase()] = operationOf(name, declared);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Godwit administration',
      version,
      license: { name: 'see LICENSE' },
      description:
        'Devices, users, policies and everything else an administrator of Godwit decides. `x-roles` tells who may call an operation; somebody of one tenant sees that tenant only.',
    },
    servers: [{ url: API_BASE }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of POST /tokens.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'godwit_session',
          description: 'Of POST /session. With everything but GET the header X-Godwit-CSRF is needed.',
        },
      },
      schemas: { Problem: schemaOf(Problem, 'output') },
      responses: {
        Problem: {
          description: 'Refused (RFC 9457)',
          headers: {
            'Retry-After': { description: 'Seconds, with 429 and 503', schema: { type: 'integer' } },
          },
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

/** The short reference of all routes (docs/admin/api.md). */
export function renderApi(): string {
  const rows = Object.entries<Route>(routes).map(([name, { who, summary }]) => {
    const may = who === anybody ? 'anybody' : who.join(', ');
    return `| \`${name}\` | ${may} | ${summary.replaceAll('|', '\\|')} |`;
  });
  return `# The administrators' API

<!-- Generated from libs/admin-api by \`npm run docs\`: change the declaration, not this page. -->

Every path begins with \`${API_BASE}\` at the address of \`admin\` (configuration). Bring a token: \`Authorization: Bearer gwt_...\`.
[openapi.json](openapi.json) has all parameters, bodies and answers; a running server gives the same at
\`${API_BASE}/openapi.json\`. Refusals are problems (RFC 9457) with a stable \`code\`; 422 names the fields.

| route | who | what |
| --- | --- | --- |
${rows.join('\n')}
`;
}
