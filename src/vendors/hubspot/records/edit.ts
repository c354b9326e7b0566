/** A person sees and changes properties of somebody from Slack. HubSpot has no log-ins of people: Baton's app writes. */
import { type EditableField, type Edited, MOST_EDITABLE, mappedNames } from '../../../contracts/crm-edit.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { Rejected } from '../../../lib/errors.ts';
import { SERVICE } from '../api/errors.ts';
import type { ObjectType } from '../portal/ids.ts';
import type { Portal } from '../portal/portal.ts';
import type { Property } from '../portal/schema.ts';
import { ON_DEAL } from './contact.ts';
import { contactOfLead } from './lead.ts';
import { placeOf } from './owner.ts';

/** What says how far work with somebody, or a deal, is. */
const PROGRESS: Partial<Record<ObjectType, string>> = { contacts: 'hs_lead_status', deals: 'dealstage' };

const KINDS: Readonly<Record<string, EditableField['kind']>> = {
  ...{ string: 'text', phone_number: 'text', number: 'number', date: 'date', bool: 'yes_no', enumeration: 'choice' },
};

export function recordEditor(portal: Portal) {
  return {
    /** One call, one more for a lead that was not met lately; the account's properties are known for a while. */
    async read(record: CrmRecord): Promise<EditableField[] | undefined> {
      const place = await placeBehind(portal, record);
      const shown = place && (await propertiesOf(portal, place.type));
      if (!place || !shown) return undefined;
      const row = await portal.records.read(place.type, place.number, { properties: shown.map(({ name }) => name) });
      return row && shown.map(property => editable(property, row.properties[property.name] ?? ''));
    },

    async save(record: CrmRecord, changes: Readonly<Record<string, string>>): Promise<Edited | undefined> {
      const place = await placeBehind(portal, record);
      if (!place) return undefined;
      const path = `${portal.api.paths.objects(place.type)}/${encodeURIComponent(place.number)}`;
      // Not among the shared writes, which leave out what is refused: a person is told instead.
      const answer = await portal.api.ask('PATCH', path, undefined, { properties: changes });
      if (answer.status === 404) return undefined;
      if (answer.status >= 300) throw refused(portal, answer, path);
      return { as: 'baton' };
    },
  };
}

function refused(portal: Portal, answer: Awaited<ReturnType<Portal['api']['ask']>>, path: string): Error {
  const failure = portal.api.failure(answer, `PATCH ${path}`);
  if (!(failure instanceof Rejected)) return failure;
  return new Rejected(failure.message, { service: SERVICE, code: failure.code ?? 'REFUSED', fields: failure.fields });
}

/** A lead's own properties are its contact's. */
async function placeBehind(
  portal: Portal,
  record: CrmRecord,
): Promise<{ type: ObjectType; number: string } | undefined> {
  if (record.kind !== 'lead') return placeOf(record);
  const number = await contactOfLead(portal, record.id);
  return number === undefined ? undefined : { type: 'contacts', number };
}

async function propertiesOf(portal: Portal, type: ObjectType): Promise<Property[]> {
  const all = await portal.schema.properties(type);
  const isDeal = type === 'deals';
  const isHere = (name: string) => (ON_DEAL as readonly string[]).includes(name) === isDeal;
  const names = [PROGRESS[type], ...mappedNames(portal.rules, isDeal ? 'Deal' : 'Contact', isHere)];
  const found = [...new Set(names)].flatMap(name => all.find(one => one.name === name) ?? []);
  const withStages = await Promise.all(found.map(one => (one.name === 'dealstage' ? stagesOf(portal, one) : one)));
  return withStages
    .filter(
      ({ readOnly, type: kind, options }) => !readOnly && KINDS[kind] && (kind !== 'enumeration' || options.length),
    )
    .slice(0, MOST_EDITABLE);
}

/** A deal's stages stand with the pipelines. */
async function stagesOf({ schema }: Portal, property: Property): Promise<Property> {
  const options = (await schema.stages('deals')).map(({ id, label }) => ({ value: id, label }));
  return { ...property, type: 'enumeration', options };
}

function editable({ name, label, type, options }: Property, value: string): EditableField {
  const kind = KINDS[type] ?? 'text';
  return { name, label, kind, value, ...(kind === 'choice' && { choices: options }) };
}
