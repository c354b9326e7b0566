import { nurtureWords } from '../../domain/nurture.ts';
import { serviceName } from '../../domain/service-name.ts';
import { formatDuration } from '../duration.ts';
import { nurturePlaceOf } from './nurture-schema.ts';
import type { Playbook } from './schema.ts';

/** One paragraph that says in words what a playbook does, so that an admin sees what was understood. */
export function summary(playbook: Playbook): string {
  return [
    mqlSentence,
    captureSentence,
    fitSentence,
    routingSentence,
    nurtureSentence,
    crmSentence,
    followUpSentence,
    sequencesSentence,
    ladderSentence,
    notifySentence,
    cardSentence,
    retentionSentence,
  ]
    .map(sentence => sentence(playbook))
    .filter(Boolean)
    .join(' ');
}

function mqlSentence({ mql, sources, enrichment }: Playbook): string {
  const again = `and again only ${formatDuration(mql.requalify_after)} after the last handoff`;
  const asked =
    enrichment.length === 0
      ? 'nobody is asked for company facts'
      : `company facts come from ${enrichment.join(', then ')}`;
  const others = Object.entries(sources).flatMap(([name, { threshold }]) =>
    threshold === undefined ? [] : [`${threshold} in ${name}`],
  );
  const scores = [`${mql.threshold} or more`, ...others].join(', ');
  const stages = mql.require_lifecycle === false ? [] : [...new Set(Object.values(mql.require_lifecycle).flat())];
  const at = stages.length > 0 ? ` at the stage ${stages.join(' or ')}` : '';
  return `A contact is an MQL at a score of ${scores}${at}, ${again}; ${asked}.`;
}

/** Nothing where no form is read by rules of its own. */
function captureSentence({ capture }: Playbook): string {
  if (capture.mql_when.length === 0) return '';
  const ways = capture.mql_when.map(one => Object.keys(one).join(' and ').replaceAll('_', ' '));
  const from =
    capture.allowed_origins.length === 0 ? '' : ` Pages of ${capture.allowed_origins.join(', ')} may send forms.`;
  return `Whoever answers a form as asked (${ways.join('; ')}) is an MQL at once.${from}`;
}

function fitSentence({ fit, validation }: Playbook): string {
  const { high, medium } = fit.priority;
  const fate = validation.disposable_email === 'nurture' ? 'go to nurture' : 'are flagged';
  return `A fit of ${high} or more is HIGH, ${medium} or more MEDIUM, less is LOW; disposable addresses ${fate}.`;
}

function routingSentence({ routing, fallback, people, teams, viewers }: Playbook): string {
  const rules =
    routing.length === 0
      ? 'No routing rule'
      : `${plural(routing.length, 'routing rule')} in order (${routing.map(rule => rule.name).join('; ')})`;
  const last = [fallback.team, fallback.person].filter(Boolean).join(', then ');
  return `${rules} over ${plural(people.length, 'person', 'people')} in ${plural(Object.keys(teams).length, 'team')}${viewers.length > 0 ? `, ${plural(viewers.length, 'viewer')} watching` : ''}; when none matches or nobody is free, ${last}.`;
}

function nurtureSentence({ nurture }: Playbook): string {
  const places = Object.entries(nurture).flatMap(([source, given]) => {
    const place = nurturePlaceOf(given);
    return place ? [`${nurtureWords(place)} in ${serviceName(source)}`] : [];
  });
  return places.length === 0 ? '' : `Whom sales does not get is nurtured by ${places.join(', ')}.`;
}

const MODES = {
  lead: 'a lead',
  account_based: 'a company, a contact and a deal',
};

function crmSentence({ crm, routing, teams }: Playbook): string {
  const others = routing.filter(rule => rule.crm !== undefined && rule.crm !== crm.mode);
  const queues = Object.values(teams).flatMap(team => (team.crm_queue ? [`${team.name}: ${team.crm_queue}`] : []));
  const parts = [
    others.length > 0 &&
      `${MODES[crm.mode === 'lead' ? 'account_based' : 'lead']} for ${others.map(rule => rule.name).join('; ')}`,
    mapped(crm.custom) && `mapped besides Baton’s own fields: ${mapped(crm.custom)}`,
    mapped(crm.defaults) && `defaults for ${mapped(crm.defaults)}`,
    listed(crm.record_types) && `record types ${listed(crm.record_types)}`,
    crm.currency && `in ${crm.currency}`,
    crm.campaign && `campaign ${crm.campaign.name} as ${crm.campaign.status}`,
    queues.length > 0 && `unclaimed leads belong to queues (${queues.join(', ')})`,
  ].filter(Boolean);
  const name = crm.system === undefined ? 'The CRM' : serviceName(crm.system);
  return `${name} gets ${MODES[crm.mode]}${parts.map(part => `; ${part}`).join('')}.`;
}

/** "Lead.Segment__c, Lead.Region__c". */
function mapped(objects: Playbook['crm']['custom']): string {
  return Object.entries(objects)
    .flatMap(([object, fields]) => Object.keys(fields).map(field => `${object}.${field}`))
    .join(', ');
}

const listed = (named: Record<string, string>): string =>
  Object.entries(named)
    .map(([object, name]) => `${object} ${name}`)
    .join(', ');

/** Nothing where every lead has a task. */
function followUpSentence({ follow_up: by }: Playbook): string {
  const called = (['HIGH', 'MEDIUM', 'LOW'] as const).filter(priority => by[priority] === 'call_list');
  if (called.length === 0) return '';
  const which = called.length === 3 ? 'Every lead' : called.join(' and ');
  const queue = by.queue === undefined ? '' : ` (queue ${by.queue})`;
  return `${which} ${called.length === 2 ? 'stand' : 'stands'} in the rep’s call list there${queue}${called.length === 3 ? '' : ', the others get a task'}.`;
}

/** Nothing where no sequence is offered. */
function sequencesSentence({ follow_up: { sequences } }: Playbook): string {
  if (!sequences) return '';
  const offered = (['HIGH', 'MEDIUM', 'LOW'] as const).flatMap(priority =>
    sequences[priority] ? [`“${sequences[priority]}” for ${priority}`] : [],
  );
  return `After a claim the rep may add the lead to a sequence of ${serviceName(sequences.tool)}: ${offered.join(', ')}.`;
}

function ladderSentence({ sla }: Playbook): string {
  const promises = (['HIGH', 'MEDIUM', 'LOW'] as const).flatMap(priority => {
    const ladder = sla[priority];
    if (ladder === undefined) return [];
    const steps = ladder.steps.map(step => `${step.do} at ${formatDuration(step.at)}`).join(', ');
    const clock = ladder.clock === 'working' ? ' of working time' : '';
    const off = outOfHours(ladder.out_of_hours);
    return [
      `${priority} within ${formatDuration(ladder.respond_within)}${clock}${steps === '' ? '' : ` (${steps})`}${off}`,
    ];
  });
  return promises.length === 0 ? 'No response time is promised.' : `Contact is due: ${promises.join('; ')}.`;
}

function outOfHours(off: NonNullable<Playbook['sla']['HIGH']>['out_of_hours']): string {
  if (off === undefined) return '';
  if (off === 'page') return ', off shift at once';
  return off === 'wait' ? ', off shift from the first shift on' : `, off shift to ${off.team}`;
}

/** Nothing where cards have their usual facts. */
function cardSentence({ card }: Playbook): string {
  return card.lines ? `Cards show ${card.lines.flat().join(', ')} in small print.` : '';
}

function notifySentence({ notify, reply }: Playbook): string {
  const where = {
    dm: 'by direct message',
    email: 'by mail',
    channel: `in ${notify.channel}`,
    both: `by direct message and in ${notify.channel}`,
  };
  const answered = {
    forms: `whoever asked in a form is answered at once in the rep’s name, or not after ${formatDuration(reply.within)}`,
    all: `every lead is answered at once in the rep’s name, or not after ${formatDuration(reply.within)}`,
  };
  const answer = reply.enabled ? answered[reply.to] : 'no lead is answered by itself';
  const address =
    reply.enabled && !reply.postal_address ? ' Those mails say no postal address, which most laws want.' : '';
  return `Reps hear of a lead ${where[notify.assigned]}; ${answer}.${address}`;
}

function retentionSentence({ retention }: Playbook): string {
  const { closed_leads: leads, mail_bodies: mails } = retention;
  return `Closed leads are anonymised after ${formatDuration(leads)}, mails lose their text after ${formatDuration(mails)}.`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
