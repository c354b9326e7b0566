/** Shortcuts that make a lead: one from anywhere, one from a message. */
import type { ManualLead } from '../../../domain/manual.ts';
import { handOffModal } from '../../blocks/modals/hand-off.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, type Origin, originOf } from '../../forms.ts';
import { refuse, updateTo } from '../answer.ts';
import { openFor } from '../opening.ts';
import { type Global, type OnMessage, requesterOf, type Submission } from '../types.ts';
import { leadIn, splitName } from './read-lead.ts';

const SHOWN = 200;
const TITLE = 'Hand off a lead';
/** A whole name is one field of the modal. */
const FIELDS = { firstName: 'name', lastName: 'name' };

/** Global shortcut "Hand off a lead". */
export async function handOffShortcut(shortcut: Global, deps: SlackDeps): Promise<void> {
  await shortcut.ack();
  const { client, body } = shortcut;
  await openFor({ client, triggerId: body.trigger_id, by: requesterOf(shortcut), deps }, TITLE, () =>
    handOffModal({}, {}, false),
  );
}

/** Message shortcut "Make this a lead": filled in as far as the message tells. */
export async function makeLead(shortcut: OnMessage, deps: SlackDeps): Promise<void> {
  await shortcut.ack();
  const { client, body } = shortcut;
  const { message, channel } = body;
  const origin: Origin = { fromChannel: channel.id, fromTs: message.ts };
  await openFor({ client, triggerId: body.trigger_id, by: requesterOf(shortcut), deps }, TITLE, ({ playbook }) =>
    handOffModal(
      leadIn(
        message,
        playbook.people.map(person => person.email),
      ),
      origin,
      true,
    ),
  );
}

/** The same modal submitted twice makes one lead: its id is the request's key. */
export async function submitHandOff(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view } = submission;
  const by = requesterOf(submission);
  const lead = readLead(submission);
  const outcome = await deps.actions.handOff({ ...by, lead, key: `view:${view.id}` });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome, FIELDS);
  const who = [lead.firstName, lead.lastName].filter(Boolean).join(' ') || lead.email;
  await updateTo(
    submission,
    noticeModal('On its way', `*${mrkdwn(who, SHOWN)}* is on the way. Baton’s Messages tab says who gets it.`),
  );
}

function readLead(submission: Submission): ManualLead {
  const { text } = filledIn(submission.view);
  const names = ['company', 'title', 'phone', 'budget', 'timeline', 'companySize', 'useCase'] as const;
  const given = names.flatMap(name => {
    const value = text(name);
    return value ? [[name, value] as const] : [];
  });
  const origin = permalink(submission);
  return {
    email: text('email') ?? '',
    ...splitName(text('name')),
    ...Object.fromEntries(given),
    ...(origin && { origin }),
  };
}

/** Slack's own address of the message, which anybody who may see it can open. */
function permalink({ view, body }: Submission): string | undefined {
  const { fromChannel, fromTs } = originOf(view);
  const domain = body.team?.domain;
  if (!domain || !fromChannel || !/^\d+\.\d+$/.test(fromTs ?? '')) return undefined;
  return `https://${domain}.slack.com/archives/${fromChannel}/p${fromTs?.replace('.', '')}`;
}
