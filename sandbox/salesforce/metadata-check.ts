/** What the org refuses of a component: one sentence in the platform's manner, or nothing. */
import { assignmentsOf, elementValue } from './before-save.ts';
import { type Component, customFieldOf } from './metadata-parts.ts';
import { type Content, contentsOf, listOf, textOf } from './metadata-xml.ts';
import type { Org } from './org.ts';

type Check = (org: Org, component: Component) => string | undefined;

const missing = (content: Content, ...names: string[]): string | undefined => {
  const name = names.find(one => textOf(content, one) === '');
  return name && `Required field is missing: ${name}`;
};

const MOST_LABEL = 40;
const CATEGORIES = ['accounts', 'opportunities', 'forecasts', 'cases', 'leads', 'campaigns', 'activities', 'other'];

/** What each type of column must say. */
const FIELD_TYPES: Record<string, (content: Content) => string | undefined> = {
  Text: content => missing(content, 'length') ?? between(content, 'length', 1, 255),
  TextArea: () => undefined,
  LongTextArea: content =>
    missing(content, 'length', 'visibleLines') ??
    between(content, 'length', 256, 131_072) ??
    between(content, 'visibleLines', 2, 50),
  Number: numeric,
  Currency: numeric,
  Percent: numeric,
  Date: () => undefined,
  DateTime: () => undefined,
  Checkbox: content => missing(content, 'defaultValue'),
  Email: () => undefined,
  Phone: () => undefined,
  Url: () => undefined,
  Picklist: content =>
    contentsOf(content.valueSet).length === 0 ? 'Must specify either: valueSet or valueSetName' : undefined,
  Lookup: content => missing(content, 'referenceTo', 'relationshipName'),
};

function numeric(content: Content): string | undefined {
  return missing(content, 'precision', 'scale') ?? between(content, 'precision', 1, 18);
}

function between(content: Content, name: string, least: number, most: number): string | undefined {
  const value = Number(textOf(content, name));
  return value >= least && value <= most ? undefined : `${name} must be between ${least} and ${most}`;
}

const checkField: Check = (org, { fullName, content }) => {
  const [object = '', name = ''] = fullName.split('.');
  if (object === 'Task' || object === 'Event') {
    return `Entity Enumeration Or ID: bad value for restricted picklist field: ${object}`;
  }
  if (object !== 'Activity' && !org.schema.has(object)) return `no CustomObject named ${object} found`;
  if (!/^[A-Za-z](?:_?[A-Za-z0-9])*__c$/.test(name)) {
    return `The name can only contain underscores and alphanumeric characters: ${name}`;
  }
  const lacking = missing(content, 'label', 'type');
  if (lacking) return lacking;
  if (textOf(content, 'label').length > MOST_LABEL) return `Value too long for field: MasterLabel maximum length is:40`;
  const type = textOf(content, 'type');
  const check = FIELD_TYPES[type];
  if (!check) return `'${type}' is not a valid value for the enum 'FieldType'`;
  if (object === 'Activity' && type === 'Lookup') return 'Lookup fields are not supported on Activity';
  const isKey = textOf(content, 'externalId') === 'true' || textOf(content, 'unique') === 'true';
  if (isKey && !['Text', 'Number', 'Email'].includes(type))
    return `Can not specify 'unique' for a CustomField of type ${type}`;
  const before = textOf(customFieldOf(org, fullName), 'type');
  if (before && before !== type) return `Cannot change field type from ${before} to ${type}`;
  return check(content);
};

const checkMessage: Check = (org, { fullName, content }) => {
  const lacking = missing(content, 'name', 'endpointUrl', 'integrationUser', 'apiVersion');
  if (lacking) return lacking;
  const [object = ''] = fullName.split('.');
  if (!org.schema.has(object)) return `no CustomObject named ${object} found`;
  if (!URL.canParse(textOf(content, 'endpointUrl'))) return 'Endpoint URL: Invalid URL';
  const user = textOf(content, 'integrationUser');
  const [found] = org.store.lookup('User', 'Username', [user]) ?? [];
  if (found?.IsActive !== true) return `In field: integrationUser - no User named ${user} found`;
  const unknown = listOf(content.fields).find(field => !hasField(org, object, String(field)));
  return unknown && `In field: fields - no CustomField named ${object}.${String(unknown)} found`;
};

const checkFlow: Check = (org, { content }) => {
  const lacking = missing(content, 'label', 'processType', 'status');
  if (lacking) return lacking;
  if (textOf(content, 'processType') !== 'AutoLaunchedFlow') return 'The process type is not one of this org';
  if (!['Active', 'Draft', 'Obsolete'].includes(textOf(content, 'status'))) return 'Invalid flow status';
  const [start] = contentsOf(content.start);
  const object = textOf(start, 'object');
  if (!start || !org.schema.has(object)) return `start (Start) - The object "${object}" can't be found`;
  if (!['RecordAfterSave', 'RecordBeforeSave'].includes(textOf(start, 'triggerType')))
    return 'start (Start) - triggerType is missing';
  if (!['Create', 'Update', 'CreateAndUpdate', 'Delete'].includes(textOf(start, 'recordTriggerType'))) {
    return 'start (Start) - recordTriggerType is missing';
  }
  const filter = contentsOf(start.filters).find(one => !hasField(org, object, textOf(one, 'field')));
  if (filter) return `start (Start) - The field "${textOf(filter, 'field')}" for the object "${object}" doesn't exist`;
  const actions = contentsOf(content.actionCalls);
  const target = textOf(contentsOf(start.connector)[0], 'targetReference');
  const steps = [...actions, ...contentsOf(content.assignments)];
  if (!steps.some(step => textOf(step, 'name') === target)) {
    return `start (Start) - The "${target}" element can't be found`;
  }
  const wrong = problemOfAssignments(org, object, content);
  if (wrong) return wrong;
  const lost = actions.find(
    action =>
      textOf(action, 'actionType') !== 'outboundMessage' ||
      !org.deployed.get('WorkflowOutboundMessage', textOf(action, 'actionName')),
  );
  return lost && `${textOf(lost, 'name')} (Action) - The action "${textOf(lost, 'actionName')}" can't be found`;
};

/** Only a flow that runs before the save may fill the record itself. */
function problemOfAssignments(org: Org, object: string, content: Content): string | undefined {
  const isBefore = textOf(contentsOf(content.start)[0], 'triggerType') === 'RecordBeforeSave';
  for (const { column, value } of assignmentsOf(content)) {
    if (!isBefore) return `The $Record.${column} resource can only be set by a flow that runs before the save`;
    if (!hasField(org, object, column)) return `The field "${column}" for the object "${object}" doesn't exist`;
    try {
      elementValue(content, value, {});
    } catch (error) {
      return `${value} (Formula) - ${(error as Error).message}`;
    }
  }
  return undefined;
}

const USER_PERMISSIONS = new Set(['ApiEnabled', 'EditEvent', 'EditTask', 'TransferAnyLead', 'ViewSetup']);

const checkPermissionSet: Check = (org, { content }) => {
  const lacking = missing(content, 'label');
  if (lacking) return lacking;
  for (const one of contentsOf(content.fieldPermissions)) {
    const [object = '', field = ''] = textOf(one, 'field').split('.');
    if (object === 'Activity' || !hasField(org, object, field)) {
      return `In field: field - no CustomField named ${object}.${field} found`;
    }
    if (textOf(one, 'editable') === 'true' && textOf(one, 'readable') !== 'true') {
      return `Field ${object}.${field} is editable but not readable`;
    }
  }
  for (const one of contentsOf(content.objectPermissions)) {
    const is = (name: string) => textOf(one, name) === 'true';
    const object = textOf(one, 'object');
    if (!org.schema.has(object)) return `In field: field - no CustomObject named ${object} found`;
    if (is('modifyAllRecords') && !(is('allowDelete') && is('allowEdit') && is('viewAllRecords'))) {
      return `Permission Modify All ${object} depends on permission(s): View All, Edit, Delete ${object}`;
    }
    if ((is('allowEdit') || is('allowDelete')) && !is('allowRead')) return `Permission Edit ${object} depends on Read`;
    if (is('allowDelete') && !is('allowEdit'))
      return `Permission Delete ${object} depends on permission(s): Edit ${object}`;
  }
  const unknown = contentsOf(content.userPermissions).find(one => !USER_PERMISSIONS.has(textOf(one, 'name')));
  return unknown && `Unknown user permission: ${textOf(unknown, 'name')}`;
};

const LIST_COLUMNS = new Set([
  'FULL_NAME',
  'LEAD.COMPANY',
  'LEAD.PHONE',
  'LEAD.STATUS',
  'LEAD.EMAIL',
  'LEAD.CREATED_DATE',
  'CORE.USERS.ALIAS',
]);

const checkListView: Check = (org, { fullName, content }) => {
  const lacking = missing(content, 'label', 'filterScope');
  if (lacking) return lacking;
  if (textOf(content, 'label').length > MOST_LABEL) return 'Value too long for field: Label maximum length is:40';
  const [object = ''] = fullName.split('.');
  const used = [
    ...listOf(content.columns).map(String),
    ...contentsOf(content.filters).map(one => textOf(one, 'field')),
  ];
  const unknown = used.find(one => !LIST_COLUMNS.has(one) && !(one.endsWith('__c') && hasField(org, object, one)));
  return unknown && `Could not resolve list view column: ${unknown}`;
};

const checkReportType: Check = (org, { content }) => {
  const lacking = missing(content, 'label', 'baseObject', 'category', 'deployed');
  if (lacking) return lacking;
  if (!CATEGORIES.includes(textOf(content, 'category')))
    return `'${textOf(content, 'category')}' is not a valid category`;
  const columns = contentsOf(content.sections).flatMap(section => contentsOf(section.columns));
  // A report type calls a look-up by the record it leads to.
  const unknown = columns.find(one => {
    const [table, field] = [textOf(one, 'table'), textOf(one, 'field')];
    return !hasField(org, table, field) && !hasField(org, table, `${field}Id`);
  });
  return unknown && `Invalid field: ${textOf(unknown, 'table')}.${textOf(unknown, 'field')}`;
};

function hasField(org: Org, object: string, field: string): boolean {
  return org.schema.has(object) && org.deployed.hasColumn(org, object, field);
}

const CHECKS: Record<string, Check> = {
  CustomField: checkField,
  WorkflowOutboundMessage: checkMessage,
  Flow: checkFlow,
  PermissionSet: checkPermissionSet,
  ListView: checkListView,
  ReportType: checkReportType,
};

export const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.keys(CHECKS));

export function problemOf(org: Org, component: Component): string | undefined {
  const { refuses } = org.deployed;
  if (refuses?.fullName === component.fullName) return refuses.problem;
  return CHECKS[component.type]?.(org, component);
}
