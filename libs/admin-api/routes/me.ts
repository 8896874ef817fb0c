import { z } from 'zod';
import { route, selves } from '../route.js';
import { list, Reason, WithReason } from '../schemas/common.js';
import * as devices from '../schemas/devices.js';
import * as people from '../schemas/people.js';
import { ofDevice, one } from './parameters.js';

/** What users do for themselves. */
export const selfRoutes = {
  'GET /me/devices': route({
    summary: 'My devices',
    who: selves,
    answer: list(devices.DeviceSummary),
  }),
  'POST /me/devices/{device}/wipe': route({
    summary: 'Wipe my lost device',
    who: selves,
    params: ofDevice,
    body: z.strictObject({ kind: devices.WipeKindName, reason: Reason }),
    answer: devices.Wipe,
  }),
  'DELETE /me/devices/{device}/wipe': route({
    summary: 'I found it: cancel the wipe',
    who: selves,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'DELETE /me/devices/{device}': route({
    summary: 'Forget a device I no longer have',
    who: selves,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /me/app-passwords': route({
    summary: 'My passwords for phones',
    who: selves,
    answer: list(people.AppPassword),
  }),
  'POST /me/app-passwords': route({
    summary: 'Make one; it is told only now',
    who: selves,
    body: people.NewAppPassword,
    answer: people.MadeAppPassword,
  }),
  'DELETE /me/app-passwords/{password}': route({
    summary: 'Take it back',
    who: selves,
    params: one('password'),
    body: WithReason,
    answer: 'nothing',
  }),
};
