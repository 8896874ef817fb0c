/**
 * A calendar of hard cases, made by hand: everything that calendars, their programs and their clocks are known to do to
 * gateways. Each has a name that says what is hard about it, and says what a phone must see where that is the point.
 */
import { allDay } from './all-day.js';
import { clocks } from './clocks.js';
import { exceptions } from './exceptions.js';
import type { HardCase } from './hard-case.js';
import { hostile, twins } from './hostile.js';
import { alarms, people } from './people-and-alarms.js';
import { rules } from './rules.js';
import { properties, words } from './words.js';
import { zones } from './zones.js';

export type { HardCase } from './hard-case.js';

export const topics: readonly [topic: string, cases: readonly HardCase[]][] = [
  ['clocks that change', clocks],
  ['zones', zones],
  ['whole days', allDay],
  ['rules', rules],
  ['exceptions', exceptions],
  ['people', people],
  ['alarms', alarms],
  ['words', words],
  ['properties', properties],
  ['hostile', [...hostile, ...twins]],
];
