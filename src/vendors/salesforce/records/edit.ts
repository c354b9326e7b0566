/** A person sees and changes a record's fields from Slack: in their own session where they have one. */
import {
  type EditableField,
  type Edited,
  MOST_EDITABLE,
  mappedNames,
  typedNumber,
} from '../../../contracts/crm-edit.ts';
import { CredentialsRejected, Rejected } from '../../../lib/errors.ts';
import { queries } from '../api/composite.ts';
import { readErrors, refusalWords, SERVICE, toFailure, type VendorError } from '../api/errors.ts';
import type { OrgRecord } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import type { SessionOf } from '../api/personal.ts';
import type { FieldFacts, ObjectFacts } from '../api/schema.ts';
import { quote } from '../api/soql.ts';
import { isDeletedOrConverted } from './relocated.ts';

/** What says how far work with a record is. */
const PROGRESS: Readonly<Record<string, string>> = { Lead: 'Status', Opportunity: 'StageName' };
const ON_OPPORTUNITY = new Set(['mql_score']);

const KINDS: Readonly<Record<string, EditableField['kind']>> = {
  ...{ string: 'text', email: 'text', phone: 'text', url: 'text', textarea: 'long_text', picklist: 'choice' },
  ...{ double: 'number', int: 'number', currency: 'number', percent: 'number', date: 'date', boolean: 'yes_no' },
};

export function recordEditor(org: Org, sessionOf?: SessionOf) {
  return {
    /** A query, and a describe where the object is not known yet. */
    async read({ object, id }: OrgRecord): Promise<EditableField[] | undefined> {
      const facts = org.schema.of(object) ?? (await org.schema.learn(object, undefined));
      const shown = fieldsOf(org, object, facts);
      if (shown.length === 0) return [];
      const columns = shown.map(({ name }) => name).join(', ');
      const [rows] = await queries(org, [`SELECT Id, ${columns} FROM ${object} WHERE Id = ${quote(id)}`]);
      const row = rows?.[0];
      return row && shown.map(field => editable(field, row[field.name]));
    },

    async save(record: OrgRecord, changes: Readonly<Record<string, string>>, writeAs?: string) {
      const own = writeAs === undefined ? undefined : await sessionOf?.(writeAs);
      const values = await valuesOf(org, record, changes);
      if (!own) return send(org, record, values, 'baton');
      try {
        return await send({ ...org, session: own }, record, values, 'self');
      } catch (error) {
        // What their user may no longer do is written as Baton's rather than lost; a value that is refused is said.
        const isTheirs = error instanceof CredentialsRejected && !error.forAll;
        if (!isTheirs && !(error instanceof Rejected && error.fields.length === 0)) throw error;
        return send(org, record, values, 'baton');
      }
    },
  };
}

function fieldsOf(org: Org, object: string, facts: ObjectFacts): FieldFacts[] {
  const rules = { fields: org.fields, custom: org.rules.custom };
  const mapped = mappedNames(rules, object, name => ON_OPPORTUNITY.has(name) === (object === 'Opportunity'));
  const names = [...new Set([PROGRESS[object], ...mapped].filter(name => name !== undefined))];
  return names
    .flatMap(name => facts.get(name.toLowerCase()) ?? [])
    .filter(({ updateable, type }) => updateable && KINDS[type] !== undefined)
    .slice(0, MOST_EDITABLE);
}

function editable({ name, label, type, choices }: FieldFacts, value: unknown): EditableField {
  const kind = KINDS[type] ?? 'text';
  return {
    name,
    label,
    kind,
    value: value === null || value === undefined ? '' : String(value),
    ...(kind === 'choice' && { choices }),
  };
}

async function valuesOf(org: Org, { object }: OrgRecord, changes: Readonly<Record<string, string>>) {
  const facts = org.schema.of(object) ?? (await org.schema.learn(object, undefined));
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => {
      const kind = KINDS[facts.get(name.toLowerCase())?.type ?? ''];
      if (value === '') return [name, kind === 'yes_no' ? false : null];
      return [
        name,
        kind === 'number' ? typedNumber(SERVICE, name, value) : kind === 'yes_no' ? value === 'true' : value,
      ];
    }),
  );
}

/** No assignment rule is asked for, which otherwise applies to every lead that is saved through REST. */
async function send(
  org: Org,
  { object, id }: OrgRecord,
  values: Record<string, unknown>,
  as: Edited['as'],
): Promise<Edited | undefined> {
  const answer = await org.session.call({
    method: 'PATCH',
    url: `${org.base}/sobjects/${encodeURIComponent(object)}/${encodeURIComponent(id)}`,
    headers: { 'content-type': 'application/json', 'Sforce-Auto-Assign': 'FALSE' },
    body: JSON.stringify(values),
  });
  if (answer.status >= 200 && answer.status < 300) return { as };
  const errors = readErrors(answer.status, answer.body);
  if (answer.status === 404 || isDeletedOrConverted(errors)) return undefined;
  const failure = toFailure(answer.status, errors, { clock: org.clock, headers: answer.headers });
  throw failure instanceof Rejected ? refusal(errors, failure) : failure;
}

/** In the org's own words, with the fields that each refusal names. */
function refusal(errors: readonly VendorError[], { code }: Rejected): Rejected {
  const fields = [...new Set(errors.flatMap(one => one.fields))];
  return new Rejected(refusalWords(errors), { service: SERVICE, code: code ?? 'REFUSED', fields });
}
