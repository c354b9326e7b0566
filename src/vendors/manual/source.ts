import type { Source } from '../../contracts/source.ts';
import { contactOfManual, type HandedOff } from '../../domain/manual.ts';

export interface ManualOptions {
  /** What somebody handed off under this id; null for none. */
  handedOff(id: string): Promise<HandedOff | null>;
}

/** Leads that people hand off by hand, as a source like any other: but nobody outside can send any. */
export function manual({ handedOff }: ManualOptions): Source {
  return {
    name: 'manual',
    verify: () => ({ ok: false, why: 'leads are handed off by hand in Slack, not by a hook' }),
    read: () => [],
    async contact(id) {
      const found = await handedOff(id);
      return found && contactOfManual(found);
    },
  };
}
