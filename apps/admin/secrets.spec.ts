import { z } from 'zod';
import { routes } from '#admin-api';

const SECRET = /pass|secret|digest|sealed|token|credential|key|csrf/i;

/** Fields of answers that do hold, or are named after, a secret: each told for a reason. */
const DECLARED = new Set([
  // Told once, when it is made.
  'POST /tokens token',
  'POST /users/{tenant}/{user}/app-passwords appPassword',
  'POST /me/app-passwords appPassword',
  // What the route is for.
  'GET /devices/{device}/recovery-password recoveryPassword',
  // Whether there is one; and a number that both sides count.
  'GET /devices/{device} hasRecoveryPassword',
  'POST /devices/{device}/access hasRecoveryPassword',
  'GET /devices/{device} syncKey',
  'POST /devices/{device}/access syncKey',
  // Belongs to the page that asks.
  'POST /session csrf',
  'GET /session csrf',
]);

function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsOf)];
}

it('no answer has a field for a secret, but for those that are told on purpose', () => {
  const found = Object.entries(routes).flatMap(([name, { answer }]) =>
    typeof answer === 'string'
      ? []
      : fieldsOf(z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' }))
          .filter((field) => SECRET.test(field))
          .map((field) => `${name} ${field}`),
  );
  expect(new Set(found)).toEqual(DECLARED);
});
