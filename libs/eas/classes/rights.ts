import { RightsManagement } from '../pages/index.js';
import { asrm } from '../schema/sections.js';
import { boolean, container, dateTime, required, text } from '../schema/schema.js';

/** What the recipient of a rights-managed mail may do. This gateway never sends it; phones' traces show it. */
export const RightsManagementLicense = container(RightsManagement.RightsManagementLicense, asrm('14'), [
  required(boolean(RightsManagement.Owner, asrm('8'))),
  required(text(RightsManagement.ContentOwner, asrm('2'), { redact: true })),
  required(boolean(RightsManagement.ReplyAllAllowed, asrm('12'))),
  required(boolean(RightsManagement.EditAllowed, asrm('3'))),
  required(boolean(RightsManagement.ReplyAllowed, asrm('13'))),
  required(boolean(RightsManagement.ForwardAllowed, asrm('6'))),
  required(boolean(RightsManagement.ExportAllowed, asrm('4'))),
  required(boolean(RightsManagement.ModifyRecipientsAllowed, asrm('7'))),
  required(text(RightsManagement.TemplateID, asrm('19.1'))),
  required(boolean(RightsManagement.ExtractAllowed, asrm('5'))),
  required(text(RightsManagement.TemplateDescription, asrm('18.1'))),
  required(dateTime(RightsManagement.ContentExpiryDate, asrm('1'))),
  required(text(RightsManagement.TemplateName, asrm('20.1'))),
  required(boolean(RightsManagement.PrintAllowed, asrm('9'))),
  required(boolean(RightsManagement.ProgrammaticAccessAllowed, asrm('10'))),
]);
