import { useResource } from '../../api/use-resource.js';
import { sayWhy } from './say-why.js';

/** Why one device stands as it does. Shows nothing until the names of the rules are there. */
export function Why({ standingReason }: { readonly standingReason: string }) {
  const rules = useResource('GET /access-rules', {}).data?.items;
  return rules ? sayWhy(standingReason, rules) : null;
}
