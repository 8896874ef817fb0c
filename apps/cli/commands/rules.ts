import type { Command } from 'commander';
import type { ApplyOptions } from '../policies/apply.js';
import type { AssignOptions, PolicyChangeOptions, PolicyListOptions } from '../policies/policies.js';
import type { AddRuleOptions, RuleListOptions, RuleRemoveOptions, TryRuleOptions } from '../rules/rules.js';
import { choice, whole, withApi, withReason, withTenant } from './options.js';

const POLICY = 'its number or its name, as listed';

/** `godwit policies`. */
export function registerPolicies(program: Command): void {
  const policies = program.command('policies').description('policies of devices: look, change, assign');
  withTenant(withApi(policies.command('list')))
    .description('list policies, and how many devices have them')
    .action(async (options: PolicyListOptions) => {
      const { listPolicies } = await import('../policies/policies.js');
      process.exitCode = await listPolicies(options);
    });
  withTenant(withApi(policies.command('show')))
    .description('a policy with its settings, and who it is for')
    .argument('<policy>', POLICY)
    .action(async (policy: string, options: PolicyListOptions) => {
      const { showPolicy } = await import('../policies/policies.js');
      process.exitCode = await showPolicy(policy, options);
    });
  withTenant(withApi(policies.command('settings')))
    .description('every setting a policy can have, explained')
    .action(async (options: PolicyListOptions) => {
      const { explainSettings } = await import('../policies/policies.js');
      process.exitCode = await explainSettings(options);
    });
  withTenant(withApi(policies.command('export')))
    .description('print all policies with their assignments as YAML, to be kept and applied')
    .action(async (options: PolicyListOptions) => {
      const { exportPolicies } = await import('../policies/apply.js');
      process.exitCode = await exportPolicies(options);
    });
  withReason(withApi(policies.command('apply')))
    .description(
      'make policies and assignments as a YAML or JSON file says; what is so already is left alone',
    )
    .argument('<file>', 'file as printed by export; - is standard input')
    .option('--dry-run', 'only tell what would be done')
    .action(async (file: string, options: ApplyOptions) => {
      const { applyPolicies } = await import('../policies/apply.js');
      process.exitCode = await applyPolicies(file, options);
    });
  withReason(withApi(policies.command('assign')))
    .description('give a policy to everybody, a tenant, a group or a user, in place of another one')
    .argument('<policy>', POLICY)
    .option('--tenant <name>', 'for this tenant; with --group and --user where they are')
    .option('--group <group>', 'for this group of users')
    .option('--user <name>', 'for this user')
    .option('--everybody', 'for all tenants')
    .action(async (policy: string, options: AssignOptions) => {
      const { assignPolicy } = await import('../policies/policies.js');
      process.exitCode = await assignPolicy(policy, options);
    });
  withReason(withApi(policies.command('unassign')))
    .description('take an assignment back')
    .argument('<assignment>', 'number of the assignment, as show tells it')
    .action(async (assignment: string, options: PolicyChangeOptions) => {
      const { unassignPolicy } = await import('../policies/policies.js');
      process.exitCode = await unassignPolicy(assignment, options);
    });
  withReason(withTenant(withApi(policies.command('remove'))))
    .description('remove a policy and its assignments')
    .argument('<policy>', POLICY)
    .action(async (policy: string, options: PolicyChangeOptions) => {
      const { removePolicy } = await import('../policies/policies.js');
      process.exitCode = await removePolicy(policy, options);
    });
}

const standings = ['allowed', 'blocked', 'quarantined'] as const;

/** `godwit rules`. */
export function registerRules(program: Command): void {
  const rules = program.command('rules').description('access rules: which devices are let in');
  withTenant(withApi(rules.command('list')))
    .description('list access rules in the order they are tried')
    .action(async (options: RuleListOptions) => {
      const { listRules } = await import('../rules/rules.js');
      process.exitCode = await listRules(options);
    });
  const like = (command: Command): Command =>
    command
      .option('--user <pattern>', 'user; * stands for anything in all of these, case does not count')
      .option('--device <pattern>', 'DeviceId')
      .option('--type <pattern>', 'device type')
      .option('--model <pattern>', 'model')
      .option('--os <pattern>', 'operating system')
      .option('--user-agent <pattern>', 'user agent');
  withReason(like(withApi(rules.command('add'))))
    .description('add a rule; all that is said must fit a device')
    .argument('<name>', 'what it is called in lists and in the audit log')
    .addOption(
      choice('--action <standing>', 'what becomes of devices that fit', standings).makeOptionMandatory(),
    )
    .option('--version-below <version>', 'protocol versions below this one (14.0)')
    .option('--tenant <name>', "one of this tenant's own rules; for all tenants unless given")
    .option('--position <n>', 'place in the list; at the end unless given', whole(0, 100_000))
    .option('--exempt', 'let devices in that cannot be given a policy')
    .option('--disabled', 'do not use it yet')
    .action(async (name: string, options: AddRuleOptions) => {
      const { addRule } = await import('../rules/rules.js');
      process.exitCode = await addRule(name, options);
    });
  withReason(withApi(rules.command('remove')))
    .description('remove a rule')
    .argument('<rule>', 'its number, as listed')
    .action(async (rule: string, options: RuleRemoveOptions) => {
      const { removeRule } = await import('../rules/rules.js');
      process.exitCode = await removeRule(rule, options);
    });
  withApi(rules.command('try'))
    .description('what the rules would make of such a device; changes nothing')
    .requiredOption('--tenant <name>', 'tenant of the user')
    .requiredOption('--user <name>', 'the user')
    .option('--device <deviceId>', 'DeviceId')
    .option('--type <type>', 'device type')
    .option('--model <model>', 'model')
    .option('--os <os>', 'operating system')
    .option('--user-agent <text>', 'user agent')
    .option('--protocol <version>', 'protocol version', '16.1')
    .action(async (options: TryRuleOptions) => {
      const { tryRules } = await import('../rules/rules.js');
      process.exitCode = await tryRules(options);
    });
}
