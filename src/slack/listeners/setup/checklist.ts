/** What is pressed on the set-up's checklist: its steps, a test lead, going live and back, asking a colleague. */
import { setTimeout } from 'node:timers/promises';
import { SETUP_STEPS, type SetupStepName } from '../../../db/workspaces/setup-steps.ts';
import type { Priority } from '../../../domain/decision.ts';
import { toError } from '../../../lib/errors.ts';
import { SETUP } from '../../blocks/home/admin.ts';
import { STEP, stepName } from '../../blocks/home/checklist.ts';
import { goneTo } from '../../blocks/home/state.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { notSavedText } from '../../blocks/playbook/versions.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { colleagueForm } from '../../blocks/setup/colleague.ts';
import { sampleCardModal } from '../../blocks/setup/sample-card.ts';
import { BEGUN } from '../../blocks/setup/welcome.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, openModal, originOf } from '../../forms.ts';
import { personOf } from '../../people.ts';
import { answerPress, errors, updateTo } from '../answer.ts';
import { homeOf } from '../home/home.ts';
import { closeSaved, publishHome } from '../home/publish.ts';
import { homeOrigin, openForAdmin } from '../playbook/admins.ts';
import { type Change, type Listener, type Press, requesterOf, type Submission } from '../types.ts';

const NAMES = 300;
const SENTENCES = 1_000;

const stepIn = (value: string | undefined): SetupStepName | undefined => SETUP_STEPS.find(one => one === value);

/** A step was chosen from the menu. */
export async function openStep(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action } = change;
  const chosen = action.type === 'static_select' ? stepIn(action.selected_option?.value) : undefined;
  await publishHome(change.client, requesterOf(change), deps, goneTo(homeOf(change), STEP, chosen));
}

/** "Start set-up" under the welcome: Home is drawn at its beginning, and the person told where it is. */
export async function beginSetup(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  await drawAnew(press, deps, undefined);
  await answerPress(press, BEGUN);
}

/** What a lead looks like, before there is one. */
export async function showSampleCard(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { playbook } = await deps.queries.playbook(requesterOf(press).workspaceId);
  await openModal(press.client, press.body.trigger_id, sampleCardModal(deps.clock.now(), playbook.card.lines));
}

/** Live, or only watching. */
export function changeMode(mode: 'watch' | 'live'): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const done = await deps.admin.changeMode(requesterOf(press), mode);
    if (done.kind === 'not_allowed') return refuse(press, done.who);
    const now =
      mode === 'live'
        ? ':rocket: Live: every new MQL is handed to sales from now on.'
        : ':eyes: Watch mode: new MQLs are listed here, and nothing is sent for them.';
    await drawAnew(press, deps, done.already ? `Somebody was quicker. ${now}` : now);
  };
}

/** A step is done, not needed, or to be done after all: the value says which. */
export async function sayStep(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const [said, name] = (press.action.value ?? '').split(':');
  const step = stepIn(name);
  if (!step || (said !== 'done' && said !== 'skip' && said !== 'needed')) return drawAnew(press, deps, undefined);
  const done = await deps.admin.sayStep(requesterOf(press), step, said);
  if (done.kind === 'not_allowed') return refuse(press, done.who);
  await drawAnew(press, deps, undefined);
}

/** A test lead goes the whole way. */
export async function sendTest(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const priority: Priority = 'HIGH';
  const outcome = await deps.actions.testLead({ ...requesterOf(press), priority });
  if (outcome.kind !== 'done') return answerPress(press, refusalText(outcome, deps.clock.now()));
  await drawWhere(press, deps, ':test_tube: A test lead is on its way.');
  await showResult(press, deps, outcome.email).catch((thrown: unknown) =>
    // It goes its way all the same, and a direct message says what became of it.
    deps.log.warn({ err: toError(thrown) }, 'Home could not show what became of a test lead'),
  );
}

const LOOK_EVERY = 300;
/** Most are there within two seconds; a CRM that is away takes longer, and the direct message says it then. */
const MOST_LOOKS = 60;

/** Home shows what became of it as soon as it is there. A look is one or two round trips. */
async function showResult(press: Press, deps: SlackDeps, email: string): Promise<void> {
  const { workspaceId } = requesterOf(press);
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const result = await deps.queries.testResult(workspaceId, email);
    if (result) return drawWhere(press, deps, `:test_tube: ${mrkdwn(result.text, SENTENCES)}`);
    await setTimeout(LOOK_EVERY, undefined, { ref: false });
  }
}

export async function openColleague(press: Press, deps: SlackDeps): Promise<void> {
  const step = stepIn(press.action.value) ?? 'source';
  await openForAdmin(press, deps, 'Ask a colleague', async () => colleagueForm(step, homeOrigin(press)));
}

/** One call of Slack: who they are. */
export async function submitColleague(submission: Submission, deps: SlackDeps): Promise<void> {
  const step = stepIn(originOf(submission.view).step) ?? 'source';
  const [slackId] = filledIn(submission.view).users('who');
  if (slackId === undefined) return errors(submission, { who: 'Choose somebody.' });
  const found = await personOf(submission.client, slackId, deps.clock.now());
  if (!('email' in found)) {
    return errors(submission, { who: `${found.name} cannot do this${found.why ? `: ${found.why}` : ''}.` });
  }
  const given = { step, stepName: stepName(step), colleague: found };
  const done = await deps.admin.askColleague(requesterOf(submission), given);
  if (done.kind !== 'done') {
    return updateTo(submission, noticeModal('Not done', notSavedText(done, deps.clock.now())));
  }
  const text = `*${mrkdwn(found.name, NAMES)}* is an admin of Baton now, and hears of it: ${stepName(step)}.`;
  await closeSaved(submission, 'Asked', text);
}

function refuse(press: Press, who: string): Promise<void> {
  return answerPress(press, `Only ${mrkdwn(who, NAMES)} can do this.`);
}

/** The page it was pressed on: the set-up, or how everything is. */
async function drawWhere(press: Press, deps: SlackDeps, notice: string): Promise<void> {
  const state = goneTo(homeOf(press), STEP, undefined);
  await publishHome(press.client, requesterOf(press), deps, { ...state, tab: 'setup' }, { notice });
}

/** The step that was looked at gives way to the next. */
async function drawAnew(press: Press, deps: SlackDeps, notice: string | undefined): Promise<void> {
  const state = goneTo(goneTo(homeOf(press), STEP, undefined), SETUP, 'start');
  await publishHome(press.client, requesterOf(press), deps, { ...state, tab: 'setup' }, { notice });
}
