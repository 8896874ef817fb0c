/**
 * Phones differ, and some have faults that have to be lived with. What one kind of phone needs and others do not is a
 * quirk: a named entry of quirks.ts with the clients it is for, what it changes of the profile, and a switch in the
 * configuration (`clients`). Handlers read the profile's values and never ask who is calling. What every client gets
 * because some need it is told in everybody.ts.
 */
export { everybody } from './everybody.js';
export { clientProfiles, type ClientProfiles } from './client-profiles.js';
export { plainProfile, type ClientProfile, type ClientSigns } from './profile.js';
export { quirks, quirkNames, QUIRK_SETTINGS, type QuirkName, type QuirkSetting } from './quirks.js';
export { renderClients } from './reference.js';
