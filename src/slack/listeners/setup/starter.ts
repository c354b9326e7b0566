/** A playbook by the shape of the company: its shape, who is in each team, then what it would change. */
import type { Playbook } from '../../../config/playbook.ts';
import { type Shape, teamsOfShape } from '../../../workspaces/playbook-edits.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { productsIn, STARTER_TITLE, shapeForm, shapeIn, starterForm } from '../../blocks/setup/starter.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, originOf } from '../../forms.ts';
import { peoplePicked } from '../../people.ts';
import { errors, updateTo } from '../answer.ts';
import { adminAsking, homeOrigin, openForAdmin } from '../playbook/admins.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';
import { notesOf, whileReading, written } from './people.ts';

export async function openStarter(press: Press, deps: SlackDeps): Promise<void> {
  await openForAdmin(press, deps, STARTER_TITLE, async () => {
    const { version } = await deps.admin.text(requesterOf(press).workspaceId);
    return shapeForm({ ...homeOrigin(press), basedOn: String(version) });
  });
}

export async function submitShape(submission: Submission, deps: SlackDeps): Promise<void> {
  const filled = filledIn(submission.view);
  const shape = shapeIn(filled.choice('shape'));
  if (!shape) return errors(submission, { shape: 'Choose one.' });
  const products = shape === 'by_product' ? productsIn(filled.text('products')) : [];
  if (shape === 'by_product' && products.length === 0)
    return errors(submission, { products: 'Name at least one product.' });
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  const ids = await deps.admin.slackIds(requesterOf(submission).workspaceId);
  const present = presentIn(asker.playbook, ids, shape, products);
  await updateTo(submission, starterForm(shape, products, present, originOf(submission.view)));
}

/**
 * Whoever gets leads now: in the team of the same key, else in every team. The team that an installation begins with has
 * whoever installed Baton in it, until others are named.
 */
function presentIn(
  { teams: all, admins }: Playbook,
  ids: ReadonlyMap<string, string>,
  shape: Shape,
  products: readonly string[],
): Record<string, string[]> {
  const isBeginning = ({ members }: Playbook['teams'][string]) =>
    members.length === 1 && members.every(({ person }) => admins.includes(person));
  const named = Object.entries(all).filter(([, team]) => !isBeginning(team));
  const teams: Playbook['teams'] = named.length > 0 ? Object.fromEntries(named) : all;
  const idsOf = (emails: readonly string[]) => [...new Set(emails.flatMap(email => ids.get(email) ?? []))].slice(0, 50);
  const everybody = idsOf(Object.values(teams).flatMap(({ members }) => members.map(({ person }) => person)));
  return Object.fromEntries(
    teamsOfShape(shape, products).map(({ key }) => {
      const known = Object.hasOwn(teams, key) ? teams[key] : undefined;
      return [key, known ? idsOf(known.members.map(({ person }) => person)) : everybody];
    }),
  );
}

export async function submitStarter(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view, client } = submission;
  const origin = originOf(view);
  const shape = shapeIn(origin.shape);
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  if (!shape) return updateTo(submission, noticeModal(STARTER_TITLE, 'Start again from Home.'));
  const products = productsIn(origin.products);
  const filled = filledIn(view);
  const picked = Object.fromEntries(teamsOfShape(shape, products).map(({ key }) => [key, filled.users(key)]));
  const empty = Object.entries(picked).find(([, users]) => users.length === 0);
  if (empty) return errors(submission, { [empty[0]]: 'Choose at least one person.' });
  const read = async () => {
    const users = [...new Set(Object.values(picked).flat())];
    const found = await peoplePicked(client, { users }, deps.clock.now());
    const emailOf = new Map(found.people.map(({ slackId, email }) => [slackId, email]));
    const members = Object.fromEntries(
      Object.entries(picked).map(([key, ids]) => [key, ids.flatMap(id => emailOf.get(id) ?? [])]),
    );
    const { email: manager } = asker.actor;
    const people = written(found.people);
    return { change: { kind: 'starter' as const, shape, products, people, members, manager }, notes: notesOf(found) };
  };
  await whileReading(submission, deps, STARTER_TITLE, read, { step: 'rules' });
}
