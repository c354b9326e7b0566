/** What of the org's own automation meets Baton's records: rules that refuse, and what may change owners. Pure. */
import type { DuplicateRuleFact, FlowFact, Named, OrgFacts } from './facts.ts';
import { count, type Finding, fine, given, names, problem, warning } from './findings.ts';
import { madeObjects, type Wanted } from './wanted.ts';

/** Baton's own parts of the org are called so. */
const OWN = /^Baton[_: ]/i;

const GUARD = 'Baton tells you on the card when an owner changes, and asks whether to keep it.';

/** Rules that can refuse a record. */
export function refusalFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  return [
    ...given(facts.duplicateRules, 'Duplicate rules', rules => duplicates(rules, madeObjects(wanted))),
    ...given(facts.validationRules, 'Validation rules', rules => {
      const objects = [...new Set(rules.map(one => one.object))].filter(one => madeObjects(wanted).includes(one));
      if (objects.length === 0) return [fine('No active validation rule stands in the way of what Baton writes')];
      return objects.map(object => {
        const own = rules.filter(one => one.object === object);
        return warning(
          `${count(own.length, 'active validation rule')} on ${object} can refuse what Baton writes: ${names(own.map(one => `${one.name} (“${one.message}”)`))}`,
          'See that a record with Baton’s fields passes, set crm.defaults for what they ask for, or except Baton’s user in their formulas.',
        );
      });
    }),
  ];
}

function duplicates(rules: readonly DuplicateRuleFact[], made: readonly string[]): Finding[] {
  const own = rules.filter(one => made.includes(one.object));
  const blocking = own.filter(one => one.blocks === true);
  const unread = own.filter(one => one.blocks === undefined);
  const allowing = own.filter(one => one.blocks === false);
  const list = (some: readonly Named[]) => names(some.map(one => `${one.name} (${one.object})`));
  const fix =
    'Set the rule’s action on create to Allow with Alert (Baton then links to the record that is there, or saves), or except Baton’s user in its conditions.';
  return [
    ...(blocking.length > 0
      ? [
          problem(
            `${count(blocking.length, 'active duplicate rule')} ${blocking.length === 1 ? 'blocks' : 'block'} new records that look like others, Baton’s too: ${list(blocking)}`,
            fix,
          ),
        ]
      : []),
    ...(unread.length > 0
      ? [
          warning(
            `What ${count(unread.length, 'active duplicate rule')} ${unread.length === 1 ? 'does' : 'do'} could not be read: ${list(unread)}. One whose action on create is Block lets nothing be saved, not even by Baton`,
            fix,
          ),
        ]
      : []),
    ...(allowing.length > 0
      ? [fine(`Active duplicate rules let Baton link or save: ${list(allowing)}`)]
      : own.length === 0
        ? [fine('No active duplicate rule on what Baton makes')]
        : []),
  ];
}

/** What may give a record another owner after Baton did. */
export function ownerFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  const made = madeObjects(wanted).filter(one => OWNED.has(one));
  return [
    ...given(facts.assignmentRules, 'Assignment rules', rules =>
      rules.length === 0
        ? [fine('No active assignment rule on leads')]
        : [
            warning(
              `The lead assignment rule ${names(rules)} is active. Baton asks Salesforce not to apply it to leads that it gives an owner; other leads, and what others save, follow it`,
              `If that is not what you want, deactivate it, or let its first entry leave leads with Baton’s handoff id alone. ${GUARD}`,
            ),
          ],
    ),
    ...given(facts.flows, 'Flows', flows => flowFindings(flows, made)),
    ...given(facts.triggers, 'Apex triggers', triggers => others(triggers, made, 'Apex trigger')),
    ...given(facts.workflowRules, 'Workflow rules', rules =>
      others(
        rules.filter(one => one.updatesFields),
        made,
        'workflow rule',
        'with field updates ',
      ),
    ),
  ];
}

const OWNED = new Set(['Lead', 'Contact', 'Account', 'Opportunity']);

function flowFindings(flows: readonly FlowFact[], made: readonly string[]): Finding[] {
  const running = flows.filter(one => one.active && !OWN.test(one.name) && made.includes(one.object));
  const changing = running.filter(one => one.changesOwner === true);
  const unread = running.filter(one => one.changesOwner === undefined);
  const harmless = running.filter(one => one.changesOwner === false);
  const list = (some: readonly FlowFact[]) => names(some.map(one => `${one.label} (${one.object})`));
  return [
    ...changing.map(one =>
      warning(
        `The flow ${one.label} (${one.name}) on ${one.object} changes the owner`,
        `Let its entry conditions leave out records with Baton’s handoff id. ${GUARD}`,
      ),
    ),
    ...(unread.length > 0
      ? [
          warning(
            `${count(unread.length, 'flow')} could not be read: ${list(unread)}`,
            'See whether they change the owner.',
          ),
        ]
      : []),
    ...(harmless.length > 0
      ? [fine(`Other flows that run on Baton’s records and leave the owner alone: ${list(harmless)}`)]
      : []),
    ...(running.length === 0 ? [fine('No active flow but Baton’s runs on what Baton writes')] : []),
  ];
}

function others(all: readonly Named[], made: readonly string[], kind: string, more = ''): Finding[] {
  const own = all.filter(one => made.includes(one.object) && !OWN.test(one.name));
  if (own.length === 0) return [fine(`No active ${kind} ${more}runs on what Baton writes`)];
  return [
    warning(
      `${count(own.length, `active ${kind}`)} ${more}${own.length === 1 ? 'runs' : 'run'} on Baton’s records: ${names(own.map(one => `${one.name} (${one.object})`))}. What they do cannot be told from outside`,
      `Ask whoever made them whether they change the owner. ${GUARD}`,
    ),
  ];
}

const TOLD_OF = ['Task', 'Event', 'Lead', 'Opportunity'];

/** It goes to the address of the source whose scores it tells of. */
const OF_SCORES = 'Baton_Synced_Score';
const FLOWS_OF_SCORES = /_Score_Synced$/;

/** Baton's own flows and the messages they send. */
export function messageFindings(facts: OrgFacts, { messagesTo }: Wanted): Finding[] {
  const setUp = 'Press Set up Salesforce on Baton’s Home, or run: npm run salesforce:setup';
  const flows = given(facts.flows, 'Baton’s flows', all => {
    const own = all.filter(one => OWN.test(one.name) && !FLOWS_OF_SCORES.test(one.name));
    const silent = TOLD_OF.filter(object => !own.some(one => one.active && one.object === object));
    if (own.length === 0) {
      return [
        warning(
          'Baton’s flows are not in the org: what happens to a lead there is seen every five minutes instead of at once',
          setUp,
        ),
      ];
    }
    if (silent.length === 0) return [fine(`Baton’s flows are active on ${names(TOLD_OF)}`)];
    return [
      warning(
        `Baton’s flow on ${names(silent)} is missing or not active: changes there are seen late, or not at all`,
        `Activate it in Setup › Flows. ${setUp}`,
      ),
    ];
  });
  const messages = given(facts.messages, 'Baton’s outbound messages', all => {
    const own = all.filter(one => OWN.test(one.name) && one.name !== OF_SCORES);
    if (own.length === 0 || messagesTo === undefined) return [];
    const astray = own.filter(one => one.url !== undefined && one.url !== messagesTo);
    if (astray.length === 0) return [fine('Baton’s outbound messages go to this Baton')];
    return [
      problem(
        `${count(astray.length, 'outbound message')} of Baton’s ${astray.length === 1 ? 'goes' : 'go'} somewhere else: ${names(astray.map(one => `${one.name} to ${hostOf(one.url)}`))}`,
        `Baton listens at ${hostOf(messagesTo)}: ${setUp.charAt(0).toLowerCase()}${setUp.slice(1)}`,
      ),
    ];
  });
  return [...flows, ...messages];
}

/** The address holds a key: only where it leads is shown. */
function hostOf(url: string | undefined): string {
  return url && URL.canParse(url) ? new URL(url).origin : 'an unreadable address';
}
