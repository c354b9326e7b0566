/** The sections that are one form each. */
import { changed, entry, type Maker, refused, written } from './change.ts';
import { freeKey } from './teams.ts';

export const threshold: Maker<'threshold'> = (draft, { threshold: score, requalifyAfter }) => {
  draft.mql = written({ ...draft.mql, threshold: score, requalify_after: requalifyAfter });
  return changed({ 'mql.threshold': 'threshold', 'mql.requalify_after': 'requalify_after' });
};

export const sourceFields: Maker<'source_fields'> = (draft, { source, scoreProperty, stages }) => {
  draft.mql = {
    ...draft.mql,
    score_property: { ...draft.mql.score_property, [source]: scoreProperty },
    ...(stages && { require_lifecycle: stages.length > 0 ? stages : false }),
  };
  return changed({ [`mql.score_property.${source}`]: 'score', 'mql.require_lifecycle': 'stages' });
};

export const fit: Maker<'fit'> = (draft, { fit: given }) => {
  draft.fit = written({ ...given, ...(given.employees && { employees: written(given.employees) }) });
  const parts = ['industry', 'employees', 'country', 'title'];
  return changed({
    'fit.industries': 'industries',
    'fit.employees': 'employees_max',
    'fit.employees.min': 'employees_min',
    'fit.countries': 'countries',
    'fit.points': 'points_industry',
    ...Object.fromEntries(parts.map(part => [`fit.points.${part}`, `points_${part}`])),
    'fit.priority.high': 'high',
    'fit.priority.medium': 'medium',
  });
};

export const ladder: Maker<'ladder'> = (draft, { priority, ladder: given, fields = [] }) => {
  const { [priority]: _before, ...others } = draft.sla ?? {};
  const ladder = given && written(given);
  // In the place it had: HIGH before MEDIUM before LOW.
  draft.sla = draft.sla?.[priority] && ladder ? { ...draft.sla, [priority]: ladder } : { ...others };
  if (ladder) draft.sla[priority] = ladder;
  const at = `sla.${priority}`;
  return changed({
    [at]: 'respond_within',
    [`${at}.clock`]: 'clock',
    [`${at}.steps`]: fields[0] ?? 'steps',
    ...Object.fromEntries(fields.map((field, index) => [`${at}.steps[${index}]`, field])),
    [`${at}.out_of_hours`]: 'out_of_hours',
    [`${at}.out_of_hours.team`]: 'out_of_hours',
  });
};

export const promises: Maker<'promises'> = (draft, { claimedButIdle, coldAfter }) => {
  draft.sla = written({ ...draft.sla, claimed_but_idle: claimedButIdle, cold_after: coldAfter });
  return changed({ 'sla.claimed_but_idle': 'claimed_but_idle', 'sla.cold_after': 'cold_after' });
};

export const template: Maker<'template'> = (draft, { key, template: given }) => {
  draft.templates ??= {};
  if (key !== undefined && !entry(draft.templates, key))
    return refused('This template is not in the playbook any more.');
  const own = key ?? freeKey(given.name, Object.keys(draft.templates), 'template');
  draft.templates[own] = given;
  const at = `templates.${own}`;
  return changed({ [at]: 'name', [`${at}.name`]: 'name', [`${at}.subject`]: 'subject', [`${at}.body`]: 'body' });
};

export const removeTemplate: Maker<'remove_template'> = (draft, { key }) => {
  if (!draft.templates || !entry(draft.templates, key))
    return refused('This template is not in the playbook any more.');
  delete draft.templates[key];
  return changed();
};

export const notify: Maker<'notify'> = (draft, { notify: given }) => {
  draft.notify = written({ ...draft.notify, ...given });
  return changed({ 'notify.assigned': 'assigned', 'notify.channel': 'channel', 'notify.burst': 'burst' });
};

export const card: Maker<'card'> = (draft, { lines }) => {
  draft.card = { ...draft.card, lines };
  return changed({ 'card.lines': 'fact_0_0' });
};

export const followUp: Maker<'follow_up'> = (draft, { followUp: given }) => {
  draft.follow_up = written({ ...draft.follow_up, ...given });
  const parts = ['HIGH', 'MEDIUM', 'LOW', 'queue'];
  const sequences = ['tool', 'HIGH', 'MEDIUM', 'LOW'];
  return changed({
    ...Object.fromEntries(parts.map(part => [`follow_up.${part}`, part.toLowerCase()])),
    ...Object.fromEntries(sequences.map(part => [`follow_up.sequences.${part}`, `sequence_${part.toLowerCase()}`])),
    'follow_up.sequences': 'sequence_tool',
  });
};

export const nurture: Maker<'nurture'> = (draft, { places }) => {
  const now = written({ ...draft.nurture, ...places });
  if (Object.keys(now).length > 0) draft.nurture = now;
  else delete draft.nurture;
  const named = Object.keys(places).map(source => [`nurture.${source}`, `nurture_${source}`]);
  return changed(Object.fromEntries(named));
};
