import { introduceVendors } from '../../src/domain/service-name.ts';
import type { QuestionDirectory } from '../../src/questions/known-values.ts';
import { questionAsker } from '../../src/questions/question-asker.ts';
import type { QuestionObject } from '../../src/questions/question-object.ts';
import { readQuestion } from '../../src/questions/read-question.ts';
import { PLAYBOOK_VENDORS, VENDORS } from '../../src/vendors/table.ts';
import { EXAMPLE, playbookIn } from '../helpers/playbook.ts';

introduceVendors(VENDORS);

const PLAYBOOK = playbookIn(EXAMPLE);
/** A Monday morning in New York. */
export const NOW = new Date('2026-11-30T14:00:00Z');

export const VALUES = {
  lead_source: ['Webinar', 'Paid search', 'Referrals', 'Organic search', 'Trade show'],
  campaign: ['Autumn webinar', 'Spring launch'],
  region: ['EMEA', 'AMER', 'APAC'],
};

export function directoryOf(who: string, values = VALUES): QuestionDirectory {
  const asker = questionAsker(PLAYBOOK, `${who}@example.com`);
  if (!asker) throw new Error(`${who} is in no playbook`);
  const systems = [...new Set([...Object.keys(PLAYBOOK_VENDORS.sources), ...Object.keys(PLAYBOOK_VENDORS.crms)])];
  return {
    playbook: PLAYBOOK,
    asker,
    values,
    systems: systems.map(name => ({
      name,
      label: (PLAYBOOK_VENDORS.sources[name] ?? PLAYBOOK_VENDORS.crms[name])?.label ?? name,
      isSource: name in PLAYBOOK_VENDORS.sources,
      isCrm: name in PLAYBOOK_VENDORS.crms,
    })),
  };
}

/** What somebody's words are read as. */
export function asked(who: string, words: string, before?: QuestionObject): QuestionObject {
  const here = { now: NOW, zone: 'America/New_York' };
  return readQuestion(words, directoryOf(who), { ...here, ...(before && 'measure' in before && { before }) });
}
