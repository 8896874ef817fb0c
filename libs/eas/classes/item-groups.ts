import { EmailItem } from './email.js';

/**
 * The classes of items, each a group of properties under the class's name: `ApplicationData: { Email: {...} }`. A new
 * class is added here and is then known to Sync and ItemOperations alike. On decoding an element that several classes share
 * (a Body) stands in each of them; whoever knows the folder's class picks the right one.
 */
export const itemGroups = [EmailItem] as const;
