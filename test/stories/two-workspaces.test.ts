/**
 * Two companies with the same rules side by side in one process, each with its own Slack, Salesforce, HubSpot, keys and
 * people: everything Baton can do is done for both, and nothing of one is ever seen at the other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyIsKnown } from '../helpers/leads.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { formsAreSaved, peopleComeAndGo, setupIsStepped, versionsComeAndGo } from './two-workspaces/admin.ts';
import { crmIsLookedInto, dealsAreKept, ownersChange, peopleLogIn } from './two-workspaces/crm.ts';
import { enrichedLate, leadsAreWorked, nobodyActs } from './two-workspaces/leads.ts';
import { everythingIsPressed } from './two-workspaces/pressed.ts';
import { recorder } from './two-workspaces/recorder.ts';
import { assertNothingCrossed, twoSides } from './two-workspaces/sides.ts';
import { oneLeaves, peopleTalk } from './two-workspaces/talk.ts';
import { dayIsSpent, deliveriesAreMixedUp, keyIsRefused } from './two-workspaces/trouble.ts';

/** Cards in two places each, and every alarm a message of its own: so each can be found and pressed. */
const RULES = exampleWith(['assigned: dm', 'assigned: both'], ['burst: 5 ', 'burst: 50 ']);

/**
 * What the stories of one company show and this one does not: pages of lists that are longer than here, a choice among
 * several templates or reps, leads that are handed over while their rep is away, entries that nothing else may name, keys
 * that are typed, first answers and what stops them, meetings that are booked, webhooks of an app that Baton sets, people whom a vendor refuses, more alarms than one message each; and
 * only one of the two companies removes Baton, and neither is in an organization. Nobody wants an answer every week, nobody is erased, and the books add up.
 */
const NOT_SEEN =
  /^(buttons (end_old_hook_key|ladder_add_step|new_hook_key|first_answer|home_bulk_go|home_bulk_go_back|timeline_earlier|timeline_later)|changes (card_fact|home_list|email_template|home_bulk_whose|question_every)|submissions (card_hand_over|edit_card|edit_follow_up|keys_form|privacy_erase|remove_answer|remove_team|remove_template|viewers_from_slack)|events (app_uninstalled|tokens_revoked|team_access_granted|team_access_revoked)|job (books\.replay|directory\.person|handoff\.answer|notify\.alert_digest|notify\.mail|crm\.move|scheduler\.watch|source\.silence|sequence\.(enrol|look|stop|stop_erased)|webhooks\.register|privacy\.erase|privacy\.slack|question\.post))$/;

/** So many steps, on a machine that does much else. */
const TIMEOUT = 600_000;

test('two companies on one Baton: each has everything, and nothing of the other', { timeout: TIMEOUT }, async t => {
  const seen = recorder();
  const sides = await twoSides(t, seen, RULES);
  const [own, other] = sides;
  await companyIsKnown(own.baton);
  const steps = [
    leadsAreWorked,
    ownersChange,
    peopleLogIn,
    peopleComeAndGo,
    formsAreSaved,
    versionsComeAndGo,
    setupIsStepped,
    crmIsLookedInto,
    deliveriesAreMixedUp,
    dayIsSpent,
    keyIsRefused,
    peopleTalk,
    everythingIsPressed,
    enrichedLate,
    dealsAreKept,
    nobodyActs,
    oneLeaves,
  ];
  for (const step of steps) {
    await t.test(step.name, async () => void (await step(sides)));
    await t.test(`nothing crossed after ${step.name}`, () => assertNothingCrossed(sides));
  }
  const missing = seen.missing([own.baton.app.workspaceId, other.baton.app.workspaceId]);
  assert.deepEqual(
    missing.filter(what => !NOT_SEEN.test(what)),
    [],
    'every job was done and every listener heard for both',
  );
});
