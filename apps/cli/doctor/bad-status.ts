import { StepFailed } from './step.js';

const meanings: Readonly<Record<string, string>> = {
  'FolderSync 6': 'the server failed, mostly because the mail server behind it does not answer',
  'Ping 3': 'the server says that parameters are missing',
  'Ping 4': 'the server does not understand the request',
  'Ping 6': 'too many folders',
  'Ping 8': 'the server failed',
  'Sync 3': 'the server does not know the key it has just given: is its state kept, and shared by all nodes?',
  'Sync 4': 'the server takes the request for malformed',
  'Sync 5': 'the server failed, mostly because the mail server behind it does not answer',
  'Sync 12': 'the server no longer knows the folder it has just listed',
  'SendMail 119': 'there is no recipient',
  'SendMail 120': 'the mail could not be handed over: check the submission server, its login and its limits',
};

/** The failure that a Status stands for. */
export function badStatus(command: string, status: number): StepFailed {
  const common: Readonly<Record<number, string>> = {
    110: 'the server failed',
    111: 'the server has no time now',
    126: 'the user may not use ActiveSync',
    129: 'the device is blocked for this user',
    130: 'access denied',
    137: 'the server does not know this command',
    141: 'the server lets no device in that cannot enforce the policy',
    142: 'the device is not provisioned, even after provisioning: is the policy key kept, and shared by all nodes?',
    144: 'the policy key is not accepted, even after provisioning: is it kept, and shared by all nodes?',
    177: 'the user has too many devices: delete some on the server',
  };
  const meaning = meanings[`${command} ${status}`] ?? common[status];
  return new StepFailed(`${command}: Status ${status}${meaning === undefined ? '' : `, ${meaning}`}.`, [
    'The log of the server at this moment tells more.',
  ]);
}
