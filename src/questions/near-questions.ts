/** Questions that Baton answers, to offer where it did not understand one, and to begin with. Pure. */
import type { QuestionAsker } from './known-values.ts';
import { tokensOf } from './question-tokens.ts';

export interface Prompt {
  /** On a button. */
  title: string;
  /** What is asked. */
  message: string;
}

type Role = 'rep' | 'manager' | 'viewer';

export function roleOf({ seesAll, reports, manages }: QuestionAsker, isPerson: boolean): Role {
  if (!isPerson || (seesAll && reports.length === 0 && manages.length === 0)) return 'viewer';
  return reports.length > 0 || manages.length > 0 ? 'manager' : 'rep';
}

const PROMPTS: Record<Role, readonly Prompt[]> = {
  rep: [
    { title: 'What’s on my plate?', message: "what's on my plate?" },
    { title: 'Who haven’t I called yet?', message: "which of my leads haven't I called yet?" },
    { title: 'How am I doing on SLA?', message: 'how am I doing on SLA this month?' },
    { title: 'Unclaimed leads', message: 'show unclaimed leads' },
  ],
  manager: [
    { title: 'Who has overdue leads?', message: 'who has the most overdue leads?' },
    { title: 'Response time by rep', message: 'average time to first contact by rep this month' },
    { title: 'SLA by team', message: 'SLA attainment by team last week' },
    { title: 'Why are leads rejected?', message: 'why do reps reject leads?' },
  ],
  viewer: [
    { title: 'Not contacted yet', message: 'Which MQLs from this month have not been contacted by a rep?' },
    { title: 'Time to first contact', message: 'What is our average time from MQL to first sales contact?' },
    { title: 'What became of leads', message: 'what happened to leads from last month?' },
    { title: 'Conversion by source', message: 'conversion from MQL to opportunity by source' },
  ],
};

/** Four at most, the most useful first. */
export function promptsFor(role: Role): readonly Prompt[] {
  return PROMPTS[role];
}

const OFFERED: Record<Role, readonly string[]> = {
  rep: [
    'how many leads did I get this week',
    'my average response time this month',
    'my overdue leads',
    'my leads that went cold',
    'leads about to breach',
    'did I miss any SLAs last week',
    'my open leads',
    'how many of my leads became opportunities this quarter',
  ],
  manager: [
    'open leads per rep',
    'which reps are slowest to respond',
    'how many leads were reassigned last week',
    'leads that nobody has called',
    'weekly trend of SLA breaches',
    'what time of day do leads come in',
    'how long until someone claims a lead',
    'reject reasons by lead source this quarter',
    'leads at risk',
    'cold leads per rep',
  ],
  viewer: [
    'how many MQLs did we send to sales last month',
    'MQLs by campaign this quarter',
    'contact rate by lead source, last 90 days',
    'what % of MQLs get contacted within an hour',
    'which campaigns get rejected the most',
    'win rate by campaign this year',
    'MQLs per week for the last 3 months',
    'leads by country',
    'median score of won leads',
    'how many leads went to nurture last week',
    'average score by lead source',
    'the funnel this quarter',
  ],
};

/** The questions that have most words in common with what was typed; three at most. */
export function nearQuestions(typed: string, role: Role): string[] {
  const stems = new Set(tokensOf(typed).map(({ word }) => stem(word)));
  const all = [...PROMPTS[role].map(({ message }) => message), ...OFFERED[role]];
  const scored = all.map(question => {
    const words = tokensOf(question).map(({ word }) => stem(word));
    return {
      question,
      score: words.filter(word => word.length > 2 && stems.has(word)).length / Math.sqrt(words.length),
    };
  });
  return scored
    .toSorted((one, other) => other.score - one.score)
    .slice(0, 3)
    .map(({ question }) => question);
}

/** "rejected", "rejects" and "reject" are one word here. */
const stem = (word: string) => word.replace(/(?:ing|ed|es|s)$/, '');
