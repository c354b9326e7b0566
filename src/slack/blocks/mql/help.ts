/** What one can ask `/mql`, grouped as people look for it. */
import { mrkdwn } from '../../escape.ts';
import { DIVIDER } from '../block-parts.ts';
import { type Answer, answer, buttons, command } from './answer.ts';

/** What help tells of a word. */
export interface WordHelp {
  word: string;
  group: 'leads' | 'do' | 'you' | 'try' | 'baton';
  /** What follows the word: "LEAD to @rep|team|next [note]". */
  usage: string;
  does: string;
  /** Who may, when not everybody of the playbook. */
  who?: string;
  examples: readonly string[];
}

const GROUPS: Record<WordHelp['group'], string> = {
  leads: 'Look',
  do: 'Act on a lead',
  you: 'You and your team',
  try: 'Try it out',
  baton: 'Baton itself',
};

const TYPED = 60;

export function helpAnswer(words: readonly WordHelp[]): Answer {
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const lines = words.filter(word => word.group === group).map(line);
    return [`*${title}*`, ...lines].join('\n');
  });
  return answer([
    '*Baton* brings each marketing-qualified lead to the right person, here in Slack. What you can ask it:',
    ...groups,
    'LEAD is a name, an e-mail address, a company, or a link to the record. `/mql help WORD` tells more about a word. Your open leads are on the *Home* tab.',
  ]);
}

/** `/mql help reassign`. */
export function wordHelp({ word, usage, does, who, examples }: WordHelp): Answer {
  return answer([
    `*${`/mql ${word} ${usage}`.trim()}*`.replace(/</g, '&lt;'),
    sentence(does),
    ...(who ? [`Who may: ${who}.`] : []),
    `For example:\n${examples.map(example => `• \`/mql ${example}\``).join('\n')}`,
  ]);
}

const line = ({ word, usage, does }: WordHelp) => `• \`${`/mql ${word} ${usage}`.trim()}\`: ${does}`;

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** A mistyped word: what may be meant, as a button, and everything else. */
export function unknownAnswer(
  typed: string,
  meant: { word: string; whole: string } | undefined,
  words: readonly WordHelp[],
): Answer {
  const help = helpAnswer(words);
  const said = `Baton does not know “${mrkdwn(typed, TYPED)}”.${meant ? ` Did you mean */mql ${meant.word}*?` : ''}`;
  const offer = meant ? [buttons(command(`/mql ${meant.whole}`, meant.whole, { primary: true }))] : [];
  const { blocks } = answer([said], ...offer);
  return { text: `${said}\n\n${help.text}`.slice(0, 3_000), blocks: [...blocks, DIVIDER, ...help.blocks] };
}

/** Leads are for the people of the playbook. `admins`: their names. */
export function strangerAnswer(admins: readonly string[], words: readonly WordHelp[]): Answer {
  const ask = admins.length > 0 ? `Ask ${mrkdwn(admins.join(' or '), 300)}` : 'Ask your Baton admin';
  const said = `Only people of Baton’s playbook can look leads up, and you are not in it yet. ${ask} to add you under *people*, with the e-mail address that Slack has of you.`;
  const help = helpAnswer(words);
  return { text: said, blocks: [...answer([said]).blocks, DIVIDER, ...help.blocks] };
}
