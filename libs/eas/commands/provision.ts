import { Provision } from '../pages/index.js';
import { asprov } from '../schema/sections.js';
import {
  boolean,
  container,
  flag,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { DeviceInformationRequest, DeviceInformationResponse } from './settings.js';

const PolicyType = text(Provision.PolicyType, asprov('43'));
const PolicyKey = text(Provision.PolicyKey, asprov('42'));
const wipeStatus = integer(Provision.Status, asprov('54.3'));

/** The only policy format there is from 12.0 on. */
export const POLICY_TYPE = 'MS-EAS-Provisioning-WBXML';

export const ProvisionRequest = container(Provision.Provision, asprov('44'), [
  optional(DeviceInformationRequest, { from: 141 }),
  optional(
    container(Provision.Policies, asprov('40'), [
      optional(
        container(Provision.Policy, asprov('41'), [
          // Missing it is answered by Status 2 (trap 105).
          optional(PolicyType),
          optional(PolicyKey),
          optional(integer(Provision.Status, asprov('54.1'))),
        ]),
      ),
    ]),
  ),
  // iOS 5 says how a wipe went here, before an element that is empty then.
  optional(wipeStatus),
  // The phone confirms a wipe (trap 106).
  optional(container(Provision.RemoteWipe, asprov('45'), [optional(wipeStatus)])),
  optional(container(Provision.AccountOnlyRemoteWipe, asprov('1'), [optional(wipeStatus)])),
]);
export type ProvisionRequest = Infer<typeof ProvisionRequest>;

/** What the phone must or must not do; an absent element is no demand. */
export const EASProvisionDoc = container(Provision.EASProvisionDoc, asprov('28'), [
  optional(boolean(Provision.DevicePasswordEnabled, asprov('25'))),
  optional(boolean(Provision.AlphanumericDevicePasswordRequired, asprov('20'))),
  optional(boolean(Provision.PasswordRecoveryEnabled, asprov('39'))),
  optional(boolean(Provision.RequireStorageCardEncryption, asprov('52'))),
  optional(boolean(Provision.AttachmentsEnabled, asprov('23'))),
  optional(integer(Provision.MinDevicePasswordLength, asprov('38'))),
  optional(integer(Provision.MaxInactivityTimeDeviceLock, asprov('36'))),
  optional(integer(Provision.MaxDevicePasswordFailedAttempts, asprov('32'))),
  optional(integer(Provision.MaxAttachmentSize, asprov('30'))),
  optional(boolean(Provision.AllowSimpleDevicePassword, asprov('12'))),
  optional(integer(Provision.DevicePasswordExpiration, asprov('26'))),
  optional(integer(Provision.DevicePasswordHistory, asprov('27'))),
  optional(boolean(Provision.AllowStorageCard, asprov('15'))),
  optional(boolean(Provision.AllowCamera, asprov('4'))),
  optional(boolean(Provision.RequireDeviceEncryption, asprov('46'))),
  optional(boolean(Provision.AllowUnsignedApplications, asprov('17'))),
  optional(boolean(Provision.AllowUnsignedInstallationPackages, asprov('18'))),
  optional(integer(Provision.MinDevicePasswordComplexCharacters, asprov('37'))),
  optional(boolean(Provision.AllowWiFi, asprov('19'))),
  optional(boolean(Provision.AllowTextMessaging, asprov('16'))),
  optional(boolean(Provision.AllowPOPIMAPEmail, asprov('10'))),
  optional(integer(Provision.AllowBluetooth, asprov('2'))),
  optional(boolean(Provision.AllowIrDA, asprov('9'))),
  optional(boolean(Provision.RequireManualSyncWhenRoaming, asprov('49'))),
  optional(boolean(Provision.AllowDesktopSync, asprov('6'))),
  optional(integer(Provision.MaxCalendarAgeFilter, asprov('31'))),
  optional(boolean(Provision.AllowHTMLEmail, asprov('7'))),
  optional(integer(Provision.MaxEmailAgeFilter, asprov('33'))),
  optional(integer(Provision.MaxEmailBodyTruncationSize, asprov('34'))),
  optional(integer(Provision.MaxEmailHTMLBodyTruncationSize, asprov('35'))),
  optional(boolean(Provision.RequireSignedSMIMEMessages, asprov('51'))),
  optional(boolean(Provision.RequireEncryptedSMIMEMessages, asprov('47'))),
  optional(integer(Provision.RequireSignedSMIMEAlgorithm, asprov('50'))),
  optional(integer(Provision.RequireEncryptionSMIMEAlgorithm, asprov('48'))),
  optional(integer(Provision.AllowSMIMEEncryptionAlgorithmNegotiation, asprov('13'))),
  optional(boolean(Provision.AllowSMIMESoftCerts, asprov('14'))),
  optional(boolean(Provision.AllowBrowser, asprov('3'))),
  optional(boolean(Provision.AllowConsumerEmail, asprov('5'))),
  optional(boolean(Provision.AllowRemoteDesktop, asprov('11'))),
  optional(boolean(Provision.AllowInternetSharing, asprov('8'))),
  optional(
    container(Provision.UnapprovedInROMApplicationList, asprov('55'), [
      repeated(text(Provision.ApplicationName, asprov('21'))),
    ]),
  ),
  optional(
    container(Provision.ApprovedApplicationList, asprov('22'), [
      repeated(text(Provision.Hash, asprov('29'))),
    ]),
  ),
]);
export type EASProvisionDoc = Infer<typeof EASProvisionDoc>;

export const ProvisionResponse = container(Provision.Provision, asprov('44'), [
  optional(DeviceInformationResponse, { from: 141 }),
  required(integer(Provision.Status, asprov('54.2'))),
  optional(
    container(Provision.Policies, asprov('40'), [
      optional(
        container(Provision.Policy, asprov('41'), [
          optional(PolicyType),
          required(integer(Provision.Status, asprov('54.1'))),
          optional(PolicyKey),
          optional(container(Provision.Data, asprov('24.1'), [required(EASProvisionDoc)])),
        ]),
      ),
    ]),
  ),
  optional(flag(Provision.RemoteWipe, asprov('45'))),
  optional(flag(Provision.AccountOnlyRemoteWipe, asprov('1'))),
]);
export type ProvisionResponse = Encodable<typeof ProvisionResponse>;
