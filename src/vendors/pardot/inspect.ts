/** What the playbook and Baton need of a business unit, compared with what is there. */
import type { SourceFinding, SourceWishes } from '../../contracts/source.ts';
import { textFrom } from '../../lib/json-values.ts';
import { asked, fine, problem, warning, writtenFieldFindings } from '../source-findings.ts';
import type { Pardot } from './api/client.ts';
import { EXTENSION, PATH } from './feedback/external-activity.ts';
import { type Fields, fieldNamed } from './people/fields.ts';

/** Where the account refuses an answer. */
const RIGHTS = 'Give the user the ability in Account Engagement, or leave the key out.';

export interface Inspected {
  api: Pardot;
  fields: Fields;
  scoreProperty: string;
  stageProperty?: string | undefined;
  ownerProperty?: string | undefined;
}

/** Up to three calls. What cannot be asked is a finding of its own. */
export async function inspect(inspected: Inspected, wanted: SourceWishes): Promise<SourceFinding[]> {
  const { api } = inspected;
  const parts = await Promise.all([
    scoreFindings(inspected),
    fieldFindings(inspected, wanted),
    asked(RIGHTS, () => listFindings(inspected, wanted.suppressionList)),
    asked(RIGHTS, () => touchFindings(api, wanted.logsTouches)),
  ]);
  return parts.flat();
}

function scoreFindings({ fields, scoreProperty }: Inspected): SourceFinding[] {
  const field = fieldNamed(fields, scoreProperty);
  const numbers = [...fields.values()].filter(one => one.isNumber).map(one => one.name);
  const fix = `Set mql.score_property.pardot to one of: ${numbers.slice(0, 10).join(', ')}.`;
  if (!field) return [problem(`there is no field ${scoreProperty} to hold the score`, fix)];
  if (!field.isNumber) return [problem(`the field ${field.name} holds no number`, fix)];
  if (field.name === 'score') return [fine('the score is the prospect’s own')];
  const what = `the score is ${field.label} (${field.name}): only polls see it, as the connector’s flow tells of the prospect’s own`;
  return [warning(what, 'Sync the field to Salesforce and add it to the flow, or live with the five minutes.')];
}

function fieldFindings({ fields, stageProperty, ownerProperty }: Inspected, wanted: SourceWishes): SourceFinding[] {
  const own = {
    ...{ name: 'pardot', noStages: 'prospects have none', stageProperty, ownerProperty },
    find: (name: string) => fieldNamed(fields, name),
    there: () => ownThere(fields),
  };
  const named = wanted.properties.flatMap(({ name, where }) => {
    if (fields.has(name) || name === 'campaign') return [];
    const meant = fieldNamed(fields, name);
    const fix = meant ? `Write it ${meant.name}.` : ownThere(fields);
    return [problem(`${where} asks for ${name}, which prospects do not have`, fix)];
  });
  return [...writtenFieldFindings(own, wanted), ...named];
}

function ownThere(fields: Fields): string {
  const own = [...fields.keys()].filter(name => name.endsWith('__c')).slice(0, 10);
  return own.length > 0
    ? `The account’s own fields: ${own.join(', ')}.`
    : 'Fields are made under Account Engagement Settings › Object and Field Configuration; there is none yet.';
}

async function listFindings({ api, fields }: Inspected, list: string | undefined): Promise<SourceFinding[]> {
  if (list === undefined) return [];
  if (!/^\d+$/.test(list)) {
    const field = fieldNamed(fields, list);
    if (field) return [fine(`suppressed prospects get a yes in the field ${field.name}`)];
    return [problem(`there is neither a list nor a field ${list}`, 'Name a list by its number, or isDoNotEmail.')];
  }
  return listFinding(api, list, 'suppressed prospects go onto the list');
}

/** A list by its number, and whether Baton can put somebody onto it. One call. */
async function listFinding(api: Pardot, list: string, use: string): Promise<SourceFinding[]> {
  const found = await api.find({
    path: `/objects/lists/${list}`,
    query: { fields: 'id,name,isDynamic' },
    importance: 'usual',
  });
  if (!found) {
    return [problem(`there is no list ${list}`, 'Its number is in the address of the list: …/list/read/id/5501.')];
  }
  const name = textFrom(found.name) ?? list;
  if (found.isDynamic === true) {
    return [problem(`the list ${name} is dynamic: its rules alone say who is on it`, 'Name a static list.')];
  }
  return [fine(`${use} ${name}`)];
}

async function touchFindings(api: Pardot, logsTouches: boolean): Promise<SourceFinding[]> {
  if (!logsTouches) return [];
  await api.list({ path: PATH, query: { fields: 'id', limit: '1' }, importance: 'usual' });
  return [
    fine(`touches become external activities ${EXTENSION.extension} › ${EXTENSION.type}; docs/setup.md has them made`),
  ];
}
