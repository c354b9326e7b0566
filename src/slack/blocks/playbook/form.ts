/** What every form of the playbook has in common: drawn from the newest text, read into one change. Pure. */
import type { ModalView } from '@slack/types';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import type { Card } from '../../../contracts/notifier.ts';
import type { PlaybookChange } from '../../../workspaces/playbook-edits.ts';
import type { Text } from '../../../workspaces/playbook-service.ts';
import type { Filled, Origin } from '../../forms.ts';
import { section } from '../block-parts.ts';
import { reading } from '../modals/modal-parts.ts';

/** What a form is about: the text it edits, and the place or key of the entry; absent: a new one. */
export interface Subject {
  text: Text;
  at?: string | undefined;
  /** A real lead's card, or an invented one's, for a form that shows what becomes of it. */
  card?: Card | undefined;
}

export type ReadForm = { ok: true; change: PlaybookChange } | { ok: false; errors: Record<string, string> };

export interface Form {
  /** Its callback_id, and the action_id of the button that opens it. */
  id: string;
  title: string;
  /** It says itself what would change: sent off, it is saved. */
  isPreview?: true;
  /** It shows a card. */
  showsCard?: true;
  /** Undefined when what it is about is not in the text. */
  draw(subject: Subject, origin: Origin, crmWords: CrmWords): ModalView | undefined;
  /** `origin`: what the form remembered. */
  read(filled: Filled, subject: Subject, origin: Origin): ReadForm;
}

export function read(change: PlaybookChange): ReadForm {
  return { ok: true, change };
}

export function misread(errors: Record<string, string>): ReadForm {
  return { ok: false, errors };
}

/** Instead of a form that would cut what is there: Slack's fields take 3,000 characters. */
export function tooLong(title: string, origin: Origin): ModalView {
  return reading(title, 'Close', origin, [
    section(
      'Something here does not fit into one of Slack’s fields as it is. Export the playbook, change the file, and import it.',
    ),
  ]);
}

/** The place in a list, from what an origin carries. */
export function positionOf({ at }: Subject): number | undefined {
  return at !== undefined && /^\d{1,6}$/.test(at) ? Number(at) : undefined;
}
