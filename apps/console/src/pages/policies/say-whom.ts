import type { Group, PolicyAssignment } from '../../api/types.js';

/** Whom an assignment means. */
export function sayWhom({ tenant, group, user }: PolicyAssignment, groups: readonly Group[]): string {
  if (user !== null) return user;
  if (group !== null) return `group ${groups.find(({ id }) => id === group)?.name ?? group}`;
  return tenant === null ? 'everybody' : `all of ${tenant}`;
}

/** How much an assignment counts: the most particular one wins. */
export const weightOf = ({ tenant, group, user }: PolicyAssignment): number => {
  if (user !== null) return 3;
  if (group !== null) return 2;
  return tenant === null ? 0 : 1;
};
