/** What was deployed into the org, and what of it Baton's user may see. */
import { type Content, contentsOf, listOf, textOf } from './metadata-xml.ts';
import { type Field, growField, type ObjectSchema, type Spec } from './schema.ts';
import type { Store } from './store.ts';
import type { Parts } from './tooling-parts.ts';

/** The org that things are deployed to. */
interface Target {
  schema: Map<string, ObjectSchema>;
  store: Store;
  parts: Parts;
  integrationUserId: string;
}

/** An org with what was deployed to it. */
type Deployable = Pick<Target, 'schema'> & { deployed: Deployed };

export interface Component {
  type: string;
  fullName: string;
  content: Content;
}

export interface Deployment {
  id: string;
  userId: string;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed';
  zip: Buffer;
  options: Content;
  /** So many more questions find it under way. */
  left: number;
  successes: (Component & { created: boolean; changed: boolean; fileName: string })[];
  failures: { type: string; fullName: string; fileName: string; problem: string }[];
  at: string;
}

const OBJECTS_OF = (object: string): string[] => (object === 'Activity' ? ['Task', 'Event'] : [object]);

/** Components by type and name, columns that nobody sees yet, deployments, and how the org takes them. */
export class Deployed {
  readonly parts = new Map<string, Component>();
  readonly deployments = new Map<string, Deployment>();
  /** Columns there are, whoever may see them: `Lead.X__c`. */
  readonly #columns = new Map<string, { object: string; name: string; spec: Spec }>();
  /** "Deploy processes and flows as active". */
  flowsDeployActive = true;
  /** Questions that find a deployment under way before it is over. */
  deployQuestions = 2;
  mayDeploy = true;
  /** A component that the org refuses, for a reason of its own. */
  refuses: { fullName: string; problem: string } | undefined;

  get(type: string, fullName: string): Component | undefined {
    return this.parts.get(`${type}:${fullName}`);
  }

  put(component: Component): void {
    this.parts.set(`${component.type}:${component.fullName}`, component);
  }

  /** Has the object a column of this name, seen or unseen? */
  hasColumn(org: Target, object: string, column: string): boolean {
    return OBJECTS_OF(object).every(
      one => this.#columns.has(`${one}.${column}`) || org.schema.get(one)?.byLower.has(column.toLowerCase()) === true,
    );
  }

  addColumn(org: Target, object: string, name: string, spec: Spec): void {
    for (const one of OBJECTS_OF(object)) {
      this.#columns.set(`${one}.${name}`, { object: one, name, spec });
      org.parts.hidden.push({ object: one, field: name });
    }
  }

  /** Back to nothing. */
  clear(org: Target): void {
    this.parts.clear();
    this.#columns.clear();
    org.parts.hidden = [];
    for (const object of ['PermissionSetAssignment', 'FieldPermissions', 'PermissionSet']) {
      for (const row of [...org.store.all(object)]) org.store.delete(object, String(row.Id));
    }
  }

  forgetColumn(object: string, name: string): void {
    this.#columns.delete(`${object}.${name}`);
  }

  /** Columns that a permission set of Baton's user grants are there for it, and written as far as it says. */
  reveal(org: Target): void {
    const sets = (org.store.lookup('PermissionSetAssignment', 'AssigneeId', [org.integrationUserId]) ?? [])
      .filter(row => row.IsDeleted !== true)
      .map(row => row.PermissionSetId ?? null);
    const granted = org.store.lookup('FieldPermissions', 'ParentId', sets) ?? [];
    for (const row of granted) {
      const column = this.#columns.get(String(row.Field));
      const object = column && org.schema.get(column.object);
      if (!column || !object || row.PermissionsRead !== true) continue;
      org.parts.hidden = org.parts.hidden.filter(one => one.object !== object.name || one.field !== column.name);
      growField(object, column.name, column.spec);
      const field = object.fields.get(column.name);
      if (field) field.writable = row.PermissionsEdit === true;
      if (field?.indexed) org.store.addIndex(object.name, column.name);
    }
  }
}

/** A column as the Metadata API tells of it; undefined when there is none. */
export function customFieldOf(org: Deployable, fullName: string): Content | undefined {
  const made = org.deployed.get('CustomField', fullName);
  if (made) return made.content;
  const [object = '', name = ''] = fullName.split('.');
  const fields = OBJECTS_OF(object).map(one => org.schema.get(one)?.fields.get(name));
  const [field] = fields;
  return field && name.endsWith('__c') && fields.every(Boolean) ? contentOf(field) : undefined;
}

/** Names of all columns of the org's own, as listMetadata has them. */
export function customFieldNames(org: Deployable): string[] {
  const made = [...org.deployed.parts.values()].filter(one => one.type === 'CustomField').map(one => one.fullName);
  const seen = [...org.schema.values()].flatMap(({ name, fields }: ObjectSchema) =>
    [...fields.keys()].filter(field => field.endsWith('__c')).map(field => `${activityOr(name)}.${field}`),
  );
  return [...new Set([...made, ...seen])];
}

const activityOr = (object: string): string => (object === 'Task' || object === 'Event' ? 'Activity' : object);

/** A column that was there before anything was deployed. */
function contentOf(field: Field): Content {
  const base: Content = { fullName: field.name, label: field.label, externalId: String(field.externalId) };
  const unique = String(field.unique);
  switch (field.type) {
    case 'double':
    case 'currency':
    case 'percent': {
      const scale = field.type === 'double' ? 0 : 2;
      const type = field.type === 'double' ? 'Number' : field.type === 'currency' ? 'Currency' : 'Percent';
      return { ...base, type, precision: String(field.digits + scale), scale: String(scale), unique };
    }
    case 'textarea':
      return field.length > 255
        ? { ...base, type: 'LongTextArea', length: String(field.length), visibleLines: '3' }
        : { ...base, type: 'TextArea' };
    case 'picklist':
    case 'multipicklist': {
      const value = field.values.map(one => ({ fullName: one, default: 'false', label: one }));
      const valueSet = { restricted: String(field.restricted), valueSetDefinition: { sorted: 'false', value } };
      return { ...base, type: field.type === 'picklist' ? 'Picklist' : 'MultiselectPicklist', valueSet };
    }
    case 'reference':
      return { ...base, type: 'Lookup', referenceTo: field.referenceTo[0] ?? '', relationshipName: 'Children' };
    case 'string':
      return { ...base, type: 'Text', length: String(field.length), unique };
    default:
      return { ...base, type: SIMPLE[field.type] ?? field.type };
  }
}

const SIMPLE: Partial<Record<Field['type'], string>> = {
  boolean: 'Checkbox',
  date: 'Date',
  datetime: 'DateTime',
  email: 'Email',
  phone: 'Phone',
  url: 'Url',
  int: 'Number',
};

/** What a column of this content is to the REST API. */
export function specOf(content: Content): Spec {
  const [label, length] = [textOf(content, 'label'), Number(textOf(content, 'length'))];
  const [externalId, unique] = [textOf(content, 'externalId') === 'true', textOf(content, 'unique') === 'true'];
  const keys = { externalId, unique, indexed: externalId || unique };
  const digits = Number(textOf(content, 'precision')) - Number(textOf(content, 'scale') || 0);
  switch (textOf(content, 'type')) {
    case 'Text':
      return { type: 'string', length, label, ...keys };
    case 'LongTextArea':
      return { type: 'textarea', length, label };
    case 'TextArea':
      return { type: 'textarea', length: 255, label };
    case 'Number':
      return { type: 'double', digits, label, ...keys };
    case 'Currency':
      return { type: 'currency', digits, label };
    case 'Date':
      return { type: 'date', label };
    case 'DateTime':
      return { type: 'datetime', label };
    case 'Checkbox':
      return { type: 'boolean', initial: textOf(content, 'defaultValue') === 'true', label };
    case 'Lookup':
      return { type: 'reference', length: 18, referenceTo: [textOf(content, 'referenceTo')], label, relationship: '' };
    default: {
      const [set] = contentsOf(content.valueSet);
      const [definition] = contentsOf(set?.valueSetDefinition);
      const values = contentsOf(definition?.value).map(one => textOf(one, 'fullName'));
      return { type: 'picklist', length: 255, values, restricted: textOf(set, 'restricted') === 'true', label };
    }
  }
}

/** A flow that sends an outbound message. */
export interface ActiveFlow {
  object: string;
  /** What its message says. */
  fields: string[];
  /** It starts only where these are not null, */
  filled: string[];
  /** and one of these is another than before. */
  changed: string[];
  url: string;
}

/** Flows that tell somebody of changes: the object, what must be filled, and the message. */
export function messagesOf(org: Deployable): ActiveFlow[] {
  return [...org.deployed.parts.values()].flatMap(({ type, content }) => {
    const [start] = contentsOf(content.start);
    if (type !== 'Flow' || textOf(content, 'status') !== 'Active' || !start) return [];
    return contentsOf(content.actionCalls).flatMap(action => {
      const message = org.deployed.get('WorkflowOutboundMessage', textOf(action, 'actionName'))?.content;
      if (textOf(action, 'actionType') !== 'outboundMessage' || !message) return [];
      return {
        object: textOf(start, 'object'),
        fields: listOf(message.fields).map(String),
        filled: filtersOf(start, 'IsNull'),
        changed: filtersOf(start, 'IsChanged'),
        url: textOf(message, 'endpointUrl'),
      };
    });
  });
}

const filtersOf = (start: Content, operator: string): string[] =>
  contentsOf(start.filters).flatMap(filter =>
    textOf(filter, 'operator') === operator ? [textOf(filter, 'field')] : [],
  );
