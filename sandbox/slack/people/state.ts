import { type Fields, isFields } from '../blocks/check.ts';
import { optionsOf } from '../blocks/objects.ts';

/** What a person tried that the real client would not let them do. */
export class Impossible extends Error {}

/** For each element: where its state keeps the value, and where the app put a first value. */
const KEPT: Record<string, { key: string; initial: string; many?: boolean }> = {
  plain_text_input: { key: 'value', initial: 'initial_value' },
  email_text_input: { key: 'value', initial: 'initial_value' },
  url_text_input: { key: 'value', initial: 'initial_value' },
  number_input: { key: 'value', initial: 'initial_value' },
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value' },
  static_select: { key: 'selected_option', initial: 'initial_option' },
  external_select: { key: 'selected_option', initial: 'initial_option' },
  radio_buttons: { key: 'selected_option', initial: 'initial_option' },
  overflow: { key: 'selected_option', initial: '' },
  checkboxes: { key: 'selected_options', initial: 'initial_options', many: true },
  multi_static_select: { key: 'selected_options', initial: 'initial_options', many: true },
  multi_external_select: { key: 'selected_options', initial: 'initial_options', many: true },
  users_select: { key: 'selected_user', initial: 'initial_user' },
  multi_users_select: { key: 'selected_users', initial: 'initial_users', many: true },
  channels_select: { key: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { key: 'selected_channels', initial: 'initial_channels', many: true },
  conversations_select: { key: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { key: 'selected_conversations', initial: 'initial_conversations', many: true },
  datepicker: { key: 'selected_date', initial: 'initial_date' },
  timepicker: { key: 'selected_time', initial: 'initial_time' },
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time' },
  file_input: { key: 'files', initial: '', many: true },
};

/** The state of an untouched element; undefined for one that keeps none (a button). */
export function initialState(element: Fields): Fields | undefined {
  const kept = KEPT[String(element.type)];
  if (!kept || element.type === 'overflow') return undefined;
  return { type: element.type, [kept.key]: element[kept.initial] ?? (kept.many ? [] : null) };
}

/** Whether a required element still lacks an answer. */
export function isEmpty(state: Fields | undefined): boolean {
  const kept = KEPT[String(state?.type)];
  const value = kept && state?.[kept.key];
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The state after a person put `value` in: plain values, option values or labels, or the state as Slack writes it. */
export function stateAfter(element: Fields, value: unknown, findUser: (ref: string) => string | undefined): Fields {
  const type = String(element.type);
  const kept = KEPT[type];
  if (!kept) throw new Impossible(`nothing can be filled into a ${type}`);
  const given = isFields(value) && kept.key in value ? value[kept.key] : value;
  if (given === null || given === '') return { type, [kept.key]: kept.many ? [] : null };
  const read = (one: unknown) => readOne(type, element, one, findUser);
  if (!kept.many) return { type, [kept.key]: read(given) };
  return { type, [kept.key]: (Array.isArray(given) ? given : [given]).map(read) };
}

function readOne(
  type: string,
  element: Fields,
  value: unknown,
  findUser: (ref: string) => string | undefined,
): unknown {
  if (type.endsWith('users_select')) {
    return findUser(String(value)) ?? impossible(`there is nobody called ${String(value)} to pick`);
  }
  if (type === 'external_select' || type === 'multi_external_select') {
    return isFields(value) ? value : { text: { type: 'plain_text', text: String(value) }, value: String(value) };
  }
  if (/static_select|radio_buttons|checkboxes|overflow/.test(type)) return pickOption(element, value);
  if (type === 'number_input') return checkedNumber(element, String(value));
  if (type === 'plain_text_input') return checkedText(element, String(value));
  if (type === 'datetimepicker') return Number(value);
  return type === 'rich_text_input' || type === 'file_input' ? value : String(value);
}

function pickOption(element: Fields, value: unknown): Fields {
  const wanted = isFields(value) ? value.value : value;
  const options = optionsOf(element);
  const found = options.find(
    option => option.value === wanted || (isFields(option.text) && option.text.text === wanted),
  );
  return found ?? impossible(`no option ${String(wanted)}; there are: ${options.map(one => one.value).join(', ')}`);
}

function checkedText(element: Fields, value: string): string {
  if (typeof element.max_length === 'number' && value.length > element.max_length) {
    return impossible(`longer than the ${element.max_length} characters the field takes`);
  }
  if (typeof element.min_length === 'number' && value.length < element.min_length) {
    return impossible(`shorter than the ${element.min_length} characters the field wants`);
  }
  return value;
}

function checkedNumber(element: Fields, value: string): string {
  const parsed = Number(value);
  if (Number.isNaN(parsed)) return impossible(`${value} is not a number`);
  if (element.is_decimal_allowed !== true && !Number.isInteger(parsed)) return impossible('decimals are not taken');
  if (element.min_value !== undefined && parsed < Number(element.min_value)) return impossible('below the minimum');
  if (element.max_value !== undefined && parsed > Number(element.max_value)) return impossible('above the maximum');
  return value;
}

function impossible(why: string): never {
  throw new Impossible(why);
}
