/** People from Slack into a team: picked, read in Slack, shown in words, then saved. */
import { failureReason } from '../../../domain/failure-words.ts';
import { Failure } from '../../../lib/errors.ts';
import type { PlaybookChange } from '../../../workspaces/playbook-edits.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { teamChosen } from '../../blocks/playbook/menus.ts';
import { notProposedModal, proposedModal } from '../../blocks/playbook/versions.ts';
import { PEOPLE_TITLE, peopleForm } from '../../blocks/setup/people.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, type Origin, originOf } from '../../forms.ts';
import { type FoundPeople, peoplePicked, personOf, userGroups } from '../../people.ts';
import { errors, updateTo } from '../answer.ts';
import { closeStep } from '../home/publish.ts';
import { adminAsking, homeOrigin, openForAdmin } from '../playbook/admins.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';

const SENTENCE = 300;

/** One call of Slack, for the groups. */
export async function openPeople(press: Press, deps: SlackDeps): Promise<void> {
  await openForAdmin(press, deps, PEOPLE_TITLE, async () => {
    const { workspaceId } = requesterOf(press);
    const [{ playbook, version }, groups] = await Promise.all([
      deps.admin.text(workspaceId),
      userGroups(press.client, deps.clock.now()),
    ]);
    return peopleForm(playbook, groups, { ...homeOrigin(press), basedOn: String(version) });
  });
}

/** A call a person: the modal makes way at once, and says later what was found. */
export async function submitPeople(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view, client } = submission;
  const filled = filledIn(view);
  const [users, channel, group] = [filled.users('users'), filled.conversation('channel'), filled.choice('group')];
  if (users.length === 0 && !channel && !group)
    return errors(submission, { users: 'Choose people, a channel or a group.' });
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  const key = teamChosen(asker.playbook, filled.choice('team'));
  const name = filled.text('new_team');
  if (key === undefined && name === undefined)
    return errors(submission, { new_team: 'Choose a team, or name a new one.' });
  const [managerId] = filled.users('manager');
  const read = async () => {
    const now = deps.clock.now();
    const [found, { steps }] = await Promise.all([
      peoplePicked(client, { users, channel, group }, now),
      deps.admin.checklist(requesterOf(submission).workspaceId),
    ]);
    const isFirst = steps.some(step => step.name === 'people' && step.state === 'open');
    const manager = managerId === undefined ? undefined : await personOf(client, managerId, now);
    const known = manager && 'email' in manager ? manager : undefined;
    const change: PlaybookChange = {
      kind: 'staff',
      people: written([...found.people, ...(known ? [known] : [])]),
      members: found.people.map(({ email }) => email),
      isFirst,
      team: name === undefined ? { key: key ?? '' } : { name },
      manager: known?.email,
    };
    return { change, notes: notesOf(found) };
  };
  await whileReading(submission, deps, PEOPLE_TITLE, read, { step: 'people' });
}

/** As the playbook writes people. */
export function written(people: FoundPeople['people']) {
  return people.map(({ email, name, timeZone }) => ({ email, name, time_zone: timeZone }));
}

/** Who was left out and why: safe lines. */
export function notesOf({ people, leftOut }: FoundPeople): string[] {
  const found = people.length === 1 ? '1 person' : `${people.length} people`;
  const out = leftOut.slice(0, 8).map(one => mrkdwn(one, SENTENCE));
  const more = leftOut.length > 8 ? [`and ${leftOut.length - 8} more`] : [];
  return [`*${found}* found in Slack.`, ...(out.length > 0 ? [`Left out: ${[...out, ...more].join('; ')}`] : [])];
}

/** Reads in Slack what a change needs, and shows what it would change; what goes wrong is said where the form was. */
export async function whileReading(
  submission: Submission,
  deps: SlackDeps,
  title: string,
  read: () => Promise<{ change: PlaybookChange; notes: readonly string[] }>,
  more: Origin = {},
): Promise<void> {
  const { view, client } = submission;
  const { home, basedOn } = originOf(view);
  await updateTo(submission, noticeModal(title, 'Asking Slack who they are …'));
  const origin = { ...(home !== undefined && { home }), ...more };
  const show = (next: Parameters<typeof client.views.update>[0]['view']) =>
    client.views.update({ view_id: view.id, view: next });
  try {
    const { change, notes } = await read();
    const proposed = await deps.admin.propose(requesterOf(submission), { basedOn: Number(basedOn), change });
    // Who gets leads stays as it is: that, too, was somebody's choice.
    if (proposed.kind === 'same' && more.step === 'people') {
      await deps.admin.sayStep(requesterOf(submission), 'people', 'done');
      closeStep(submission);
    }
    await show(
      proposed.kind === 'ready'
        ? proposedModal(title, proposed, notes, origin)
        : notProposedModal(title, proposed, deps.clock.now()),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await show(
      noticeModal(title, `Slack did not say who they are: ${mrkdwn(failureReason(error), SENTENCE)}. Try again.`),
    );
  }
}
