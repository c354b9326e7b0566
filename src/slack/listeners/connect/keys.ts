/** Connecting a vendor with typed keys: the form, what became of it, and what to set at the vendor. */
import type { KeyConnects, KeysSaved } from '../../../workspaces/key-connect.ts';
import { vendorName } from '../../blocks/block-words.ts';
import { hookSetupModal, keysForm } from '../../blocks/keys.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, openModal, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { homeOf } from '../home/home.ts';
import { publishHome } from '../home/publish.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';

const SENTENCE = 400;

/** The form, empty: what is kept is not shown again. */
export async function openKeys(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { workspaceId } = requesterOf(press);
  const vendor = press.action.value ?? '';
  const offer = (await deps.keys?.offers(workspaceId))?.find(one => one.vendor === vendor);
  const home = press.body.view?.private_metadata;
  const view = offer
    ? keysForm(vendor, offer.fields, { ...(home !== undefined && { home }), onlySends: offer.onlySends === true })
    : noticeModal(
        'Connect',
        'It is not connected with keys here: whoever runs Baton gave it a key, and can renew that.',
      );
  await openModal(press.client, press.body.trigger_id, view);
}

/** The vendor may take longer than a modal waits: the form makes way at once, and says later what became of it. */
export async function submitKeys(submission: Submission, deps: SlackDeps): Promise<void> {
  const { vendor = '', home } = originOf(submission.view);
  const by = requesterOf(submission);
  const offer = (await deps.keys?.offers(by.workspaceId))?.find(one => one.vendor === vendor);
  const { fields = [], roles = [], onlySends = false } = offer ?? {};
  const filled = filledIn(submission.view);
  const values = Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = filled.text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const problems = deps.keys?.problems(vendor, values) ?? {};
  if (Object.keys(problems).length > 0) return errors(submission, problems);
  const name = vendorName(vendor);
  await updateTo(submission, noticeModal(`Connect ${name}`, `Asking ${mrkdwn(name, 120)} whether it takes the keys …`));
  const saved: KeysSaved = (await deps.keys?.save(by, vendor, values)) ?? { kind: 'not_offered' };
  await submission.client.views.update({ view_id: submission.view.id, view: shownAfter(saved) });

  function shownAfter(result: KeysSaved) {
    switch (result.kind) {
      case 'connected':
        return hookSetupModal(vendor, result.setup, { isNew: true, roles });
      case 'refused':
      case 'no_answer':
        return keysForm(vendor, fields, {
          refusal: result.said,
          onlySends,
          values: shownAgain(fields, values),
          ...(home !== undefined && { home }),
        });
      case 'unfit':
        return keysForm(vendor, fields, { refusal: Object.values(result.problems).join(' ') });
      case 'second':
        return noticeModal('Not connected', mrkdwn(result.why, SENTENCE));
      case 'not_allowed':
        return noticeModal('Connect', `Only ${mrkdwn(result.who, SENTENCE)} can connect ${mrkdwn(name, SENTENCE)}.`);
      case 'not_offered':
        return noticeModal('Connect', `${mrkdwn(name, SENTENCE)} is not connected with keys here.`);
    }
  }
}

/** What was typed, without secrets. */
function shownAgain(fields: readonly { name: string }[], values: Record<string, string>): Record<string, string> {
  const open = fields.filter(({ name }) => !/SECRET|TOKEN|PASSWORD|API_KEY$/.test(name));
  return Object.fromEntries(open.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

export async function showHookSetup(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const vendor = press.action.value ?? '';
  const [setup, offers = []] = await Promise.all([
    deps.keys?.hookSetup(requesterOf(press), vendor),
    deps.keys?.offers(requesterOf(press).workspaceId),
  ]);
  const roles = offers.find(one => one.vendor === vendor)?.roles ?? [];
  await openModal(press.client, press.body.trigger_id, hookSetupModal(vendor, setup, { roles }));
}

/** As was approved in Slack's own dialog. */
export async function forgetKeys(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const vendor = press.action.value ?? '';
  const done = await deps.keys?.forget(requesterOf(press), vendor);
  await publishHome(press.client, requesterOf(press), deps, homeOf(press), { notice: forgottenText(vendor, done) });
}

function forgottenText(vendor: string, done: Awaited<ReturnType<KeyConnects['forget']>> | undefined): string {
  if (done?.kind === 'not_allowed') return `Only ${mrkdwn(done.who, SENTENCE)} can disconnect it.`;
  const name = mrkdwn(vendorName(vendor), SENTENCE);
  const gone = `:electric_plug: ${name} is disconnected, and its keys are wiped.`;
  if (done?.webhookStays === undefined) return gone;
  return `${gone} Its webhook could not be deleted there: ${mrkdwn(done.webhookStays, SENTENCE)}. Delete it in ${name}; what it still sends is refused.`;
}
