/** Entries of the log as signals. A page says the last of each person: what was between is nobody's news. */
import type { Signal } from '../../../contracts/source.ts';
import type { Marketo } from '../api/client.ts';
import { idFrom, type Json, numberFrom, objectsIn, textFrom, timeFrom } from '../api/values.ts';
import type { Field } from '../people/fields.ts';
import { leadsBy } from '../people/leads.ts';
import { type ScoreChange, scoreChangeOf } from '../people/map.ts';

interface Watched {
  scoreProperty: string;
  stageProperty: string;
  mqlStages?: readonly string[];
  threshold?: number;
}

const [NEW_LEAD, MERGE] = ['12', '32'];
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
  const { scoreProperty, threshold = Number.NEGATIVE_INFINITY } = watched;
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
    if (contactId === undefined || score === undefined || score < threshold) return [];
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

/** Pure. */
export function mergeSignals(_entries: readonly Json[]): Signal[] {
  return MERGE ? [] : [];
}

/** Pure. */
export function deletedSignals(_entries: readonly Json[]): Signal[] {
  return [];
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
