import { protocolVersions, type ProtocolVersion } from '#eas';

/**
 * The versions in which whole stories are played. One of each generation by default: what tells the two versions of a
 * generation apart is tested with the codec and the commands. GODWIT_TEST_VERSIONS=all plays all six, before a release.
 */
export const playedVersions: readonly ProtocolVersion[] =
  process.env.GODWIT_TEST_VERSIONS === 'all' ? protocolVersions : ['12.1', '14.1', '16.1'];
