import type { ApiAnswer } from './call.ts';
import { notFound, Refusal } from './errors.ts';
import { makeId } from './ids.ts';
import type { Org } from './org.ts';
import { Querying } from './query.ts';
import { makeSchema, type ObjectSchema } from './schema.ts';
import { parseSoql, type Query } from './soql.ts';
import { type SfRecord, Store } from './store.ts';
import { SET_UP, TOOLING } from './tooling-objects.ts';

/** The set-up of an org, asked through `/tooling` or, for some of its objects, through the data API. */

const BY = { userId: '', by: 'person' as const };

/** One look at the set-up: rows as they are now, and the Metadata that goes with some of them. */
class SetUp {
  readonly schema: Map<string, ObjectSchema>;
  readonly store: Store;
  readonly metadata = new Map<string, object>();
  readonly #entities = new Map<string, string>();

  constructor(org: Org, side: 'tooling' | 'data') {
    this.schema = makeSchema(side === 'tooling' ? TOOLING : SET_UP);
    this.store = new Store(this.schema, org.clock);
    for (const name of org.schema.keys()) {
      const id = this.#add('EntityDefinition', {
        QualifiedApiName: name,
        DeveloperName: name,
        Label: name,
        DurableId: name,
      });
      this.#entities.set(name, id);
    }
    if (side === 'tooling') this.#addTooling(org);
    else this.#addRules(org);
    this.#addTriggers(org);
  }

  #add(object: string, values: SfRecord, metadata?: object): string {
    const id = String(this.store.insert(object, values, BY).Id);
    if (metadata) this.metadata.set(id, metadata);
    return id;
  }

  #entity = (object: string): string | null => this.#entities.get(object) ?? null;

  #addTooling(org: Org): void {
    this.#addFlows(org);
    for (const { status, userId } of org.deployed.deployments.values()) {
      this.#add('DeployRequest', { Status: status, CreatedById: userId });
    }
    for (const { object, field } of customFieldsOf(org)) {
      // Tasks and events have the columns of activities.
      const table = object === 'Task' || object === 'Event' ? 'Activity' : object;
      this.#add('CustomField', {
        DeveloperName: field.replace(/__c$/, ''),
        TableEnumOrId: table,
        EntityDefinitionId: this.#entity(object),
      });
    }
    const rule = org.settings.validationRule;
    if (rule) {
      this.#add('ValidationRule', {
        Active: true,
        ValidationName: 'Sandbox_Rule',
        ErrorMessage: rule.message,
        EntityDefinitionId: this.#entity(rule.object),
      });
    }
    for (const { name, object, active, updatesFields } of org.parts.workflowRules) {
      const actions = updatesFields ? [{ name: `${name}_update`, type: 'FieldUpdate' }] : [];
      this.#add('WorkflowRule', { Name: name, TableEnumOrId: object }, { active, actions, workflowTimeTriggers: [] });
    }
    for (const { name, object, url } of org.parts.messages) {
      const values = { Name: name, EntityDefinitionId: this.#entity(object) };
      this.#add('WorkflowOutboundMessage', values, { name, endpointUrl: url, fields: ['Id'], includeSessionId: false });
    }
    for (const { name, object, fields } of org.parts.layouts) {
      const layoutItems = fields.map(field => ({ field, behavior: 'Edit' }));
      this.#add(
        'Layout',
        { Name: name, TableEnumOrId: object, LayoutType: 'Standard' },
        { layoutSections: [{ label: 'Information', layoutColumns: [{ layoutItems }, { layoutItems: [] }] }] },
      );
    }
  }

  #addFlows(org: Org): void {
    for (const { name, label, active, changesOwner } of org.parts.flows) {
      const Status = active ? 'Active' : 'Draft';
      this.#add(
        'Flow',
        { MasterLabel: label ?? name, ProcessType: 'AutoLaunchedFlow', Status, VersionNumber: 1 },
        { processType: 'AutoLaunchedFlow', assignments: [], recordUpdates: [update(changesOwner)] },
      );
    }
  }

  #addRules(org: Org): void {
    org.parts.flows.forEach(({ name, label, object, active }, index) => {
      // The id that its version has on the other side.
      const version = makeId('301', index + 1);
      this.#add('FlowDefinitionView', {
        ApiName: name,
        Label: label ?? name,
        ActiveVersionId: active ? version : null,
        LatestVersionId: version,
        IsActive: active,
        ProcessType: 'AutoLaunchedFlow',
        TriggerType: 'RecordAfterSave',
        TriggerObjectOrEventId: this.#entity(object),
        TriggerObjectOrEventLabel: object,
      });
    });
    for (const object of org.settings.duplicateRuleFor) {
      this.#add('DuplicateRule', {
        DeveloperName: `Standard_${object}_Duplicate_Rule`,
        MasterLabel: `Standard ${object} Duplicate Rule`,
        SobjectType: object,
        IsActive: org.settings.duplicateRule !== 'off',
      });
    }
    const { assignmentRule } = org.parts;
    if (assignmentRule !== null) {
      this.#add('AssignmentRule', { Name: assignmentRule, SobjectType: 'Lead', Active: true });
    }
  }

  #addTriggers(org: Org): void {
    for (const { name, object } of org.parts.triggers) {
      const values = { Name: name, TableEnumOrId: object, Status: 'Active', UsageAfterInsert: true, IsValid: true };
      this.#add('ApexTrigger', values);
    }
  }
}

function update(changesOwner: boolean): object {
  return { name: 'Update', inputAssignments: [{ field: changesOwner ? 'OwnerId' : 'Rating', value: {} }] };
}

/** Every custom field, whether Baton's user sees it or not. */
function customFieldsOf(org: Org): { object: string; field: string }[] {
  const seen = [...org.schema.values()].flatMap(({ name, fields }) =>
    [...fields.keys()].filter(field => field.endsWith('__c')).map(field => ({ object: name, field })),
  );
  return [...seen, ...org.parts.hidden];
}

/** Runs a query of set-up objects through the data API; undefined when it is about records. */
export function setUpQuery(org: Org, query: Query): object[] | number | undefined {
  const from = query.from.toLowerCase();
  if (!Object.keys(SET_UP).some(name => name.toLowerCase() === from)) return undefined;
  const { schema, store } = new SetUp(org, 'data');
  return new Querying(schema, store, org.version).run(query);
}

/** A record of the set-up, with its Metadata. */
export function toolingRecord(org: Org, name: string, id: string): ApiAnswer {
  const setUp = viewed(org);
  const record = setUp.schema.has(name) ? setUp.store.get(name, id) : undefined;
  if (!record) throw notFound();
  const attributes = { type: name, url: `/services/data/${org.version}/tooling/sobjects/${name}/${id}` };
  return { status: 200, body: { attributes, ...record, Metadata: setUp.metadata.get(String(record.Id)) ?? null } };
}

/** The set-up, for whoever may view it. */
function viewed(org: Org): SetUp {
  if (org.parts.mayView) return new SetUp(org, 'tooling');
  const message = 'insufficient access rights: this needs the permission View Setup and Configuration';
  throw new Refusal(403, 'INSUFFICIENT_ACCESS', message);
}

/** A query of set-up objects through `/tooling`. */
export function toolingQuery(org: Org, soql: string): ApiAnswer {
  const { schema, store, metadata } = viewed(org);
  const query = parseSoql(soql);
  const columns = query.select === 'count' ? [] : query.select;
  const plain = columns.filter(one => one.kind !== 'path' || !/^(Metadata|FullName)$/i.test(one.path.join('.')));
  const wantsMetadata = plain.length < columns.length;
  const select = query.select === 'count' ? 'count' : [...plain, { kind: 'path' as const, path: ['Id'] }];
  const rows = new Querying(schema, store, org.version).run(wantsMetadata ? { ...query, select } : query);
  if (typeof rows === 'number') return { status: 200, body: { size: rows, totalSize: rows, done: true, records: [] } };
  if (wantsMetadata && rows.length > 1) {
    const message =
      'When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval.';
    throw new Refusal(400, 'MALFORMED_QUERY', message);
  }
  const records = wantsMetadata
    ? rows.map(row => ({ ...row, Metadata: metadata.get(String((row as SfRecord).Id)) ?? null }))
    : rows;
  return { status: 200, body: { size: records.length, totalSize: records.length, done: true, records } };
}
