/** privacy: what is kept of one person in a file, or their erasure. */
import type { NobodyToErase } from '../../../workspaces/privacy.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { ERASE_TITLE, eraseModal } from '../../blocks/modals/privacy.ts';
import { type Answer, answer } from '../../blocks/mql/answer.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { sendText } from '../../files.ts';
import { openModal, originOf } from '../../forms.ts';
import { updateTo } from '../answer.ts';
import { type Asked, OPENED, type Word } from '../mql/asked.ts';
import { requesterOf, type Submission } from '../types.ts';

const NAME = 120;
const FORMS =
  'Type `/mql privacy export ADDRESS` for a file of everything Baton keeps of a person, or `/mql privacy erase ADDRESS` to erase them.';

export const privacy: Word = {
  word: 'privacy',
  group: 'baton',
  usage: 'export|erase ADDRESS',
  does: 'everything Baton keeps of a person in a file, or erase them',
  who: 'admins',
  examples: ['privacy export emma@acmecorp.com', 'privacy erase emma@acmecorp.com'],
  aliases: ['gdpr', 'forget'],
  async run(asked) {
    const [what, address, ...more] = asked.text.trim().split(/\s+/);
    const email = address && addressIn(address);
    if (!email || more.length > 0) return answer([FORMS]);
    if (what === 'export') return exportPerson(asked, email);
    return what === 'erase' ? askToErase(asked, email) : answer([FORMS]);
  },
};

/** As typed, or as Slack makes a link of it: `<mailto:emma@acmecorp.com|emma@acmecorp.com>`. */
function addressIn(typed: string): string | undefined {
  const bare = /^<mailto:([^|>]+)/.exec(typed)?.[1] ?? typed;
  return /^[^\s@<>]+@[^\s@<>]+$/.test(bare) ? bare : undefined;
}

async function exportPerson({ deps, by, client, now }: Asked, address: string): Promise<Answer> {
  const outcome = await deps.admin.exportPerson(by, address);
  if (outcome.kind === 'not_allowed') return answer([refusalText(outcome, now)]);
  if (outcome.kind !== 'done') return answer([nobodyText(outcome, address)]);
  await sendText(client, {
    user: by.slackUserId,
    name: `baton-person-${now.toISOString().slice(0, 10)}.json`,
    text: outcome.json,
    comment: `Everything Baton keeps of ${mrkdwn(address, NAME)}. Their record in the CRM and their contact at the source are not in it.`,
  });
  return answer([`A file of everything Baton keeps of ${mrkdwn(address, NAME)} is in your direct messages.`]);
}

async function askToErase({ deps, by, client, triggerId, now }: Asked, address: string) {
  const kept = await deps.admin.personKept(by, address);
  if (kept.kind === 'not_allowed') return answer([refusalText(kept, now)]);
  if (kept.kind !== 'found') return answer([nobodyText(kept, address)]);
  await openModal(client, triggerId, eraseModal(kept));
  return OPENED;
}

function nobodyText({ kind }: NobodyToErase, address: string): string {
  if (kind === 'nobody') return `Baton keeps nothing of ${mrkdwn(address, NAME)}.`;
  return 'That address is in the playbook. Take it out first; a lead of that address can be erased then.';
}

/** Who and what was shown before: there is nothing to fill in. */
export async function submitErase(submission: Submission, deps: SlackDeps): Promise<void> {
  const { address = '' } = originOf(submission.view);
  const outcome = await deps.admin.erasePerson(requesterOf(submission), address);
  const text =
    outcome.kind === 'not_allowed'
      ? refusalText(outcome, deps.clock.now())
      : outcome.kind === 'begun'
        ? 'Erasing. The admins hear in their direct messages when it is done.'
        : nobodyText(outcome, address);
  await updateTo(submission, noticeModal(ERASE_TITLE, text));
}
