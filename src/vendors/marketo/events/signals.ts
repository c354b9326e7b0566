/** Entries of the log as signals. A page says the last of each person: what was between is nobody's news. */
import type { ContactEvent, Signal } from '../../../contracts/source.ts';
import { type Json, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import type { Field } from '../people/fields.ts';
import { leadsBy } from '../people/leads.ts';
import { type ScoreChange, scoreChangeOf } from '../people/map.ts';

interface Watched {
  scoreProperty: string;
  stageProperty: string;
  mqlStages?: readonly string[];
  threshold?: number;
  /** The playbook scores people who have no score. */
  ownScore?: boolean;
}

const [NEW_LEAD, MERGE] = ['12', '32'];
/** Fill Out Form, Interesting Moment, Change Status in Progression. */
export const ACTIVE = ['2', '46', '104'];
const MOST_IN_A_READ = 300;

/** Scores that campaigns changed (activity 22). Pure. */
export function scoreSignals(entries: readonly Json[], score: Field, threshold: number | undefined): Signal[] {
  return changesSignals(
    entries.flatMap(entry => {
      const change = scoreChangeOf(entry, score);
      return change ? [{ entry, change }] : [];
    }),
    threshold,
  );
}

/** Values that were written otherwise: by integrations, imports and people (activity 13). Pure. */
export function valueSignals(entries: readonly Json[], watched: Watched): Signal[] {
  const { scoreProperty, stageProperty, mqlStages = [], threshold } = watched;
  const changes = entries.flatMap(entry => {
    const at = timeFrom(entry.activityDate);
    const field = objectsIn(entry.fields).find(one => textFrom(one.name) === scoreProperty);
    const [to, from] = [numberFrom(field?.newValue), numberFrom(field?.oldValue)];
    return at === undefined || to === undefined
      ? []
      : [{ entry, change: { at, to, ...(from !== undefined && { from }) } }];
  });
  const stages = entries.flatMap(entry => {
    const [at, contactId] = [timeFrom(entry.activityDate), idFrom(entry.leadId)];
    const field = objectsIn(entry.fields).find(one => textFrom(one.name) === stageProperty);
    const stage = textFrom(field?.newValue);
    if (at === undefined || contactId === undefined || stage === undefined || !mqlStages.includes(stage)) return [];
    return [
      { contactId, occurredAt: at, via: 'poll' as const, lifecycleStage: stage, dedupeKey: `stage:${keyOf(entry)}` },
    ];
  });
  return [...changesSignals(changes, threshold), ...stages];
}

/**
 * People who are new and have a score at once, as those of an import: their entry does not say which. One call when a page tells of
 * such people, none otherwise.
 */
export async function newcomerSignals(api: Marketo, entries: readonly Json[], watched: Watched): Promise<Signal[]> {
  const { scoreProperty, threshold = Number.NEGATIVE_INFINITY, ownScore = false } = watched;
  const made = new Map(
    entries.flatMap(entry => {
      const [id, at] = [idFrom(entry.leadId), timeFrom(entry.activityDate)];
      const isNew = textFrom(entry.activityTypeId) === NEW_LEAD;
      return isNew && id !== undefined && at !== undefined ? [[id, at] as const] : [];
    }),
  );
  // A score that changed since has an entry of its own.
  const ids = [...made.keys()].slice(0, MOST_IN_A_READ);
  if (ids.length === 0) return [];
  const found = await leadsBy(api, {
    filter: 'id',
    values: ids,
    fields: ['id', 'email', 'company', scoreProperty],
    importance: 'background',
  });
  return found.flatMap(one => {
    const [contactId, score] = [idFrom(one.id), numberFrom(one[scoreProperty])];
    if (contactId === undefined) return [];
    if (score === undefined && ownScore) {
      const at = made.get(contactId) ?? '';
      return [happened({ contactId, at, key: `created:${contactId}`, event: { kind: 'created' } })];
    }
    if (score === undefined || score < threshold) return [];
    const [email, company] = [textFrom(one.email), textFrom(one.company)];
    return [
      {
        contactId,
        occurredAt: made.get(contactId) ?? '',
        via: 'poll' as const,
        score,
        ...(email !== undefined && { email }),
        ...(company !== undefined && { company }),
        dedupeKey: `new:${contactId}:${score}`,
      },
    ];
  });
}

/**
 * People who were merged into one (activity 32). Which attribute names the losers is not in the documentation: any whose name says
 * so is read. Pure.
 */
export function mergeSignals(entries: readonly Json[]): Signal[] {
  return entries.flatMap(entry => {
    const [contactId, at] = [idFrom(entry.leadId), timeFrom(entry.activityDate)];
    if (textFrom(entry.activityTypeId) !== MERGE || contactId === undefined || at === undefined) return [];
    const named = objectsIn(entry.attributes).filter(one =>
      /^merged?[ _]?(lead[ _]?)?ids?$/i.test(textFrom(one.name) ?? ''),
    );
    const from = named
      .flatMap(one => (textFrom(one.value) ?? '').split(/[^0-9]+/))
      .filter(id => idFrom(id) !== undefined && id !== contactId);
    return from.length === 0
      ? []
      : [happened({ contactId, at, key: `merged:${keyOf(entry)}`, event: { kind: 'merged', from } })];
  });
}

/** Whoever was deleted in Marketo (activity 37). Pure. */
export function deletedSignals(entries: readonly Json[]): Signal[] {
  return entries.flatMap(entry => {
    const [contactId, at] = [idFrom(entry.leadId), timeFrom(entry.activityDate)];
    if (contactId === undefined || at === undefined) return [];
    return [happened({ contactId, at, key: `deleted:${keyOf(entry)}`, event: { kind: 'deleted', privacy: false } })];
  });
}

/** Of people without a score of Marketo's, whatever they do may make a lead (types 2, 46 and 104). Pure. */
export function activeSignals(entries: readonly Json[]): Signal[] {
  return entries.flatMap(entry => {
    const [contactId, at, type] = [idFrom(entry.leadId), timeFrom(entry.activityDate), textFrom(entry.activityTypeId)];
    if (contactId === undefined || at === undefined || !ACTIVE.includes(type ?? '')) return [];
    return [happened({ contactId, at, key: `active:${keyOf(entry)}`, event: { kind: 'active' } })];
  });
}

function happened(given: { contactId: string; at: string; key: string; event: ContactEvent }): Signal {
  return { contactId: given.contactId, occurredAt: given.at, via: 'poll', event: given.event, dedupeKey: given.key };
}

function changesSignals(
  changes: readonly { entry: Json; change: ScoreChange }[],
  threshold: number | undefined,
): Signal[] {
  const byPerson = Map.groupBy(
    changes.filter(({ entry }) => idFrom(entry.leadId) !== undefined),
    ({ entry }) => idFrom(entry.leadId) ?? '',
  );
  return [...byPerson].flatMap(([contactId, theirs]) => {
    const inOrder = theirs.toSorted((a, b) => Date.parse(a.change.at) - Date.parse(b.change.at));
    const [first, last] = [inOrder[0], inOrder.at(-1)];
    if (!first || !last) return [];
    const { from } = first.change;
    const { to, at } = last.change;
    // Far from the threshold before and after: of no consequence, and there are very many of them.
    if (threshold !== undefined && to < threshold && (from ?? to) < threshold) return [];
    const signal: Signal = {
      contactId,
      occurredAt: at,
      via: 'poll',
      score: to,
      dedupeKey: `score:${keyOf(last.entry)}`,
    };
    return [{ ...signal, ...(from !== undefined && { scoreBefore: from }) }];
  });
}

/** `marketoGUID` names an entry; `id` is gone or not unique. */
const keyOf = (entry: Json): string =>
  textFrom(entry.marketoGUID) ?? textFrom(entry.id) ?? JSON.stringify(entry).slice(0, 200);
