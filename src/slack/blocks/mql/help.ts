/** What one can ask `/mql`: examples for whoever asks, and every word with what follows it. */
import { type Actor, isManager, onlyLooks } from '../../../handoff/core/rights.ts';
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
const NAMES = 300;

/** What is typed, as an example, and what for: few, since whoever knows a word asks for its own help. */
type Example = readonly [what: string, typed: string];

const LOOKING: readonly Example[] = [
  ['One lead', 'show emma'],
  ['Why it went where it went', 'why emma'],
  ['A question', 'ask how many MQLs came this week'],
];
const REP: readonly Example[] = [
  ['Your leads', ''],
  ...LOOKING,
  ['Hand one on', 'reassign emma to @priya'],
  ['Put one off', 'snooze emma until tomorrow 9am'],
  ['Out of office', 'away until Monday'],
  ['Your numbers', 'stats'],
];
const MANAGER: readonly Example[] = [
  ['Who is late', 'list at-risk'],
  ['Not with sales', 'list held'],
  ['All leads of somebody', 'handover @priya'],
];
const ADMIN: readonly Example[] = [
  ['Is all well', 'doctor'],
  ['A test lead', 'test'],
  ['What the rules would do', 'simulate emma@acmecorp.com'],
];

/** Short, by what this person does here. */
export function helpAnswer(actor: Pick<Actor, 'admin' | 'manages' | 'reports' | 'viewer'> | undefined): Answer {
  const own = actor && onlyLooks(actor) ? LOOKING : REP;
  const shown = [...own, ...(actor && isManager(actor) ? MANAGER : []), ...(actor?.admin ? ADMIN : [])];
  const lines = shown.map(([what, typed]) => `*${what}*  \`${`/mql ${typed}`.trim()}\``);
  return answer([
    '*Baton* brings each marketing-qualified lead to the right person, here in Slack.',
    ...lines,
    '`/mql help away` tells more about a word, `/mql help all` lists all of them.',
  ]);
}

/** Every word, grouped as people look for it. */
export function everyWordAnswer(words: readonly WordHelp[]): Answer {
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const lines = words.filter(word => word.group === group).map(line);
    return [`*${title}*`, ...lines].join('\n');
  });
  return answer([
    ...groups,
    'LEAD is a name, an e-mail address, a company, or a link to the record. `/mql help WORD` tells more about a word.',
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

/** A mistyped word: the word that may be meant, as a button, and that word's help alone. */
export function unknownAnswer(typed: string, meant?: { word: string; whole: string; help?: WordHelp }): Answer {
  const said = `\`/mql ${mrkdwn(typed, TYPED)}\` isn’t a command.`;
  if (!meant) return answer([`${said} \`/mql help\` shows what is.`], buttons(command('Help', 'help')));
  const { word, whole, help } = meant;
  return answer(
    [`${said} Did you mean *${word}*?`, ...(help ? [line(help)] : [])],
    buttons(command(`/mql ${whole}`, whole, { primary: true })),
  );
}

/** Leads are for the people of the playbook. `admins`: their names. */
export function strangerAnswer(admins: readonly string[]): Answer {
  const ask = admins.length > 0 ? `Ask ${mrkdwn(admins.join(' or '), NAMES)}` : 'Ask your Baton admin';
  const said = `Only people of Baton’s playbook can look leads up, and you are not in it yet. ${ask} to add you under *people*, with the e-mail address that Slack has of you.`;
  const { blocks } = helpAnswer(undefined);
  return { text: said, blocks: [...answer([said]).blocks, DIVIDER, ...blocks] };
}
