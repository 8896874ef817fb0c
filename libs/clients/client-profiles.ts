import { plainProfile, type ClientProfile, type ClientSigns } from './profile.js';
import { holds, quirkNames, quirks, type QuirkName, type QuirkSetting } from './quirks.js';

/** Finds the profile of whoever calls. */
export type ClientProfiles = (client: ClientSigns) => ClientProfile;

/** More kinds of clients than any installation sees; what hostile clients make up beyond is forgotten again. */
const REMEMBERED = 1_000;
/** Device ids that a quirk looks at; any other says nothing about the kind of client. */
const speakingId = (id: string): string => (id.length <= 8 ? id.toLowerCase() : '');

/** Profiles as the configuration sets the quirks; a quirk it does not name is `auto`. */
export function clientProfiles(settings: Readonly<Partial<Record<QuirkName, QuirkSetting>>>): ClientProfiles {
  const known = new Map<string, ClientProfile>();
  return (client) => {
    const key = `${speakingId(client.deviceId)}\n${client.deviceType}\n${client.userAgent}`;
    const before = known.get(key);
    if (before) return before;
    const profile = profileOf(client, settings);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, profile);
    return profile;
  };
}

function profileOf(
  client: ClientSigns,
  settings: Readonly<Partial<Record<QuirkName, QuirkSetting>>>,
): ClientProfile {
  const given = quirkNames
    .filter((name) => holds(quirks[name], settings[name] ?? 'auto', client))
    .map((name) => quirks[name].gives);
  return Object.assign({ ...plainProfile }, ...given) as ClientProfile;
}
