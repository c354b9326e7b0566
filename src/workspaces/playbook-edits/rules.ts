/** Routing rules and the fallback below them. */
import { changed, type Draft, type Maker, refused, written } from './change.ts';

const CONDITIONS = [
  'priority',
  'score',
  'account_owner',
  'industry',
  'employees',
  'country',
  'region',
  'title',
  'email',
  'source',
  'lead_source',
  'product_interest',
  'unsubscribed',
  'answers',
  'property',
];

export const rule: Maker<'rule'> = (draft, { at, rule: given, after }) => {
  const rules = rulesOf(draft);
  if (at !== undefined && !rules[at]) return refused('This rule is not in the playbook any more.');
  const conditions = written(given.when ?? {});
  const whole = written({ name: given.name, when: conditions, to: given.to, crm: given.crm });
  const kept = at === undefined ? rules : rules.filter((_, index) => index !== at);
  const place = placeAfter(after, at);
  if (place > kept.length) return refused('The rule it should follow is not there any more.', 'after');
  draft.routing = kept.toSpliced(place, 0, whole);
  const path = `routing[${place}]`;
  const fields = CONDITIONS.map((name): [string, string] => [`${path}.when.${name}`, name]);
  return changed({
    [path]: 'after',
    [`${path}.name`]: 'name',
    [`${path}.to`]: 'to',
    [`${path}.crm`]: 'crm',
    ...Object.fromEntries(fields),
  });
};

/** Where it stands once it is taken out of its old place. */
function placeAfter(after: number, at: number | undefined): number {
  if (at !== undefined && after === at) return at;
  return at !== undefined && after > at ? after : after + 1;
}

export const moveRule: Maker<'move_rule'> = (draft, { at, by }) => {
  const rules = rulesOf(draft);
  const [moved, other] = [rules[at], rules[at + by]];
  if (!moved) return refused('This rule is not in the playbook any more.');
  if (!other) return refused(by < 0 ? 'It is the first rule already.' : 'It is the last rule already.');
  draft.routing = rules.with(at, other).with(at + by, moved);
  return changed({}, `Rule “${moved.name}” moved ${by < 0 ? 'up' : 'down'} to ${at + by + 1}`);
};

export const removeRule: Maker<'remove_rule'> = (draft, { at }) => {
  const rules = rulesOf(draft);
  if (!rules[at]) return refused('This rule is not in the playbook any more.');
  draft.routing = rules.toSpliced(at, 1);
  return changed();
};

export const fallback: Maker<'fallback'> = (draft, { team, person }) => {
  draft.fallback = written({ team, person });
  return changed({ fallback: 'team', 'fallback.team': 'team', 'fallback.person': 'person' });
};

function rulesOf(draft: Draft) {
  return draft.routing ?? [];
}
