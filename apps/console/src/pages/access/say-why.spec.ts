import type { AccessRule } from '../../api/types.js';
import { sayWhy } from './say-why.js';

const rule: AccessRule = {
  ...{ id: '7', tenant: null, position: 0, name: 'Cars', conditions: {} },
  ...{ action: 'blocked', exempt: false, enabled: true },
};

it.each([
  ['rule:7', 'rule Cars'],
  ['rule:8', 'a rule that is gone'],
  ['default', 'no rule fits it'],
  ['wiped', 'it was wiped'],
  ['ticket 4711: left in a taxi', 'ticket 4711: left in a taxi'],
])('%p is said as people say it', (reason, words) => {
  expect(sayWhy(reason, [rule])).toBe(words);
});
