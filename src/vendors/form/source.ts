import type { HookRequest, HookSetup, Verdict } from '../../contracts/hook.ts';
import type { HumanProof, Source } from '../../contracts/source.ts';
import { contactOfForms, type Sent } from '../../domain/form/contact.ts';
import type { Questions } from '../../domain/form/facts.ts';
import { readForm } from './read.ts';

export interface FormOptions {
  /** As it is called in hook addresses and playbooks. */
  name: string;
  /** Which field says what, by the playbook. */
  questions: Questions;
  /** The forms that somebody sent, the newest first; none for an id nobody has. */
  submissionsOf(contactId: string): Promise<readonly Sent[]>;
  /** Absent: the secret address is the proof. */
  verify?(request: HookRequest, now: Date): Verdict;
  checkHuman?(proof: HumanProof): Promise<'yes' | 'no' | 'unknown'>;
  setup(address: string, pageKey: string): HookSetup;
}

/**
 * Forms as a source. Nobody is asked for a contact: it is what its forms told, read from Baton's own inbox. One round
 * trip to the database.
 */
export function formSource({ name, questions, submissionsOf, verify, checkHuman, setup }: FormOptions): Source {
  return {
    name,
    verify: (request, now) => verify?.(request, now) ?? { ok: true },
    read: (request, receivedAt) => readForm(request, receivedAt, questions),
    async contact(id) {
      const sent = await submissionsOf(id);
      return sent.length === 0 ? null : contactOfForms({ source: name, id }, sent, questions);
    },
    ...(checkHuman && { checkHuman }),
    hookSetup: async (address, pageKey) => setup(address, pageKey),
  };
}
