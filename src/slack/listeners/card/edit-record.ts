import type { ModalView } from '@slack/types';
import type { RecordToEdit } from '../../../handoff/record/edit-record.ts';
import { vendorName } from '../../blocks/block-words.ts';
import { type EditGiven, editInput, editModal, OWNER } from '../../blocks/modals/edit-record.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { ownerFrom } from '../../blocks/modals/people.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Filled, filledIn, handoffIn, idIn, type Origin, originOf } from '../../forms.ts';
import { updateTo } from '../answer.ts';
import { drawAbout, type Opener, type Subject } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

const TITLE = 'Edit record';

/** The CRM is asked while the person already sees that something opens: a trigger lives three seconds. */
export const openEdit: Opener = async ({ client, triggerId, by, deps, onTop }, handoffId, origin = {}) => {
  const waiting = { trigger_id: triggerId, view: noticeModal(TITLE, 'Asking your CRM…') };
  const opened = await (onTop ? client.views.push(waiting) : client.views.open(waiting));
  const record = await deps.queries.recordToEdit(by.workspaceId, handoffId);
  const given = { ...origin, handoffId };
  const view = await drawAbout(deps, by, handoffId, {
    title: TITLE,
    work: true,
    draw: subject => draw(deps, by.workspaceId, subject, record, { origin: given }),
  });
  await client.views.update({ view_id: opened.view?.id ?? '', view });
};

async function draw(
  { queries, connect }: SlackDeps,
  workspaceId: string,
  { lead, playbook, zone, now, actor }: Subject,
  record: RecordToEdit,
  more: Pick<EditGiven, 'origin'> & Partial<Pick<EditGiven, 'typedIn' | 'refused'>>,
): Promise<ModalView> {
  if (record.kind === 'closed') return noticeModal(TITLE, record.why);
  const { crm, parts } = record;
  const logins = (await connect?.own(workspaceId, actor.email)) ?? [];
  const asSelf = logins.some(({ vendor, login }) => vendor === crm && login?.status === 'active');
  const absences = await queries.absences(workspaceId);
  return editModal({ lead, playbook, zone, now, absences, crm, parts, asSelf, owner: lead.repEmail, ...more });
}

/** What differs from what stands in the CRM now is written, and nothing else; then the owner, which is a reassignment. */
export async function submitEdit(submission: Submission, deps: SlackDeps): Promise<void> {
  const by = requesterOf(submission);
  const { view, client } = submission;
  const handoffId = handoffIn(view);
  await updateTo(submission, noticeModal(TITLE, 'Saving…'));
  const show = (next: ModalView) => client.views.update({ view_id: view.id, view: next });
  const record = await deps.queries.recordToEdit(by.workspaceId, handoffId);
  if (record.kind === 'closed') return void (await show(noticeModal(TITLE, record.why)));
  const typedIn = valuesIn(record, filledIn(view));
  const refused = await save(deps, by, handoffId, { record, typedIn, owner: filledIn(view).choice(OWNER) });
  if (!refused) {
    const name = vendorName(record.crm);
    return void (await show(noticeModal(TITLE, `Saved in ${name}.`)));
  }
  const origin: Origin = originOf(view);
  const again = await drawAbout(deps, by, idIn(origin.handoffId), {
    title: TITLE,
    work: true,
    draw: subject => draw(deps, by.workspaceId, subject, record, { origin, typedIn, refused }),
  });
  await show(again);
}

type Open = Extract<RecordToEdit, { kind: 'open' }>;

/** Every input's value, as text. */
function valuesIn({ parts }: Open, filled: Filled): Record<string, string> {
  const all = parts.flatMap(({ record, fields }) => fields.map(field => ({ field, name: editInput(record, field) })));
  return Object.fromEntries(
    all.map(({ field, name }) => {
      const { kind } = field;
      const value =
        kind === 'date'
          ? filled.date(name)
          : kind === 'choice' || kind === 'yes_no'
            ? filled.choice(name)
            : filled.text(name);
      return [name, value ?? ''];
    }),
  );
}

/** Input → why, of what was refused; undefined when all is saved. */
async function save(
  { actions, queries, clock }: SlackDeps,
  by: ReturnType<typeof requesterOf>,
  handoffId: string,
  { record, typedIn, owner }: { record: Open; typedIn: Record<string, string>; owner: string | undefined },
): Promise<Record<string, string> | undefined> {
  const changes = record.parts.flatMap(({ record: of, fields }) => {
    const changed = fields.filter(field => !same(field.value, typedIn[editInput(of, field)] ?? ''));
    if (changed.length === 0) return [];
    return [
      { record: of, values: Object.fromEntries(changed.map(one => [one.name, typedIn[editInput(of, one)] ?? ''])) },
    ];
  });
  if (changes.length > 0) {
    const outcome = await actions.editRecord({ ...by, handoffId, changes });
    if (outcome.kind === 'unfit') return { [inputOf(record, outcome.field)]: outcome.why };
    if (outcome.kind !== 'done') return { '': refusalText(outcome, clock.now()) };
  }
  const { playbook } = await queries.playbook(by.workspaceId);
  const [email, lead] = [ownerFrom(playbook, owner), await queries.lead(by.workspaceId, handoffId)];
  if (!email || !lead || lead.repEmail === email) return undefined;
  const outcome = await actions.reassign({ ...by, handoffId, to: { kind: 'person', email } });
  return outcome.kind === 'done' ? undefined : { [OWNER]: refusalText(outcome, clock.now()) };
}

/** "63" and "63.0" say the same, as do an unchecked box and an empty one. */
function same(one: string, other: string): boolean {
  if (one === other) return true;
  const empty = (value: string) => value === '' || value === 'false';
  if (empty(one) && empty(other)) return true;
  return one !== '' && other !== '' && Number(one) === Number(other);
}

function inputOf({ parts }: Open, field: string): string {
  const found = parts.flatMap(({ record, fields }) =>
    fields.filter(({ name }) => name === field).map(one => editInput(record, one)),
  );
  return found[0] ?? '';
}
