import { z } from 'zod';
import { helpers, managers, readers, route } from '../route.js';
import { Id, list, page, Reason, StandingName, WithReason, Cursor, Limit } from '../schemas/common.js';
import * as devices from '../schemas/devices.js';
import * as operations from '../schemas/operations.js';
import { ofDevice, paged } from './parameters.js';

/** Devices: looking, deciding, repairing. */
export const deviceRoutes = {
  'GET /devices': route({
    summary: 'Devices, filtered and sorted',
    who: readers,
    query: devices.DeviceQuery,
    answer: page(devices.DeviceSummary),
  }),
  'GET /devices.csv': route({
    summary: 'All devices that pass the filter, as a table',
    who: readers,
    query: z.strictObject(devices.DeviceFilter),
    answer: 'csv',
  }),
  'GET /devices/{device}': route({
    summary: 'A device, with folders, sync times, policy state, errors and set-aside items',
    who: readers,
    params: ofDevice,
    answer: devices.DeviceDetail,
  }),
  'DELETE /devices/{device}': route({
    summary: 'Forget a device: its phone starts anew if it comes again',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'POST /devices/{device}/access': route({
    summary: 'Allow, block or quarantine a device, or leave it to the rules (null)',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ decision: StandingName.nullable(), reason: Reason }),
    answer: devices.DeviceDetail,
  }),
  'POST /devices/{device}/wipe': route({
    summary: 'Wipe the account from a device (16.1), or all of the device',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ kind: devices.WipeKindName, reason: Reason }),
    answer: devices.Wipe,
  }),
  'POST /devices/{device}/wipe/approval': route({
    summary: 'Agree to a wipe that another administrator asked for',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'DELETE /devices/{device}/wipe': route({
    summary: 'Cancel a wipe the device has not been told of',
    who: helpers,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'GET /devices/{device}/wipes': route({
    summary: 'All wipes of a device',
    who: readers,
    params: ofDevice,
    answer: list(devices.Wipe),
  }),
  'POST /devices/{device}/resync': route({
    summary: 'Make a device load a folder, a class or everything again',
    who: helpers,
    params: ofDevice,
    body: devices.Resync,
    answer: devices.Resynced,
  }),
  'DELETE /devices/{device}/loops': route({
    summary: 'Forget that a device asked for the same again and again',
    who: helpers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /devices/{device}/timeline': route({
    summary: 'What happened to a device, newest first',
    who: readers,
    params: ofDevice,
    query: paged,
    answer: page(devices.TimelineEvent),
  }),
  'POST /devices/{device}/set-aside/retry': route({
    summary: 'Offer set-aside items again: one, those of a folder, or all',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ folder: z.string().optional(), item: z.string().optional(), reason: Reason }),
    answer: z.object({ retried: z.number().int() }),
  }),
  'GET /devices/{device}/recovery-password': route({
    summary: 'The password that unlocks the device, as it left it with the server',
    who: managers,
    params: ofDevice,
    answer: z.object({ recoveryPassword: z.string() }),
  }),
  'POST /devices/{device}/shares': route({
    summary: 'Show a device a folder of somebody else',
    who: helpers,
    params: ofDevice,
    body: devices.NewSharedFolder,
    answer: devices.SharedFolder,
  }),
  'DELETE /devices/{device}/shares/{share}': route({
    summary: 'Show it no longer',
    who: helpers,
    params: z.strictObject({ device: Id, share: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
  'PUT /devices/{device}/trace': route({
    summary: 'Write down what a device sends and is sent, for some minutes',
    who: managers,
    params: ofDevice,
    body: operations.StartTrace,
    answer: z.object({ until: z.iso.datetime() }),
  }),
  'DELETE /devices/{device}/trace': route({
    summary: 'Stop it, and forget what was written',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /devices/{device}/trace': route({
    summary: 'What was written, oldest first',
    who: managers,
    params: ofDevice,
    query: paged,
    answer: page(operations.TraceText),
  }),
  'GET /devices/{device}/trace/live': route({
    summary: 'What a traced device sends and is sent, as it comes: events `entry`',
    who: managers,
    params: ofDevice,
    answer: 'events',
  }),
  'GET /set-aside': route({
    summary: 'Items that devices could not be given',
    who: readers,
    query: z.strictObject({
      tenant: z.string().optional(),
      user: z.string().optional(),
      cursor: Cursor,
      limit: Limit,
    }),
    answer: page(devices.SetAsideItem),
  }),
};
