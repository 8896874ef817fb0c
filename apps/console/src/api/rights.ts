import type { Role } from '#admin-api';

/**
 * What a role may do, as the API's table of routes groups it; held against that table by rights.spec.ts. The API decides:
 * this only keeps the page from showing what would be refused.
 */
const rights = {
  look: ['provider', 'tenant', 'helpdesk', 'read-only'],
  help: ['provider', 'tenant', 'helpdesk'],
  manage: ['provider', 'tenant'],
  provide: ['provider'],
  self: ['me'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof rights;

export const may = (role: Role, right: Right): boolean => (rights[right] as readonly Role[]).includes(role);
