import { readers, route } from '../route.js';
import { list } from '../schemas/common.js';
import * as operations from '../schemas/operations.js';
import { perTenant } from './parameters.js';

/** What is going on, as numbers and as it comes. */
export const overviewRoutes = {
  'GET /overview': route({
    summary: 'Numbers of the moment',
    who: readers,
    query: perTenant,
    answer: operations.Overview,
  }),
  'GET /statistics': route({
    summary: 'Numbers over time, for charts',
    who: readers,
    query: operations.StatisticsQuery,
    answer: list(operations.Sample),
  }),
  'GET /live': route({
    summary: 'Requests of all nodes as they come: events `whole` (a list) and `change` (a list)',
    who: readers,
    query: operations.LiveQuery,
    answer: 'events',
  }),
  'GET /live/now': route({
    summary: 'Requests of all nodes at this moment',
    who: readers,
    query: operations.LiveQuery,
    answer: list(operations.LiveRequest),
  }),
};
