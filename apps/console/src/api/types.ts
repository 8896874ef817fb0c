import type { devices, operations, people } from '#admin-api';
import type { z } from 'zod';

/** What the API tells, by its own names. */
export type DeviceSummary = z.output<typeof devices.DeviceSummary>;
export type DeviceDetail = z.output<typeof devices.DeviceDetail>;
export type DeviceFolder = z.output<typeof devices.DeviceFolder>;
export type Wipe = z.output<typeof devices.Wipe>;
export type WipeState = z.output<typeof devices.WipeStateName>;
export type WipeKind = z.output<typeof devices.WipeKindName>;
export type PolicyState = z.output<typeof devices.PolicyStateName>;
export type SetAsideItem = z.output<typeof devices.SetAsideItem>;
export type SharedFolder = z.output<typeof devices.SharedFolder>;
export type TimelineEvent = z.output<typeof devices.TimelineEvent>;
export type Resynced = z.output<typeof devices.Resynced>;
export type Standing = DeviceSummary['standing'];
export type LiveRequest = z.output<typeof operations.LiveRequest>;
export type NodeState = z.output<typeof operations.NodeState>;
export type Overview = z.output<typeof operations.Overview>;
export type Sample = z.output<typeof operations.Sample>;
export type TraceText = z.output<typeof operations.TraceText>;
export type AppPassword = z.output<typeof people.AppPassword>;
