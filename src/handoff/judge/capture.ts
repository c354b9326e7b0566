/** Do the answers in a form make an MQL by themselves? Pure. */
import { inRange, type NumberRange, type Playbook } from '../../config/playbook.ts';
import { answersIn } from '../../domain/form/answers.ts';
import type { Contact } from '../../domain/lead.ts';
import { sameText } from './conditions.ts';

export interface Asked {
  /** One of `capture.mql_when` is met. */
  isMql: boolean;
  /** Which one, or that none is, for the timeline. */
  reason: string;
}

type Sufficient = Playbook['capture']['mql_when'][number];

/** The first of `mql_when` that the answers meet. A choice of several ("a;b") meets what any of its members does. */
export function askedIn(contact: Contact, { mql_when }: Playbook['capture']): Asked {
  const met = mql_when.find(one => meetsAll(one, contact));
  if (met) return { isMql: true, reason: wordsOf(met, contact) };
  return {
    isMql: false,
    reason:
      mql_when.length === 0
        ? 'filled in a form, and by the playbook no answers make an MQL by themselves'
        : 'filled in a form, and their answers alone make no MQL by the playbook',
  };
}

function meetsAll({ employees, ...texts }: Sufficient, contact: Contact): boolean {
  const answers = answersIn(contact);
  if (employees && !inRange(contact.employees, employees as NumberRange)) return false;
  return Object.entries(texts).every(([fact, wanted]) => {
    if (wanted === undefined) return true;
    const answer = answers[fact as keyof typeof texts];
    return answer !== undefined && [answer, ...answer.split(';')].some(one => sameText(one, wanted));
  });
}

/** "timeline “now”, use case “demo”". */
function wordsOf(met: Sufficient, contact: Contact): string {
  const answers = answersIn(contact);
  return Object.keys(met)
    .map(fact => `${fact.replaceAll('_', ' ')} “${(answers[fact as keyof Sufficient] ?? '').slice(0, 80)}”`)
    .join(', ');
}
