/** What prospects have: the fields of every account, and its own, which end in `__c`. Only what is asked for is answered. */
import { type Clock, HOUR } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { textFrom } from '../../../lib/json-values.ts';
import type { Pardot } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';

export interface Field {
  /** As the API and playbooks say it. */
  name: string;
  label: string;
  isNumber: boolean;
}

export type Fields = ReadonlyMap<string, Field>;

/** https://developer.salesforce.com/docs/marketing/pardot/guide/prospect-v5.html, those that say something of a person. */
const OF_EVERYBODY = [
  'id',
  'email',
  'firstName',
  'lastName',
  'salutation',
  'company',
  'jobTitle',
  'department',
  'phone',
  'website',
  'industry',
  'employees',
  'annualRevenue',
  'city',
  'state',
  'country',
  'source',
  'campaignParameter',
  'score',
  'grade',
  'optedOut',
  'isDoNotEmail',
  'isDoNotCall',
  'isEmailHardBounced',
  'salesforceId',
  'lastActivityAt',
  'createdAt',
  'updatedAt',
];
/** Of the campaign that a prospect is in; the answer has it as an object. */
export const CAMPAIGN = 'campaign.name';

const PAGE = '1000';
const MOST_PAGES = 10;

/** Asked for once an hour. One call for a thousand. */
export function fieldReader(api: Pardot, clock: Clock): () => Promise<Fields> {
  let known: { value: Promise<Fields>; at: number } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (known && Math.abs(now - known.at) < HOUR) return known.value;
    const value = fieldsOf(api);
    known = { value, at: now };
    value.catch(() => {
      if (known?.value === value) known = undefined;
    });
    return value;
  };
}

async function fieldsOf(api: Pardot): Promise<Fields> {
  const standard = OF_EVERYBODY.map(name => ({ name, label: name, isNumber: name === 'score' }));
  const own: Field[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { fields: 'id,name,fieldId,type', limit: PAGE };
    const read = await api.list({ path: '/objects/custom-fields', query, importance: 'urgent' }, token);
    for (const one of read.values) {
      const fieldId = textFrom(one.fieldId);
      if (fieldId === undefined) continue;
      const name = /__c$/i.test(fieldId) ? fieldId : `${fieldId}__c`;
      own.push({ name, label: textFrom(one.name) ?? name, isNumber: /^number$/i.test(textFrom(one.type) ?? '') });
    }
    token = read.token;
    if (token === undefined) break;
  }
  return new Map([...standard, ...own].map(field => [field.name, field]));
}

/** The field that a playbook means, with or without `__c`, whatever its capitals, or by its label. Pure. */
export function fieldNamed(fields: Fields, wanted: string): Field | undefined {
  const exact = fields.get(wanted);
  if (exact) return exact;
  const plain = wanted.trim().toLowerCase();
  const names = [plain, `${plain}__c`];
  return [...fields.values()].find(one => names.includes(one.name.toLowerCase()) || one.label.toLowerCase() === plain);
}

/** @throws Rejected where the account has no such field */
export function neededField(fields: Fields, wanted: string): Field {
  const field = fieldNamed(fields, wanted);
  if (field) return field;
  throw new Rejected(`Account Engagement has no field "${wanted}" of prospects`, {
    service: SERVICE,
    code: 'NO_SUCH_FIELD',
    fields: [wanted],
  });
}
