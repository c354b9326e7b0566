import { isDeepStrictEqual } from 'node:util';
import {
  atLeastOne,
  type Check,
  exactlyOne,
  flag,
  isFields,
  list,
  oneOf,
  type Rule,
  shape,
  text,
  typed,
} from './check.ts';

/** Composition objects: the small parts that blocks and elements share. */
export const id = text(255, 1);
export const url = text(3000, 1);

export const plain = (max: number): Check => typed({ plain_text: shape({ text: text(max, 1) }, { emoji: flag }) });

export const anyText = (max: number): Check =>
  typed({
    plain_text: shape({ text: text(max, 1) }, { emoji: flag }),
    mrkdwn: shape({ text: text(max, 1) }, { verbatim: flag }),
  });

export const confirm = shape(
  { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) },
  { style: oneOf('primary', 'danger') },
);

/** Menus take plain text; radio buttons and checkboxes may use mrkdwn; only overflow options may carry a URL. */
export const menuOption = shape({ text: plain(75), value: text(75, 1) }, { description: plain(75) });
export const overflowOption = shape({ text: plain(75), value: text(75, 1) }, { description: plain(75), url });
export const choiceOption = shape({ text: anyText(75), value: text(75, 1) }, { description: anyText(75) });
const optionGroup = shape({ label: plain(75), options: list(menuOption, 100, 1) });

/** Fields of every static menu. */
export const menuOptions: Record<string, Check> = {
  options: list(menuOption, 100, 1),
  option_groups: list(optionGroup, 100, 1),
};
export const optionsOrGroups: Rule = exactlyOne('options', 'option_groups');

/** Every option of an element, out of its groups too. */
export function optionsOf(element: Record<string, unknown>): Record<string, unknown>[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isFields) : [];
  const nested = groups.flatMap(group => (Array.isArray(group.options) ? group.options : []));
  return [...(Array.isArray(element.options) ? element.options : []), ...nested].filter(isFields);
}

/** What is chosen at first must be among the choices. */
export function initialAmongOptions(field: 'initial_option' | 'initial_options'): Rule {
  return (value, at, report) => {
    if (value[field] === undefined) return;
    const chosen = Array.isArray(value[field]) ? value[field] : [value[field]];
    const known = optionsOf(value);
    if (!chosen.every(one => known.some(option => isDeepStrictEqual(option, one)))) {
      report(`\`${field}\` must exactly match one of the provided options`, `${at}/${field}`);
    }
  };
}

const slackFile = shape({}, { id: text(255, 1), url }, exactlyOne('id', 'url'));
export const imageSource: Record<string, Check> = { image_url: url, slack_file: slackFile };
export const imageElement = shape({ alt_text: text(2000, 1) }, imageSource, exactlyOne('image_url', 'slack_file'));
export const image = typed({ image: imageElement });
export const slackIcon = typed({ icon: shape({ name: text(100, 1) }) });

export const dispatchConfig = shape(
  {},
  {
    trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2, 1),
  },
);
export const conversationFilter = shape(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), 4, 1),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  },
  atLeastOne('include', 'exclude_external_shared_channels', 'exclude_bot_users'),
);
