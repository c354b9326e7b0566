/** What an admin makes in ActiveCampaign so that it tells Baton of crossings. */
import type { HookSetup } from '../../../contracts/hook.ts';

export function hookSetup(given: { address: string; score: string | undefined; threshold: number }): HookSetup {
  const { address, score, threshold } = given;
  const named = score === undefined ? 'your score' : `*${score}*`;
  return {
    steps: [
      `In ActiveCampaign open *Automations › New Automation › Start from scratch* and choose the trigger *Score changes*: ${named} goes above *${threshold - 1}*. Let it run *multiple times*.`,
      'Add one step, *Conditions and Workflow › Webhook*, with the address below, and turn the automation on.',
      'So that new people are known at once: *Settings › Developer › Manage Webhooks › Add*, the same address, event *Contact is subscribed*.',
      'Leave it out, and Baton finds new contacts and imports when it asks, within five minutes, and reads the scores of open leads once a night. *Scores of others that change are told by the automation alone.*',
    ],
    values: [{ label: 'Address', value: address, secret: true }],
  };
}
