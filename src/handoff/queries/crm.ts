/** The connected CRM as people know it. */
import { type CrmWords, PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { Deps } from '../core/deps.ts';

export interface KnownCrm {
  connected: boolean;
  /** Baton can set it up, and compare it with the playbook. */
  comparable: boolean;
  /** As it is written; "the CRM" where none is connected. */
  label: string;
  words: CrmWords;
  /** What commands may call it, in lower case. */
  names: readonly string[];
}

/** Without a call to the CRM; in Baton's own words where none is connected. */
export async function knownCrm(deps: Deps, workspaceId: string): Promise<KnownCrm> {
  const { crm } = await deps.vendors(workspaceId);
  if (!crm) return { connected: false, comparable: false, label: 'the CRM', words: PLAIN_WORDS, names: [] };
  const { words, nicknames } = crm.traits;
  return {
    connected: true,
    comparable: crm.setup !== undefined,
    label: serviceName(crm.name),
    words,
    names: [crm.name, ...nicknames],
  };
}
