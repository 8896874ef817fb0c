import type { AccessRules, Judgement, TenantSettings } from '#store';
import { judge, settingsOf, type Suspect } from './judge.js';

/** Rules and settings of one moment, ready to judge by. */
export class Rulings {
  constructor(private readonly rules: AccessRules) {}

  get revision(): string {
    return this.rules.revision;
  }

  judge(suspect: Suspect): Judgement {
    return judge(this.rules, suspect).judgement;
  }

  settings(tenant: string): TenantSettings {
    return settingsOf(this.rules, tenant);
  }
}
