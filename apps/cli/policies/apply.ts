import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { policies as schemas } from '#admin-api';
import { runApi, type Api, type ApiOptions } from '../api/run.js';
import { CommandFailure, misused } from '../exit-codes.js';
import { printable } from '../print/width.js';
import type { Policy, PolicyListOptions } from './policies.js';

export interface ApplyOptions extends ApiOptions {
  readonly dryRun?: boolean;
  readonly reason?: string;
}

/** Whom a policy is for, by names, as numbers differ from one installation to the other. `{}` is everybody. */
const Assigned = z.strictObject({
  tenant: z.string().optional(),
  group: z.string().optional(),
  user: z.string().optional(),
});
type Assigned = z.output<typeof Assigned>;

const Kept = schemas.NewPolicy.omit({ reason: true }).extend({ assignedTo: z.array(Assigned).optional() });
type Kept = z.output<typeof Kept>;
/** What `export` prints and `apply` reads. */
const PolicyFile = z.strictObject({ policies: z.array(Kept) });

type Group = z.output<typeof schemas.Group>;
type Assignment = z.output<typeof schemas.PolicyAssignment>;

/** What is there now. */
interface State {
  readonly policies: readonly Policy[];
  readonly assignments: readonly Assignment[];
  readonly groups: readonly Group[];
}

async function stateOf({ client }: Api, tenant?: string): Promise<State> {
  const [policies, assignments, groups] = await Promise.all([
    client.call('GET /policies', { query: { tenant } }),
    client.call('GET /policy-assignments', { query: { tenant } }),
    client.call('GET /groups', { query: { tenant } }),
  ]);
  return { policies: policies.items, assignments: assignments.items, groups: groups.items };
}

const assignedOf = ({ groups }: State, one: Assignment): Assigned => {
  const group = one.group === null ? undefined : groups.find(({ id }) => id === one.group);
  const tenant = one.tenant ?? group?.tenant;
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(one.group === null ? {} : { group: group?.name ?? one.group }),
    ...(one.user === null ? {} : { user: one.user }),
  };
};

const keptOf = (state: State, policy: Policy): Kept => ({
  name: policy.name,
  tenant: policy.tenant,
  description: policy.description,
  rule: policy.rule,
  settings: policy.settings,
  assignedTo: state.assignments
    .filter((one) => one.policy === policy.id)
    .map((one) => assignedOf(state, one)),
});

/** `godwit policies export`: returns the exit code. */
export function exportPolicies({ tenant, ...options }: PolicyListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const state = await stateOf(api, tenant);
    const file = { policies: state.policies.map((policy) => keptOf(state, policy)) };
    api.answer(file, () => [stringify(file).trimEnd()]);
  });
}

function readPolicyFile(path: string): Kept[] {
  let value: unknown;
  try {
    // JSON is YAML too.
    value = parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    throw misused(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = PolicyFile.safeParse(value);
  if (read.success) return read.data.policies;
  const problems = read.error.issues.map(({ path: where, message }) => `  ${where.join('.')}: ${message}`);
  throw misused(
    [`${path} is no list of policies as godwit policies export prints it:`, ...problems].join('\n'),
  );
}

type Change = 'made' | 'changed' | 'unchanged' | 'assigned';
interface Applied {
  readonly policy: string;
  readonly change: Change;
  readonly to?: Assigned;
}

/** Makes things as a file says, and takes note of what it did. Nothing is removed. */
class Application {
  readonly applied: Applied[] = [];

  constructor(
    private readonly api: Api,
    private readonly state: State,
    private readonly options: ApplyOptions,
  ) {}

  async apply(kept: Kept): Promise<void> {
    const { assignedTo, ...policy } = kept;
    const there = this.state.policies.find(
      ({ name, tenant }) => name === policy.name && tenant === policy.tenant,
    );
    const id = await this.policy(policy, there);
    for (const to of assignedTo ?? []) await this.assign(id, policy.name, to);
  }

  /** Its number; null for one that would be made. */
  private async policy(wanted: Omit<Kept, 'assignedTo'>, there: Policy | undefined): Promise<string | null> {
    const { dryRun, reason } = this.options;
    const { name } = wanted;
    if (there && isDeepStrictEqual(wanted, { ...wanted, ...pick(there) })) {
      this.applied.push({ policy: name, change: 'unchanged' });
      return there.id;
    }
    this.applied.push({ policy: name, change: there ? 'changed' : 'made' });
    if (dryRun) return there?.id ?? null;
    const body = { ...wanted, reason };
    const { client } = this.api;
    const policy = there
      ? await client.call('PUT /policies/{policy}', { params: { policy: there.id }, body })
      : await client.call('POST /policies', { body });
    return policy.id;
  }

  private async assign(policy: string | null, name: string, to: Assigned): Promise<void> {
    const isThere = this.state.assignments.some(
      (one) => one.policy === policy && isDeepStrictEqual(assignedOf(this.state, one), to),
    );
    if (isThere) return;
    const group = to.group === undefined ? null : this.groupOf(to);
    this.applied.push({ policy: name, change: 'assigned', to });
    if (this.options.dryRun || policy === null) return;
    const { tenant = null, user = null } = to;
    await this.api.client.call('POST /policy-assignments', {
      body: { policy, tenant, group, user, reason: this.options.reason },
    });
  }

  private groupOf({ group, tenant }: Assigned): string {
    const found = this.state.groups.filter(
      (one) => one.name === group && (tenant ?? one.tenant) === one.tenant,
    );
    if (found.length !== 1)
      throw new CommandFailure(`There is no group ${group}${tenant ? ` of ${tenant}` : ''}.`);
    return found[0]!.id;
  }
}

const pick = ({ name, tenant, description, rule, settings }: Policy) => ({
  name,
  tenant,
  description,
  rule,
  settings,
});

const whom = ({ tenant, group, user }: Assigned): string =>
  [user && `user ${user}`, group && `group ${group}`, tenant && `tenant ${tenant}`]
    .filter(Boolean)
    .join(', ') || 'everybody';

/** `godwit policies apply`: returns the exit code. */
export function applyPolicies(path: string, options: ApplyOptions): Promise<number> {
  return runApi(options, async (api) => {
    const wanted = readPolicyFile(path);
    const application = new Application(api, await stateOf(api), options);
    for (const policy of wanted) await application.apply(policy);
    const dryRun = options.dryRun === true;
    api.answer({ dryRun, applied: application.applied }, ({ applied }) =>
      applied.map(({ policy, change, to }) =>
        printable(
          `${policy}: ${dryRun && change !== 'unchanged' ? 'would be ' : ''}${change}${to ? ` to ${whom(to)}` : ''}`,
        ),
      ),
    );
  });
}
