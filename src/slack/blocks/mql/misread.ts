/** What `/mql` says when it cannot make out who, when or which is meant: always with the forms it understands. */
import { mrkdwn } from '../../escape.ts';
import { ALSO, type Answer, answer, buttons, command } from './answer.ts';

const TYPED = 80;
const MOST_NAMES = 5;

/** Nothing was said where something must be. */
export function missingAnswer(what: string, example: string): Answer {
  return answer([`${what} For example: \`/mql ${example}\``]);
}

const WHEN: Record<'past' | 'far' | 'unclear' | 'backwards', string> = {
  past: 'That time has passed.',
  far: 'That is more than two years ahead.',
  unclear: 'That isn’t a time I understand.',
  backwards: 'That would end before it begins.',
};

/** A time that is no time, is over, or could be one of two. */
export function whenAnswer(wrong: keyof typeof WHEN, typed: string, forms: readonly string[]): Answer {
  const said = typed ? ` (“${mrkdwn(typed, TYPED)}”)` : '';
  return answer([`${WHEN[wrong]}${said}`, `Try: ${forms.map(form => `\`${form}\``).join(', ')}.`]);
}

/** Several people or teams fit: a button each that says it exactly. */
export function ambiguousWhoAnswer(choices: readonly { name: string; typed: string }[]): Answer {
  const shown = choices.slice(0, MOST_NAMES).map(({ name, typed }) => command(name, typed));
  return answer(['Several fit. Who do you mean?'], buttons(...shown));
}

export function unknownWhoAnswer(typed: string, meant: string | undefined, takes: string): Answer {
  const suggestion = meant ? ` Did you mean *${mrkdwn(meant, TYPED)}*?` : '';
  return answer([`The playbook has nobody called “${mrkdwn(typed, TYPED)}”.${suggestion}`, `Name ${takes}.`]);
}

export function strangerWhoAnswer(): Answer {
  return answer(['They are not in Baton’s playbook, so they get no leads. An admin can add them under *people*.']);
}

/** A word inside a command that means nothing. */
export function strangeWordAnswer(typed: string, meant: string | undefined, usage: string): Answer {
  const suggestion = meant ? ` Did you mean *${mrkdwn(meant, TYPED)}*?` : '';
  return answer([`I don’t understand “${mrkdwn(typed, TYPED)}”.${suggestion}`, `Try: \`${usage}\``]);
}

/** Written to Baton as a message, where no form can follow: the same as a button, whose press may open one. */
export function typeInsteadAnswer(whole: string, word: string): Answer {
  return answer(
    [`In a message Baton only looks things up. To *${mrkdwn(word, TYPED)}*, press this, or type it as a command.`],
    buttons(command(`/mql ${whole}`, whole, { id: ALSO, primary: true })),
  );
}
