/** The folder cut to one org: under the playbook's names, without what the playbook or the org does not want. */
import type { Part } from './folder.ts';
import { PLACEHOLDERS } from './folder.ts';
import { all, type Content, textIn, type Xml } from './xml.ts';

/** Baton's field names, and the API names that the folder gives them: those of the playbook example. */
export const FOLDER_NAMES: Readonly<Record<string, string>> = {
  lead_score: 'Lead_Score__c',
  icp_fit_score: 'ICP_Fit_Score__c',
  icp_priority: 'ICP_Priority__c',
  mql_date: 'MQL_Date__c',
  employees: 'Clearbit_Employees__c',
  industry: 'Clearbit_Industry__c',
  revenue: 'Clearbit_Revenue__c',
  activity_summary: 'Activity_Summary__c',
  recent_intent: 'Recent_Intent_Signal__c',
  tech_stack: 'Company_Tech_Stack__c',
  mql_score: 'MQL_Score__c',
  sla_due: 'Baton_SLA_Due__c',
  sla_breached: 'Baton_SLA_Breached__c',
  first_touch: 'Baton_First_Touch__c',
};
/** Made also where the playbook says nothing of them: the views and the report of the folder show them. */
const STANDING = new Set(['sla_due', 'sla_breached', 'first_touch']);
const FOLDER_KEY = 'Baton_Handoff_Id__c';

export interface Fitting {
  /** The playbook's crm.fields. */
  fields: Readonly<Record<string, string | null>>;
  externalIdField: string;
  messagesTo: string;
  /** Where messages about synced scores go; left out: there are none. */
  scoresTo?: string | undefined;
  /** Username that messages are sent as. */
  user: string;
}

/** A column of an org's own: not one of a package's, and none of the platform's. */
const OWN_COLUMN = /^[A-Za-z](?:_?[A-Za-z0-9])*__c$/;

/** The folder for this org: renamed, addressed, and without the fields that the playbook does not write. */
export function fitted(folder: readonly Part[], given: Fitting): Part[] {
  const { fields, externalIdField, messagesTo, scoresTo, user } = given;
  const names = new Map<string, string>([[FOLDER_KEY, externalIdField]]);
  const unwanted = new Set<string>();
  for (const [name, column] of Object.entries(FOLDER_NAMES)) {
    const wanted = fields[name] === undefined && STANDING.has(name) ? column : fields[name];
    if (wanted && OWN_COLUMN.test(wanted)) names.set(column, wanted);
    else unwanted.add(column);
  }
  const gone = new Set(
    folder.flatMap(({ type, fullName }) =>
      type === 'CustomField' && unwanted.has(fullName.split('.')[1] ?? '') ? [fullName] : [],
    ),
  );
  const replace = (text: string): string =>
    text
      .replace(/\b[A-Za-z]\w*__c\b/g, column => names.get(column) ?? column)
      .replaceAll(PLACEHOLDERS.messagesTo, () => messagesTo)
      .replaceAll(PLACEHOLDERS.scoresTo, () => scoresTo ?? messagesTo)
      .replaceAll(PLACEHOLDERS.user, () => user);
  const seen = new Set<string>();
  return without(folder, gone)
    .parts.map(part => ({ ...part, fullName: replace(part.fullName), content: textsOf(part.content, replace) }))
    .filter(({ type, fullName }) => {
      // Two of Baton's names may share a column.
      const isNew = !seen.has(`${type}:${fullName}`);
      seen.add(`${type}:${fullName}`);
      return isNew;
    });
}

function textsOf(content: Content, replace: (text: string) => string): Content {
  const mapped = (value: Xml): Xml => {
    if (typeof value === 'string') return replace(value);
    if (Array.isArray(value)) return value.map(mapped);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one)]));
  };
  return mapped(content) as Content;
}

/** Parts without these fields (`Lead.X__c`), and those that are nothing without one of them. */
export function without(
  parts: readonly Part[],
  gone: ReadonlySet<string>,
): { parts: Part[]; fallen: { part: Part; needs: string }[] } {
  const has = (object: string, column: string) =>
    gone.has(`${object}.${column}`) || (ACTIVITIES.has(object) && gone.has(`Activity.${column}`));
  const kept: Part[] = [];
  const fallen: { part: Part; needs: string }[] = [];
  for (const part of parts) {
    if (part.type === 'CustomField' && gone.has(part.fullName)) continue;
    const object = objectOf(part);
    const condition = conditionsOf(part).find(column => has(object, column));
    if (condition) fallen.push({ part, needs: `${object}.${condition}` });
    else kept.push({ ...part, content: trimmed(part, (of, column) => has(of, column)) });
  }
  return { parts: kept, fallen };
}

const ACTIVITIES = new Set(['Task', 'Event']);

function objectOf({ type, fullName, content }: Part): string {
  if (type === 'Flow') return textIn(content.start, 'object');
  return type === 'ReportType' ? String(content.baseObject) : (fullName.split('.')[0] ?? '');
}

/** Columns that decide: a filter without its column would let everything through, and a flow must have what it fills. */
function conditionsOf({ type, content }: Part): string[] {
  const filled = all(content.assignments)
    .flatMap(one => all((one as Content).assignmentItems))
    .map(item => textIn(item, 'assignToReference').replace('$Record.', ''));
  const start = content.start as Content | undefined;
  const filters = type === 'Flow' ? start?.filters : type === 'ListView' ? content.filters : undefined;
  return [...all(filters).map(filter => textIn(filter, 'field')), ...filled];
}

function trimmed({ type, fullName, content }: Part, isGone: (object: string, column: string) => boolean): Content {
  const object = fullName.split('.')[0] ?? '';
  switch (type) {
    case 'PermissionSet': {
      const stays = (one: Xml) => {
        const [of = '', column = ''] = textIn(one, 'field').split('.');
        return !isGone(of, column);
      };
      return { ...content, fieldPermissions: all(content.fieldPermissions).filter(stays) };
    }
    case 'ListView':
      return { ...content, columns: all(content.columns).filter(column => !isGone(object, String(column))) };
    case 'WorkflowOutboundMessage':
      return { ...content, fields: all(content.fields).filter(column => !isGone(object, String(column))) };
    case 'ReportType': {
      const sections = all(content.sections).map(section => ({
        ...(section as Content),
        columns: all((section as Content).columns).filter(
          column => !isGone(textIn(column, 'table'), textIn(column, 'field')),
        ),
      }));
      return { ...content, sections };
    }
    default:
      return content;
  }
}
