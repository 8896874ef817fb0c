import { z } from 'zod';
import { helpers, readers, route } from '../route.js';
import { Id, list, page, WithReason } from '../schemas/common.js';
import * as devices from '../schemas/devices.js';
import * as people from '../schemas/people.js';
import { ofUser } from './parameters.js';

/** Users, and what belongs to them. */
export const userRoutes = {
  'GET /users': route({
    summary: 'Users that have synced, or were imported',
    who: readers,
    query: people.UserQuery,
    answer: page(people.User),
  }),
  'GET /users/{tenant}/{user}': route({
    summary: 'A user',
    who: readers,
    params: ofUser,
    answer: people.User,
  }),
  'PUT /users/{tenant}/{user}': route({
    summary: 'Switch ActiveSync on or off for a user',
    who: helpers,
    params: ofUser,
    body: people.ChangedUser,
    answer: people.User,
  }),
  'POST /users/{tenant}/{user}/test': route({
    summary: 'Try the login at every source, step by step',
    who: helpers,
    params: ofUser,
    body: people.TestLogin,
    answer: people.TestReport,
  }),
  'GET /users/{tenant}/{user}/shares': route({
    summary: 'Folders of others that all devices of a user are shown',
    who: readers,
    params: ofUser,
    answer: list(devices.SharedFolder),
  }),
  'POST /users/{tenant}/{user}/shares': route({
    summary: 'Show all devices of a user a folder of somebody else',
    who: helpers,
    params: ofUser,
    body: devices.NewSharedFolder,
    answer: devices.SharedFolder,
  }),
  'DELETE /users/{tenant}/{user}/shares/{share}': route({
    summary: 'Show it no longer',
    who: helpers,
    params: z.strictObject({ tenant: z.string(), user: z.string(), share: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /users/{tenant}/{user}/app-passwords': route({
    summary: 'Passwords for phones only',
    who: readers,
    params: ofUser,
    answer: list(people.AppPassword),
  }),
  'POST /users/{tenant}/{user}/app-passwords': route({
    summary: 'Make one; it is told only now',
    who: helpers,
    params: ofUser,
    body: people.NewAppPassword,
    answer: people.MadeAppPassword,
  }),
  'DELETE /users/{tenant}/{user}/app-passwords/{password}': route({
    summary: 'Take it back',
    who: helpers,
    params: z.strictObject({ tenant: z.string(), user: z.string(), password: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
};
