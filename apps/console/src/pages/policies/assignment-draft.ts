import type { CallOf } from '#admin-api/client';
import type { Group } from '../../api/types.js';

export type Whom = 'everybody' | 'tenant' | 'group' | 'user';

/** An assignment while it is made: what was filled in for one kind stays while another one is looked at. */
export interface AssignmentDraft {
  readonly policy: string;
  readonly whom: Whom;
  readonly tenant: string | null;
  readonly group: string;
  readonly user: string;
}

export const whomLabels: Readonly<Record<Whom, string>> = {
  everybody: 'everybody, of all tenants',
  tenant: 'all of a tenant',
  group: 'a group',
  user: 'one user',
};
const whoms = Object.keys(whomLabels) as readonly Whom[];

/** For whom one may assign: everybody is the provider's to decide about. */
export const whomsFor = (ownTenant: string | null, groups: readonly Group[]): readonly Whom[] =>
  whoms.filter(
    (whom) => (whom !== 'everybody' || ownTenant === null) && (whom !== 'group' || groups.length > 0),
  );

/** Whether a tenant has to be chosen; a group has its own. */
export const needsTenant = ({ whom }: AssignmentDraft): boolean => whom === 'tenant' || whom === 'user';

export const isComplete = (draft: AssignmentDraft): boolean =>
  draft.policy !== '' &&
  (!needsTenant(draft) || draft.tenant !== null) &&
  (draft.whom !== 'user' || draft.user.trim() !== '');

/** What is sent: only what belongs to the kind that is chosen. */
export function assignmentOf(
  draft: AssignmentDraft,
  groups: readonly Group[],
): CallOf<'POST /policy-assignments'>['body'] {
  const { policy, whom, tenant, group, user } = draft;
  switch (whom) {
    case 'everybody':
      return { policy, tenant: null };
    case 'tenant':
      return { policy, tenant };
    case 'group':
      return { policy, tenant: groups.find(({ id }) => id === group)?.tenant ?? null, group };
    case 'user':
      return { policy, tenant, user: user.trim() };
  }
}
