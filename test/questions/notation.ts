/** The short notation of questions: `t rep_time.average<1h {open;rep=marcus} /rep,team @last_week ~ ^highest #5 !mon`. */
import type { QuestionObject } from '../../src/questions/question-object.ts';

const SHOWS: Record<string, string> = { n: 'number', l: 'list', t: 'table', s: 'series' };
const PEOPLE: Record<string, string> = {
  marcus: 'marcus@example.com',
  priya: 'priya@example.com',
  tom: 'tom@example.com',
};

/** The object that a line of the notation stands for. */
export function objectOf(text: string): QuestionObject {
  const said = text.trim();
  const lead = /^lead (.+)$/.exec(said)?.[1];
  if (lead) return { lead };
  const other = /^(ask|refuse) (\w+)$/.exec(said);
  if (other) return { [other[1] ?? '']: other[2] } as QuestionObject;
  const unread = /^unread (.+)$/.exec(said)?.[1];
  if (unread) return { unread: unread.split(' ') };
  const [, filters] = /\{([^}]*)\}/.exec(said) ?? [];
  const [show = '', ...words] = said
    .replace(/\{[^}]*\}/, '')
    .split(/\s+/)
    .filter(Boolean);
  const object: Record<string, unknown> = { measure: 'leads', show: SHOWS[show] };
  for (const word of words) {
    const rest = word.slice(1);
    if (word.startsWith('/')) object.by = rest.split(',');
    else if (word.startsWith('@')) object.period = rest;
    else if (word === '~') object.compare = 'previous';
    else if (word.startsWith('^')) object.sort = rest;
    else if (word.startsWith('#')) object.limit = Number(rest);
    else if (word.startsWith('!')) object.every = rest;
    else {
      const [, measure, , stat, , within] = /^(\w+)(\.(\w+))?(<(\w+))?$/.exec(word) ?? [];
      object.measure = measure;
      if (stat) object.stat = stat;
      if (within) object.within = within;
    }
  }
  if (filters) object.where = filtersOf(filters);
  return object as QuestionObject;
}

function filtersOf(text: string): Record<string, unknown> {
  const where: Record<string, unknown> = {};
  const status: string[] = [];
  for (const part of text.split(';')) {
    const [name = '', value] = part.split(/=(.*)/s);
    if (value === undefined) {
      if (name === 'me') where.rep = ['me'];
      else status.push(name);
    } else if (name === 'employees' || name === 'score') where[name] = rangeOf(value);
    else if (name === 'older') where.older = value;
    else where[name] = value.split(',').map(one => PEOPLE[one] ?? one);
  }
  return { ...where, ...(status.length > 0 && { status }) };
}

const ENDS: Record<string, string> = { '>=': 'from', '<=': 'to', '>': 'above', '<': 'below' };

function rangeOf(text: string): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/(>=|<=|>|<)(\d+)/g)].map(([, end = '', amount]) => [ENDS[end] ?? '', Number(amount)]),
  );
}
