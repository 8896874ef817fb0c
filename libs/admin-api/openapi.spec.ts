import { routes } from './index.js';
import { openApiDocument, operationId } from './openapi.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security: readonly object[];
  readonly 'x-roles': readonly string[];
}

const document = JSON.parse(JSON.stringify(openApiDocument('1.0.0'))) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { $ref } = value as { $ref?: unknown };
  return [...(typeof $ref === 'string' ? [$ref] : []), ...Object.values(value).flatMap(referencesOf)];
}

it('has every route, each under a name of its own', () => {
  expect(operations).toHaveLength(Object.keys(routes).length);
  expect(new Set(Object.keys(routes).map(operationId)).size).toBe(operations.length);
  expect(operationId('POST /devices/{device}/set-aside/retry')).toBe('postDevicesDeviceSetAsideRetry');
});

it('declares every value of a path, and nothing that is not there', () => {
  for (const { path, operation } of operations) {
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => `{${name}}`).sort()).toEqual((path.match(/\{\w+\}/g) ?? []).sort());
    expect(declared.every(({ required }) => required)).toBe(true);
  }
});

it('refers to nothing that is not in it', () => {
  for (const reference of new Set(referencesOf(document))) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
    expect([reference, typeof found]).toEqual([reference, 'object']);
  }
});

it('tells of every operation who may call it and how refusals look', () => {
  for (const { operation } of operations) {
    expect(operation.responses).toHaveProperty('default');
    expect(Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status))).toBe(true);
    expect(operation.security.length > 0).toBe(operation['x-roles'].length > 0);
  }
});
