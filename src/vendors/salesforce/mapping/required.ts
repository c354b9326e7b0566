import { Rejected } from '../../../lib/errors.ts';
import { SERVICE, type VendorError } from '../api/errors.ts';

/** Says what to do about a field the org insists on. */
export function missingRequired(object: string, error: VendorError, warnings: readonly string[]): Rejected {
  const fields = error.fields.length > 0 ? error.fields : namedIn(error.message);
  const settings = fields.map(name => `crm.defaults.${object}.${name}`).join(' and ');
  const why = warnings.filter(warning => fields.some(name => warning.includes(name)));
  const message = [
    `Salesforce makes no ${object} without ${fields.join(', ')}: set ${settings} in the playbook and replay.`,
    ...why,
  ].join(' ');
  return new Rejected(message, { service: SERVICE, code: error.errorCode, fields });
}

/** "Required fields are missing: [Segment__c]". */
function namedIn(message: string): string[] {
  return /\[([^\]]+)\]/.exec(message)?.[1]?.split(/,\s*/) ?? ['a field'];
}
