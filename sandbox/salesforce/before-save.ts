/** Flows that fill columns of a record before it is saved. */
import { readFileSync } from 'node:fs';
import { evaluate } from './formula.ts';
import { type Content, contentsOf, parseXml, textOf } from './metadata-xml.ts';
import type { Org } from './org.ts';
import type { SfRecord, Value } from './store.ts';

const OWN_FLOW = 'Baton_Account_Website_Host';
const OWN_FILE = new URL(`../../salesforce/force-app/main/default/flows/${OWN_FLOW}.flow-meta.xml`, import.meta.url);

/** A fresh org has Baton's flow, as it has its columns. */
export function fillBeforeSave(org: Org): void {
  const parsed = parseXml(readFileSync(OWN_FILE, 'utf8'));
  if (typeof parsed === 'string') throw new Error(parsed);
  org.deployed.put({ type: 'Flow', fullName: OWN_FLOW, content: parsed.content });
  org.store.beforeSave((object, record) => Object.assign(record, filled(org, object, record)));
}

function filled(org: Org, object: string, record: SfRecord): SfRecord {
  const values: SfRecord = {};
  for (const { type, content } of org.deployed.parts.values()) {
    const [start] = contentsOf(content.start);
    const isMeant = type === 'Flow' && textOf(start, 'object') === object;
    if (!isMeant || textOf(start, 'triggerType') !== 'RecordBeforeSave' || textOf(content, 'status') !== 'Active')
      continue;
    for (const { column, value } of assignmentsOf(content)) {
      if (org.deployed.hasColumn(org, object, column)) values[column] = elementValue(content, value, record);
    }
  }
  return values;
}

/** Columns of the record that a flow assigns, and the element each is given. */
export function assignmentsOf(content: Content): { column: string; value: string }[] {
  return contentsOf(content.assignments)
    .flatMap(one => contentsOf(one.assignmentItems))
    .map(item => ({
      column: textOf(item, 'assignToReference').replace(/^\$Record\./, ''),
      value: textOf(contentsOf(item.value)[0], 'elementReference'),
    }));
}

/**
 * What an element of a flow is for this record: a formula of its, or a column.
 * @throws Error when there is no such element, or its formula cannot be read
 */
export function elementValue(content: Content, element: string, record: SfRecord): Value {
  if (element.startsWith('$Record.')) return record[element.slice('$Record.'.length)] ?? '';
  const formula = contentsOf(content.formulas).find(one => textOf(one, 'name') === element);
  if (!formula) throw new Error(`The element "${element}" can't be found`);
  const value = evaluate(textOf(formula, 'expression'), name => elementValue(content, name, record) ?? '');
  return value === '' ? null : value;
}
