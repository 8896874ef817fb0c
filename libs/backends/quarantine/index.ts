/**
 * What a quarantined device is shown in place of its user's mail: a folder with one mail that says why. It stands in for
 * the Inbox under the Inbox's own path, so that the phone needs no new set-up once it is let in: the source does not know
 * the cursor then, and a fresh listing takes the mail away and brings the real ones.
 */
export { QuarantineBackend } from './quarantine-backend.js';
