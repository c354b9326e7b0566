/** A question read back in words, so that whoever asked sees what was understood. Pure. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import { countryName } from '../domain/regions.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import { serviceName } from '../domain/service-name.ts';
import type {
  ByName,
  Measured,
  MeasureKey,
  PeriodName,
  QuestionObject,
  Refused,
  StatusName,
  WhereObject,
} from './question-object.ts';

export const MEASURE_WORDS: Record<MeasureKey, string> = {
  leads: 'leads',
  contacted_rate: 'contact rate',
  sla_rate: 'SLA attainment',
  opportunity_rate: 'conversion to opportunity',
  win_rate: 'win rate',
  time_to_contact: 'time from MQL to first contact',
  rep_time: 'rep response time',
  claim_time: 'time to claim',
  system_time: 'delivery time (MQL to card)',
  time_split: 'wait, split into delivery and rep',
  score: 'score',
  fit: 'fit score',
  funnel: 'funnel',
};

export const STATUS_WORDS: Record<StatusName, string> = {
  open: 'open',
  not_contacted: 'not contacted yet',
  contacted: 'contacted',
  unclaimed: 'unclaimed',
  claimed: 'claimed',
  at_risk: 'at risk',
  overdue: 'overdue',
  breached: 'SLA missed',
  cold: 'gone cold',
  unrouted: 'without an owner',
  held: 'on hold',
  nurture: 'in nurture',
  rejected: 'rejected',
  reassigned: 'reassigned',
  opportunity: 'became an opportunity',
  won: 'won',
  lost: 'lost',
  record_pending: 'waiting for the CRM',
};

export const BY_WORDS: Record<ByName, string> = {
  rep: 'rep',
  team: 'team',
  lead_source: 'lead source',
  campaign: 'campaign',
  source: 'source system',
  priority: 'priority',
  outcome: 'outcome',
  reason: 'reject reason',
  country: 'country',
  region: 'region',
  industry: 'industry',
  rule: 'routing rule',
  hour: 'hour of the day',
  weekday: 'weekday',
  day: 'day',
  week: 'week',
  month: 'month',
};

const STAT_WORDS = { average: 'average', median: 'median', p90: '90th percentile', p95: '95th percentile' };
const EVERY_WORDS = {
  day: 'every day',
  mon: 'every Monday',
  tue: 'every Tuesday',
  wed: 'every Wednesday',
  thu: 'every Thursday',
  fri: 'every Friday',
  month: 'every month',
};

/** "in the last 30 days". */
export function periodWords(period: PeriodName): string {
  const rolling = /^last_(\d+)_(\w+)$/.exec(period);
  if (rolling) return `last ${rolling[1]} ${Number(rolling[1]) === 1 ? rolling[2]?.slice(0, -1) : rolling[2]}`;
  if (!period.includes('/')) return period.replaceAll('_', ' ');
  const [from = '', to = ''] = period.split('/');
  if (from === to) return dayWords(from);
  return to ? `${dayWords(from)} to ${dayWords(to)}` : `since ${dayWords(from)}`;
}

function dayWords(day: string): string {
  return Temporal.PlainDate.from(day).toLocaleString('en-US', {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
  });
}

/** "1h" → "1 hour". */
export function spanWords(span: string): string {
  const count = Number.parseInt(span, 10);
  const unit = { m: 'minute', h: 'hour', d: 'day' }[span.at(-1) ?? 'm'] ?? 'minute';
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Leads as `where` has them: "not contacted yet; region EMEA; older than 24 hours". */
export function filterWords(where: WhereObject, playbook: Playbook): string[] {
  const { status = [], rep = [], team = [], priority = [], employees, score, older } = where;
  const values = (
    ['lead_source', 'campaign', 'source', 'region', 'industry', 'rule', 'flag', 'country', 'reason'] as const
  ).flatMap(field => {
    const given = where[field];
    return given ? [`${FIELD_WORDS[field]} ${given.map(value => valueWords(field, value)).join(' or ')}`] : [];
  });
  return [
    ...status.map(one => STATUS_WORDS[one]),
    ...(rep.length > 0 ? [rep.map(one => (one === 'me' ? 'yours' : `${nameOf(playbook, one)}’s`)).join(' or ')] : []),
    ...(team.length > 0 ? [`team ${team.map(key => teamName(playbook, key)).join(' or ')}`] : []),
    ...(priority.length > 0 ? [priority.join(' or ')] : []),
    ...values,
    ...(employees ? [`${rangeWords(employees)} employees`] : []),
    ...(score ? [`score ${rangeWords(score)}`] : []),
    ...(older ? [`older than ${spanWords(older)}`] : []),
  ];
}

const FIELD_WORDS = {
  lead_source: 'lead source',
  campaign: 'campaign',
  source: 'from',
  region: 'region',
  industry: 'industry',
  rule: 'rule',
  flag: 'flagged',
  country: 'country',
  reason: 'reason',
};

function valueWords(field: keyof typeof FIELD_WORDS, value: string): string {
  if (field === 'country') return countryName(value);
  if (field === 'source') return serviceName(value);
  if (field === 'reason') return rejectionText(value, null);
  return field === 'flag' ? value.replaceAll('_', ' ') : value;
}

function rangeWords({ from, to, above, below }: NonNullable<WhereObject['score']>): string {
  const ends = [
    above !== undefined && `more than ${above}`,
    from !== undefined && `at least ${from}`,
    below !== undefined && `fewer than ${below}`,
    to !== undefined && `at most ${to}`,
  ];
  return ends.filter(Boolean).join(' and ');
}

/** "Median rep response time by team · SLA missed · last week". */
export function measuredWords(question: Measured, playbook: Playbook): string {
  const { measure, stat, within, by = [], where = {}, period, compare, sort, limit, every } = question;
  const what = `${stat && measure !== 'time_split' ? `${STAT_WORDS[stat]} ` : ''}${MEASURE_WORDS[measure]}${within ? ` within ${spanWords(within)}` : ''}`;
  const groups = by.length > 0 ? ` by ${by.map(one => BY_WORDS[one]).join(' and ')}` : '';
  const parts = [
    `${what.charAt(0).toUpperCase()}${what.slice(1)}${groups}`,
    ...filterWords(where, playbook),
    ...(period ? [periodWords(period)] : []),
    ...(compare ? ['against the period before'] : []),
    ...(sort ? [`${sort} first`] : []),
    ...(limit ? [`the first ${limit}`] : []),
    ...(every ? [EVERY_WORDS[every]] : []),
  ];
  return parts.join(' · ');
}

export const REFUSAL_WORDS: Record<Refused, string> = {
  not_measured:
    'Baton doesn’t measure that. It knows leads, how fast they were contacted, the SLA, and what became of them.',
  forecast: 'Baton counts what happened; it doesn’t predict.',
  action: 'Questions change nothing. Use the buttons on the lead’s card, or `/mql help` for the commands.',
  judgement: 'Baton counts leads; judging people is yours. Ask for a number instead, such as response time or SLA.',
  rights:
    'Numbers of other people are for their managers, viewers and admins. Ask about your own leads or your team’s totals.',
  not_about_leads: 'Baton answers questions about your leads.',
};

export const ASK_WORDS = {
  measure: 'What would you like to know: how many leads, how fast, the SLA, or what became of them?',
  who: 'More than one person or place has that name. Which one do you mean?',
  period: 'Do you mean leads that became MQLs then, or leads without contact since then?',
};

/** Anything that a question can be read as. */
export function questionWords(read: QuestionObject, { playbook }: { playbook: Playbook }): string {
  if ('measure' in read) return measuredWords(read, playbook);
  if ('lead' in read) return `The timeline of ${read.lead}`;
  if ('ask' in read) return ASK_WORDS[read.ask];
  if ('refuse' in read) return REFUSAL_WORDS[read.refuse];
  return `Not understood: ${read.unread.join(', ')}`;
}
