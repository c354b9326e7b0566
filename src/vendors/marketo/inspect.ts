/** What the playbook and Baton need of an instance, compared with what is there. */
import type { SourceFinding, SourceWishes } from '../../contracts/source.ts';
import { Failure, Rejected } from '../../lib/errors.ts';
import { numberFrom } from '../../lib/json-values.ts';
import { asked, fine, problem, warning } from '../source-findings.ts';
import type { Marketo } from './api/client.ts';
import { callsToday } from './events/poll.ts';
import { findTouchType } from './feedback/touch-type.ts';
import { describe, type Fields } from './people/fields.ts';

/** Where Marketo refuses an answer. */
const REFUSED = 'Mend what Marketo says, or leave the key out of the playbook.';

export interface Inspected {
  api: Marketo;
  scoreProperty: string;
  stageProperty: string;
  ownerProperty?: string;
  dailyCalls?: number;
}

const NUMBERS = ['integer', 'float', 'score', 'currency', 'percent', 'formula'];

/** Up to five calls. What cannot be asked is a finding of its own. */
export async function inspect(inspected: Inspected, wanted: SourceWishes): Promise<SourceFinding[]> {
  const fields = await describe(inspected.api);
  const parts = await Promise.all([
    fieldFindings(inspected, wanted, fields),
    asked(REFUSED, () => listFinding(inspected.api, wanted.suppressionList, fields)),
    asked(REFUSED, () => touchTypeFinding(inspected.api, wanted.logsTouches)),
    asked(REFUSED, () => usageFinding(inspected)),
  ]);
  return parts.flat();
}

function fieldFindings(
  { scoreProperty, stageProperty, ownerProperty }: Inspected,
  wanted: SourceWishes,
  fields: Fields,
): SourceFinding[] {
  const score = fields.get(scoreProperty);
  return [
    ...(score && NUMBERS.includes(score.type)
      ? [fine(`the score is ${score.label} (${score.name})`)]
      : [scoreProblem(scoreProperty, fields)]),
    ...(wanted.stages.length > 0 || wanted.writesStage
      ? [fieldFinding(fields, stageProperty, 'the stage', wanted.writesStage)]
      : []),
    ...(ownerProperty === undefined ? [] : [fieldFinding(fields, ownerProperty, 'the owner’s address', true)]),
    ...(wanted.reasonProperty === undefined ? [] : [fieldFinding(fields, wanted.reasonProperty, 'the reason', true)]),
    ...wanted.properties.flatMap(({ name, where }) =>
      fields.has(name)
        ? []
        : [problem(`${where} asks for ${name}, which Marketo does not have`, nearest(name, fields))],
    ),
  ];
}

function scoreProblem(name: string, fields: Fields): SourceFinding {
  const scores = [...fields.values()].filter(one => one.type === 'score').map(one => one.name);
  const there =
    scores.length > 0 ? `Score fields there: ${scores.slice(0, 10).join(', ')}.` : 'There is no score field at all.';
  const what = fields.has(name) ? `the field ${name} holds no number` : `there is no field ${name} to hold the score`;
  return problem(what, `Set mql.score_property.marketo to the REST name of the score. ${there}`);
}

function fieldFinding(fields: Fields, name: string, holds: string, isWritten: boolean): SourceFinding {
  const field = fields.get(name);
  if (!field) return problem(`there is no field ${name} to hold ${holds}`, nearest(name, fields));
  if (isWritten && field.readOnly)
    return problem(`the field ${name} for ${holds} cannot be written`, 'Name another one.');
  return fine(`${holds} is ${field.label} (${name})`);
}

/** The REST name is seldom the label: whoever wrote the label is told its name. */
function nearest(name: string, fields: Fields): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const meant = [...fields.values()].find(one => plain(one.label) === plain(name) || plain(one.name) === plain(name));
  return meant
    ? `Its REST name is ${meant.name}.`
    : 'REST names stand in Admin › Field Management › Export Field Names.';
}

async function listFinding(api: Marketo, list: string | undefined, fields: Fields): Promise<SourceFinding[]> {
  if (list === undefined) return [];
  if (!/^\d+$/.test(list)) return [fieldFinding(fields, list, 'that marketing is suspended', true)];
  const { result } = await api.ask({ path: '/rest/v1/lists.json', query: { id: list }, importance: 'usual' });
  const isThere = result.some(one => numberFrom(one.id) === Number(list));
  if (isThere) return [fine(`the suppression list ${list} is there`)];
  return [
    problem(`there is no static list ${list}`, 'Its number is in the address of the list in Marketo: …#ST1234A1.'),
  ];
}

async function touchTypeFinding(api: Marketo, logsTouches: boolean): Promise<SourceFinding[]> {
  if (!logsTouches) return [];
  try {
    const type = await findTouchType(api);
    if (type?.isApproved) return [fine('touches are the custom activity “Sales Touch by Baton”')];
    return [fine('touches become a custom activity: Baton makes its type with the first one')];
  } catch (error) {
    if (!(error instanceof Rejected) && !(error instanceof Failure && error.code === '603')) throw error;
    return [
      warning(
        'custom activity types cannot be read',
        'Give the API user’s role “Read-Write Activity” and “Read-Write Activity Metadata”.',
      ),
    ];
  }
}

async function usageFinding({ api, dailyCalls }: Inspected): Promise<SourceFinding[]> {
  const used = await callsToday(api);
  if (used === undefined || dailyCalls === undefined) return [];
  const count = (number: number) => number.toLocaleString('en-US');
  const what = `${count(used)} of ${count(dailyCalls)} API calls of today are used, by all integrations together`;
  if (used < dailyCalls * 0.8) return [fine(what)];
  return [warning(what, 'Set MARKETO_DAILY_CALLS if your subscription has more, or ask Marketo for more.')];
}
