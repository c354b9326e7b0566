/** Forms of the sections that are one form each: threshold, ideal customer, promises, where leads are told, fallback. */

import { context, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choiceField, fitsField, listField, listIn, numberField, numberIn, textField } from './fields.ts';
import { type Form, misread, read, tooLong } from './form.ts';
import { menu, peopleGroup, personChosen, personValue, teamChosen, teamsGroup, teamValue } from './menus.ts';

const DURATION = 'A number and s, m, h or d: 90s, 45m, 24h, 90d.';

export const thresholdForm: Form = {
  id: 'edit_threshold',
  title: 'MQL threshold',
  draw: ({ text: { written } }, origin) =>
    form(thresholdForm.id, thresholdForm.title, 'Save', origin, [
      numberField('threshold', 'Score from which a contact is an MQL', {
        initial: written.mql.threshold,
        decimals: true,
      }),
      textField('requalify_after', 'A new MQL again after', written.mql.requalify_after ?? '90d', { hint: DURATION }),
      context('Open leads keep the rules they came under; new MQLs go by these.'),
    ]),
  read: filled => {
    const threshold = numberIn(filled, 'threshold');
    if (threshold === undefined) return misread({ threshold: 'Must be a number.' });
    return read({ kind: 'threshold', threshold, requalifyAfter: filled.text('requalify_after') });
  },
};

const PARTS = ['industry', 'employees', 'country', 'title'] as const;

export const fitForm: Form = {
  id: 'edit_fit',
  title: 'Ideal customer',
  draw: ({ text: { written } }, origin) => {
    const { industries = [], employees = {}, countries = [], points, priority } = written.fit;
    if (!fitsField(industries.join('\n')) || !fitsField(countries.join('\n'))) return tooLong(fitForm.title, origin);
    return form(fitForm.id, fitForm.title, 'Save', origin, [
      listField('industries', 'Industries', industries, 'One a line. Empty: every industry fits.'),
      numberField('employees_min', 'Employees from', { initial: employees.min, min: 0, optional: true }),
      numberField('employees_max', 'Employees to', { initial: employees.max, min: 1, optional: true }),
      listField(
        'countries',
        'Countries',
        countries,
        'ISO codes or English names, one a line. Empty: every country fits.',
      ),
      ...PARTS.map(part =>
        numberField(`points_${part}`, `Points for ${part}`, { initial: points[part], min: 0, max: 100 }),
      ),
      numberField('high', 'HIGH from a fit of', { initial: priority.high, min: 0, max: 100 }),
      numberField('medium', 'MEDIUM from a fit of', {
        initial: priority.medium,
        min: 0,
        max: 100,
        hint: 'Less is LOW. The points add up to 100 at most.',
      }),
    ]);
  },
  read: filled => {
    const number = (name: string) => numberIn(filled, name) ?? 0;
    return read({
      kind: 'fit',
      fit: {
        industries: listIn(filled, 'industries'),
        employees: { min: numberIn(filled, 'employees_min'), max: numberIn(filled, 'employees_max') },
        countries: listIn(filled, 'countries'),
        points: {
          industry: number('points_industry'),
          employees: number('points_employees'),
          country: number('points_country'),
          title: number('points_title'),
        },
        priority: { high: number('high'), medium: number('medium') },
      },
    });
  },
};

export const promisesForm: Form = {
  id: 'edit_promises',
  title: 'Idle and cold leads',
  draw: ({ text: { written } }, origin) =>
    form(promisesForm.id, promisesForm.title, 'Save', origin, [
      textField('claimed_but_idle', 'Claimed, but no contact: ask after', written.sla?.claimed_but_idle, {
        optional: true,
        hint: `${DURATION} Empty: never.`,
      }),
      textField('cold_after', 'Contacted once, then nothing: cold after', written.sla?.cold_after, {
        optional: true,
        hint: `${DURATION} Empty: never.`,
      }),
    ]),
  read: filled =>
    read({
      kind: 'promises',
      claimedButIdle: filled.text('claimed_but_idle'),
      coldAfter: filled.text('cold_after'),
    }),
};

const ASSIGNED = {
  dm: 'A direct message to the rep',
  channel: 'The channel',
  both: 'Both',
  email: 'An e-mail to the rep',
};
type Assigned = keyof typeof ASSIGNED;

export const notifyForm: Form = {
  id: 'edit_notify',
  title: 'Where leads are told',
  draw: ({ text: { written } }, origin) =>
    form(notifyForm.id, notifyForm.title, 'Save', origin, [
      choiceField('assigned', 'A new lead goes to', ASSIGNED, written.notify?.assigned ?? 'dm'),
      textField('channel', 'Channel', written.notify?.channel, {
        optional: true,
        placeholder: '#mql-handoffs',
        hint: 'Its name with #, or its id. Invite Baton to it.',
      }),
      numberField('burst', 'More cards than this at once become one digest', {
        initial: written.notify?.burst ?? 5,
        min: 1,
        max: 10_000,
      }),
    ]),
  read: filled =>
    read({
      kind: 'notify',
      notify: {
        assigned: (filled.choice('assigned') ?? 'dm') as Assigned,
        channel: filled.text('channel'),
        burst: numberIn(filled, 'burst') ?? 5,
      },
    }),
};

const FOLLOW_UPS = { task: 'A task', call_list: 'A place in the call list' };
type FollowUp = keyof typeof FOLLOW_UPS;
const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;
const NO_TOOL = 'none';

export const followUpForm: Form = {
  id: 'edit_follow_up',
  title: 'Follow-up',
  draw: ({ text: { written, sequencers } }, origin) =>
    form(followUpForm.id, followUpForm.title, 'Save', origin, [
      ...PRIORITIES.map(priority =>
        choiceField(
          priority.toLowerCase(),
          `With a ${priority} lead the rep gets`,
          FOLLOW_UPS,
          written.follow_up?.[priority] ?? 'task',
        ),
      ),
      textField('queue', 'Call queue', written.follow_up?.queue, {
        optional: true,
        hint: 'Its id, where the CRM keeps several. Empty: the rep’s own calls.',
      }),
      choiceField(
        'sequence_tool',
        'After a claim offer a sequence of',
        { [NO_TOOL]: 'No tool', ...sequencers },
        written.follow_up?.sequences?.tool ?? NO_TOOL,
      ),
      ...PRIORITIES.map(priority =>
        textField(
          `sequence_${priority.toLowerCase()}`,
          `Sequence for ${priority} leads`,
          written.follow_up?.sequences?.[priority],
          { optional: true, hint: 'Its name or id there. Empty: none is offered.' },
        ),
      ),
      context('`/mql calls` shows each rep whom to call, in order.'),
    ]),
  read: filled => {
    const chosen = (name: string) => (filled.choice(name) ?? 'task') as FollowUp;
    const named = PRIORITIES.flatMap(priority => {
      const sequence = filled.text(`sequence_${priority.toLowerCase()}`);
      return sequence ? [[priority, sequence] as const] : [];
    });
    const tool = filled.choice('sequence_tool') ?? NO_TOOL;
    if (tool === NO_TOOL && named.length > 0)
      return misread({ sequence_tool: 'Choose the tool that has the sequence.' });
    const sequences = tool === NO_TOOL ? undefined : { tool, ...Object.fromEntries(named) };
    return read({
      kind: 'follow_up',
      followUp: {
        HIGH: chosen('high'),
        MEDIUM: chosen('medium'),
        LOW: chosen('low'),
        queue: filled.text('queue'),
        sequences,
      },
    });
  },
};

export const fallbackForm: Form = {
  id: 'edit_fallback',
  title: 'Fallback',
  draw: ({ text: { written, playbook } }, origin) => {
    const { team, person } = written.fallback;
    const teams = menu('team', [teamsGroup(playbook)], teamValue(team));
    const people = menu('person', [peopleGroup(playbook)], personValue(person));
    return form(fallbackForm.id, fallbackForm.title, 'Save', origin, [
      section(
        'Who gets a lead that no rule takes, or whose rule finds nobody free. A lead is never left without anybody.',
      ),
      teams && input('team', 'Team, asked first', teams, { optional: true }),
      people && input('person', 'Person, when nobody of the team is free', people, { optional: true }),
    ]);
  },
  read: (filled, { text: { playbook } }) =>
    read({
      kind: 'fallback',
      team: teamChosen(playbook, filled.choice('team')),
      person: personChosen(playbook, filled.choice('person')),
    }),
};
