/** The conditions of a rule's form: a view on top for one of them, and the rule's own drawn anew with it. */
import type { ModalView } from '@slack/types';
import type { ConditionName, WrittenConditions } from '../../../workspaces/playbook-edits.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import {
  conditionForm,
  conditionIn,
  keepConditions,
  keptConditions,
  readCondition,
} from '../../blocks/playbook/conditions.ts';
import { ruleForm, ruleWith } from '../../blocks/playbook/rules.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, type Origin, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { type Change, type Pick, type Press, requesterOf, type Submission } from '../types.ts';

const TITLE = 'Condition';
const TOO_LONG = 'It does not fit into one of Slack’s fields. Export the playbook, change the file, and import it.';

/** A view for a new condition. */
export async function addCondition(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { view, trigger_id } = press.body;
  if (view?.type !== 'modal') return;
  await press.client.views.push({ trigger_id, view: await draw(press, deps, originOf(view), undefined) });
}

/** Change…, or Remove. */
export async function conditionMenu(pick: Pick, deps: SlackDeps): Promise<void> {
  await pick.ack();
  const { view, trigger_id } = pick.body;
  const [verb, named] = pick.action.selected_option.value.split(':');
  const name = conditionIn(named);
  if (view?.type !== 'modal' || !name) return;
  const origin = originOf(view);
  if (verb === 'change') {
    await pick.client.views.push({ trigger_id, view: await draw(pick, deps, origin, name) });
    return;
  }
  const { [name]: _removed, ...when } = keptConditions(origin) ?? {};
  const rule = await ruleView(pick, deps, origin, when);
  if (rule) await pick.client.views.update({ view_id: view.id, view: rule });
}

/** Another fact: its value is asked for. */
export async function changeFact(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action, body } = change;
  const name = action.type === 'static_select' ? conditionIn(action.selected_option?.value) : undefined;
  if (body.view?.type !== 'modal' || !name) return;
  const { fact: before, ...origin } = originOf(body.view);
  const next = await draw(change, deps, origin, name, conditionIn(origin.was ?? before));
  await change.client.views.update({ view_id: body.view.id, view: next });
}

/** What is wrong is said at its field; else the rule below shows it. */
export async function submitCondition(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view, client } = submission;
  const { fact, was, ...origin } = originOf(view);
  const when = keptConditions(origin) ?? {};
  const given = readCondition(filledIn(view), when, conditionIn(was ?? fact));
  if (!given.ok) return errors(submission, given.errors);
  const { workspaceId } = requesterOf(submission);
  const text = await deps.admin.text(workspaceId);
  const change = ruleWith({ text, at: origin.at }, given.when);
  const problems = await deps.admin.problemsOf(workspaceId, { basedOn: text.version, change });
  const wrong = problems.find(({ field }) => field === given.name);
  if (wrong) return errors(submission, { [given.field]: wrong.message });
  const rule = await ruleView(submission, deps, origin, given.when);
  if (!rule) return errors(submission, { [given.field]: 'These are more conditions than fit here: change the file.' });
  if (!view.root_view_id) return updateTo(submission, rule);
  await submission.ack();
  await client.views.update({ view_id: view.root_view_id, view: rule });
}

type Pressed = Press | Pick | Change | Submission;

/** `was`: the condition that is changed, where the form shows another fact now. */
async function draw(
  pressed: Pressed,
  deps: SlackDeps,
  origin: Origin,
  name: ConditionName | undefined,
  was: ConditionName | undefined = name,
): Promise<ModalView> {
  const { workspaceId } = requesterOf(pressed);
  const [{ sources }, { words }] = await Promise.all([deps.admin.text(workspaceId), deps.queries.crm(workspaceId)]);
  const when = keptConditions(origin) ?? {};
  const kept = was === undefined ? origin : { ...origin, was };
  return conditionForm({ when, name, sources, crmWords: words }, kept) ?? noticeModal(TITLE, TOO_LONG);
}

/** Undefined where Slack would not keep so many conditions. */
async function ruleView(
  pressed: Pressed,
  deps: SlackDeps,
  origin: Origin,
  when: WrittenConditions,
): Promise<ModalView | undefined> {
  const { workspaceId } = requesterOf(pressed);
  const [text, crm] = await Promise.all([deps.admin.text(workspaceId), deps.queries.crm(workspaceId)]);
  const kept = keepConditions(origin, when);
  return kept && ruleForm.draw({ text, at: origin.at }, kept, crm.words);
}
