/** What only the Tooling API tells: fields nobody may see, rules, layouts, messages, and what flows do. */
import type { Row } from '../api/composite.ts';
import type { Org } from '../api/org.ts';
import { list } from '../api/soql.ts';
import type { OrgAnswer, OrgFacts } from './facts.ts';
import { changesOwner, endpointOf, fieldsOf, updatesFields } from './metadata.ts';
import { ask, queryOf, read, rowsOf, textOf } from './questions.ts';
import { askedObjects, type Wanted, watchedObjects } from './wanted.ts';

type SetUp = Pick<OrgFacts, 'customFields' | 'validationRules' | 'workflowRules' | 'layouts' | 'messages' | 'flows'>;

/** Metadata comes one record at a time, 25 a call. */
const MOST_METADATA = 100;

export async function askSetUp(org: Org, wanted: Wanted, flowRows: OrgAnswer<Row[]>): Promise<SetUp> {
  const objects = list(watchedObjects(wanted));
  const answers = await ask(org, 'tooling', {
    // Tasks and events share the custom fields of activities.
    fields: queryOf(
      `SELECT DeveloperName, NamespacePrefix, TableEnumOrId FROM CustomField WHERE TableEnumOrId IN ${list([...askedObjects(wanted), 'Activity'])}`,
    ),
    validation: queryOf(
      `SELECT ValidationName, ErrorMessage, EntityDefinition.QualifiedApiName FROM ValidationRule WHERE Active = true AND EntityDefinition.QualifiedApiName IN ${objects}`,
    ),
    workflow: queryOf(`SELECT Id, Name, TableEnumOrId FROM WorkflowRule WHERE TableEnumOrId IN ${objects}`),
    layouts: queryOf(`SELECT Id, Name, TableEnumOrId FROM Layout WHERE TableEnumOrId IN ${objects}`),
    messages: queryOf("SELECT Id, Name FROM WorkflowOutboundMessage WHERE Name LIKE 'Baton%'"),
  });
  const active = read(flowRows, rows => rows.filter(row => textOf(row, 'ActiveVersionId') !== ''));
  const watched = new Set(watchedObjects(wanted));
  const metadata = await askMetadata(org, [
    ...idsOf(
      'Flow',
      read(active, rows => rows.filter(row => watched.has(objectOf(row)))),
      'ActiveVersionId',
    ),
    ...idsOf('WorkflowOutboundMessage', read(answers.messages, rowsOf)),
    ...idsOf('Layout', read(answers.layouts, rowsOf)),
    ...idsOf('WorkflowRule', read(answers.workflow, rowsOf)),
  ]);
  return {
    customFields: read(answers.fields, body => new Set(rowsOf(body).map(customName))),
    validationRules: read(answers.validation, body =>
      rowsOf(body).map(row => ({
        name: textOf(row, 'ValidationName'),
        object: textOf(row, 'EntityDefinition', 'QualifiedApiName'),
        message: textOf(row, 'ErrorMessage'),
      })),
    ),
    ...judged(answers, metadata),
    flows: read(flowRows, rows => rows.map(row => flowOf(row, metadata.get(textOf(row, 'ActiveVersionId'))))),
  };
}

function judged(
  { workflow, layouts, messages }: Record<'workflow' | 'layouts' | 'messages', OrgAnswer<unknown>>,
  metadata: ReadonlyMap<string, unknown>,
): Pick<SetUp, 'workflowRules' | 'layouts' | 'messages'> {
  const of = (row: Row) => metadata.get(textOf(row, 'Id'));
  return {
    workflowRules: read(workflow, body =>
      rowsOf(body).map(row => ({ ...named(row), updatesFields: updatesFields(of(row)) })),
    ),
    // What could not be read says nothing about what is on it.
    layouts: read(layouts, body =>
      rowsOf(body)
        .filter(row => of(row) !== undefined)
        .map(row => ({ ...named(row), fields: fieldsOf(of(row)) })),
    ),
    messages: read(messages, body =>
      rowsOf(body).map(row => {
        const url = endpointOf(of(row));
        return { name: textOf(row, 'Name'), ...(url !== undefined && { url }) };
      }),
    ),
  };
}

const named = (row: Row) => ({ name: textOf(row, 'Name'), object: textOf(row, 'TableEnumOrId') });
const objectOf = (row: Row) => textOf(row, 'TriggerObjectOrEvent', 'QualifiedApiName');

function flowOf(row: Row, metadata: unknown) {
  return {
    name: textOf(row, 'ApiName'),
    label: textOf(row, 'Label') || textOf(row, 'ApiName'),
    object: objectOf(row),
    active: textOf(row, 'ActiveVersionId') !== '',
    ...(metadata !== undefined && { changesOwner: changesOwner(metadata) }),
  };
}

/** `lead.segment__c`, with its package's prefix when it has one. */
function customName(row: Row): string {
  const prefix = textOf(row, 'NamespacePrefix');
  const name = `${prefix ? `${prefix}__` : ''}${textOf(row, 'DeveloperName')}__c`;
  return `${textOf(row, 'TableEnumOrId')}.${name}`.toLowerCase();
}

interface Part {
  object: string;
  id: string;
}

function idsOf(object: string, rows: OrgAnswer<Row[]>, column = 'Id'): Part[] {
  return 'value' in rows ? rows.value.map(row => ({ object, id: textOf(row, column) })) : [];
}

/** Metadata by the id of its record; what was refused is absent. */
async function askMetadata(org: Org, parts: readonly Part[]): Promise<ReadonlyMap<string, unknown>> {
  const some = parts.slice(0, MOST_METADATA);
  const paths = some.map(({ object, id }) => [id, `/sobjects/${object}/${encodeURIComponent(id)}`] as const);
  const answers = await ask<string>(org, 'tooling', Object.fromEntries(paths));
  return new Map(
    Object.entries(answers).flatMap(([id, told]) => {
      const metadata = 'value' in told ? (told.value as { Metadata?: unknown } | null)?.Metadata : undefined;
      return metadata === undefined || metadata === null ? [] : [[id, metadata] as const];
    }),
  );
}
