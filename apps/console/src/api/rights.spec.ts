import { helpers, managers, providers, readers, roles, selves, type Role } from '#admin-api';
import { may, type Right } from './rights.js';

const declared: Readonly<Record<Right, readonly Role[]>> = {
  look: readers,
  help: helpers,
  manage: managers,
  provide: providers,
  self: selves,
};

it.each(Object.entries(declared))('who may "%s" is who the API lets', (right, allowed) => {
  expect(roles.filter((role) => may(role, right as Right))).toEqual(allowed);
});
