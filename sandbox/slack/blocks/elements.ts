import { type Check, flag, list, matching, number, oneOf, type Rule, shape, text, whole } from './check.ts';
import {
  choiceOption,
  confirm,
  conversationFilter,
  dispatchConfig,
  id,
  imageElement,
  initialAmongOptions,
  menuOption,
  menuOptions,
  optionsOrGroups,
  overflowOption,
  plain,
  url,
} from './objects.ts';
import { richText } from './rich-text.ts';

const style = oneOf('primary', 'danger');
const act: Record<string, Check> = { action_id: id };
const sure: Record<string, Check> = { ...act, confirm };
const focus: Record<string, Check> = { focus_on_load: flag };
const hint: Record<string, Check> = { placeholder: plain(150) };
const menu: Record<string, Check> = { ...sure, ...focus, ...hint };
const multi: Record<string, Check> = { ...menu, max_selected_items: whole(1, 1_000) };
const typing: Record<string, Check> = { ...act, ...focus, ...hint, dispatch_action_config: dispatchConfig };
const urlResponse: Record<string, Check> = { response_url_enabled: flag };
const conversations: Record<string, Check> = { default_to_current_conversation: flag, filter: conversationFilter };
const ids = list(id, 1_000);
const date = matching(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD');
const time = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:mm');

const minBelowMax: Rule = (value, at, report) => {
  const { min_length: min, max_length: max } = value;
  if (typeof min === 'number' && typeof max === 'number' && min > max) report('min_length is above max_length', at);
};

export const button = shape(
  { text: plain(75) },
  { ...sure, url, value: text(2000), style, accessibility_label: text(75) },
);

const workflowButton = shape(
  {
    text: plain(75),
    workflow: shape({
      trigger: shape({ url }, { customizable_input_parameters: list(shape({ name: id, value: text(3000) }), 100) }),
    }),
  },
  { ...sure, style, accessibility_label: text(75) },
);

/** Selects, pickers and choices: what actions blocks, accessories and input blocks share. */
const choosing: Record<string, Check> = {
  static_select: shape(
    {},
    { ...menu, ...menuOptions, initial_option: menuOption },
    optionsOrGroups,
    initialAmongOptions('initial_option'),
  ),
  external_select: shape({}, { ...menu, initial_option: menuOption, min_query_length: whole(0, 3000) }),
  users_select: shape({}, { ...menu, initial_user: id }),
  conversations_select: shape({}, { ...menu, ...urlResponse, ...conversations, initial_conversation: id }),
  channels_select: shape({}, { ...menu, ...urlResponse, initial_channel: id }),
  multi_static_select: shape(
    {},
    { ...multi, ...menuOptions, initial_options: list(menuOption, 100, 1) },
    optionsOrGroups,
    initialAmongOptions('initial_options'),
  ),
  multi_external_select: shape(
    {},
    { ...multi, initial_options: list(menuOption, 100, 1), min_query_length: whole(0, 3000) },
  ),
  multi_users_select: shape({}, { ...multi, initial_users: ids }),
  multi_conversations_select: shape({}, { ...multi, ...conversations, initial_conversations: ids }),
  multi_channels_select: shape({}, { ...multi, initial_channels: ids }),
  datepicker: shape({}, { ...menu, initial_date: date }),
  timepicker: shape({}, { ...menu, initial_time: time, timezone: text(100, 1) }),
  datetimepicker: shape({}, { ...sure, ...focus, initial_date_time: whole(1_000_000_000, 9_999_999_999) }),
  checkboxes: shape(
    { options: list(choiceOption, 10, 1) },
    { ...sure, ...focus, initial_options: list(choiceOption, 10, 1) },
    initialAmongOptions('initial_options'),
  ),
  radio_buttons: shape(
    { options: list(choiceOption, 10, 1) },
    { ...sure, ...focus, initial_option: choiceOption },
    initialAmongOptions('initial_option'),
  ),
};

const richTextInput = shape(
  {},
  { ...typing, initial_value: richText, min_lines: whole(1, 100), max_lines: whole(1, 100) },
);
const overflow = shape({ options: list(overflowOption, 5, 1) }, sure);

/** What may stand in an actions block. */
export const actionElements: Record<string, Check> = {
  ...choosing,
  button,
  workflow_button: workflowButton,
  overflow,
  rich_text_input: richTextInput,
};

/** What may stand beside a section. */
export const accessories: Record<string, Check> = {
  ...choosing,
  button,
  workflow_button: workflowButton,
  overflow,
  image: imageElement,
};

/** What may stand in an input block. */
export const inputElements: Record<string, Check> = {
  ...choosing,
  rich_text_input: richTextInput,
  plain_text_input: shape(
    {},
    {
      ...typing,
      initial_value: text(3000),
      multiline: flag,
      min_length: whole(0, 3000),
      max_length: whole(1, 3000),
      min_lines: whole(1, 100),
      max_lines: whole(1, 100),
    },
    minBelowMax,
  ),
  email_text_input: shape({}, { ...typing, initial_value: text(3000) }),
  url_text_input: shape({}, { ...typing, initial_value: text(3000) }),
  number_input: shape(
    { is_decimal_allowed: flag },
    { ...typing, initial_value: text(100), min_value: text(100), max_value: text(100) },
  ),
  file_input: shape({}, { ...act, filetypes: list(text(20, 1), 100, 1), max_files: whole(1, 10) }),
};

const feedbackButton = shape({ text: plain(75), value: text(2000) }, { accessibility_label: text(75) });

/** What may stand in a context_actions block. */
export const contextActions: Record<string, Check> = {
  feedback_buttons: shape({ positive_button: feedbackButton, negative_button: feedbackButton }, act),
  icon_button: shape(
    { icon: oneOf('trash'), text: plain(75) },
    { ...sure, value: text(2000), accessibility_label: text(75), visible_to_user_ids: ids },
  ),
};

export const urlSource = shape({ url, text: text(3000, 1) });
export const rawText = shape({ text: text(10_000) });
export const rawNumber = shape({ value: number, text: text(10_000) });
