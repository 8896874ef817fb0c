import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.25. */
export const RightsManagement = codePage(24, 'RightsManagement', {
  RightsManagementSupport: since(141, 0x05),
  RightsManagementTemplates: since(141, 0x06),
  RightsManagementTemplate: since(141, 0x07),
  RightsManagementLicense: since(141, 0x08),
  EditAllowed: since(141, 0x09),
  ReplyAllowed: since(141, 0x0a),
  ReplyAllAllowed: since(141, 0x0b),
  ForwardAllowed: since(141, 0x0c),
  ModifyRecipientsAllowed: since(141, 0x0d),
  ExtractAllowed: since(141, 0x0e),
  PrintAllowed: since(141, 0x0f),
  ExportAllowed: since(141, 0x10),
  ProgrammaticAccessAllowed: since(141, 0x11),
  Owner: since(141, 0x12),
  ContentExpiryDate: since(141, 0x13),
  TemplateID: since(141, 0x14),
  TemplateName: since(141, 0x15),
  TemplateDescription: since(141, 0x16),
  ContentOwner: since(141, 0x17),
  RemoveRightsManagementProtection: since(141, 0x18),
});
