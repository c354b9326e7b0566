/** Buttons, menus and fields of Block Kit. */
import { h } from './dom.js';
import { emoji } from './mrkdwn.js';
import { CHANNELS, PEOPLE } from './workspace.js';

/** A button, link or overflow menu; undefined for what is filled in rather than pressed. */
export function pressable(element, block, act) {
  if (element.type === 'button') return button(element, block, act);
  return element.type === 'overflow' ? menu(element, block, act) : undefined;
}

function button(element, block, act) {
  const kind = element.style ?? '';
  const label = emoji(element.text.text);
  const press = event => confirmed(element) && act(element, block, element.value, event.currentTarget);
  if (element.url) {
    return h('a', { class: kind, href: element.url, target: '_blank', rel: 'noreferrer', onclick: press }, label);
  }
  return h(
    'button',
    {
      class: kind,
      type: 'button',
      'data-action': element.action_id,
      'aria-label': element.accessibility_label,
      onclick: press,
    },
    label,
  );
}

function confirmed({ confirm: asked }) {
  return !asked || globalThis.confirm([asked.title?.text, asked.text?.text].filter(Boolean).join('\n\n'));
}

function menu(element, block, act) {
  const choose = option => event => {
    event.currentTarget.closest('details').open = false;
    if (!option.url && confirmed(element)) act(element, block, option.value, event.currentTarget);
  };
  return h(
    'details',
    { class: 'menu', ontoggle: event => event.currentTarget.lastChild.scrollIntoView({ block: 'nearest' }) },
    h('summary', { 'aria-label': 'More actions', 'data-action': element.action_id }, '⋯'),
    h(
      'div',
      { class: 'choices' },
      element.options.map(option =>
        option.url
          ? h('a', { href: option.url, target: '_blank', rel: 'noreferrer' }, emoji(option.text.text))
          : h('button', { type: 'button', onclick: choose(option) }, emoji(option.text.text)),
      ),
    ),
  );
}

const TYPES = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

const asOptions = named => Object.entries(named).map(([value, text]) => ({ value, text: { text } }));

/** What can be chosen: the app's own, or the people or channels there are. */
function optionsOf({ type, options = [], option_groups: groups = [] }) {
  if (type.endsWith('users_select')) return asOptions(PEOPLE);
  if (/(conversations|channels)_select$/.test(type)) return asOptions(CHANNELS);
  return [...options, ...groups.flatMap(group => group.options)];
}

/** What is chosen already. */
const firstOf = element =>
  new Set(
    [
      element.initial_option?.value,
      element.initial_user,
      element.initial_conversation,
      ...(element.initial_options ?? []).map(one => one.value),
      ...(element.initial_users ?? []),
    ].filter(Boolean),
  );

/** Several things stand under one label. */
export const isGroup = ({ type }) => ['radio_buttons', 'checkboxes'].includes(type) || type.startsWith('multi_');

/** Something to fill in. With `act`, every change is told at once. Its value is read back by `valuesOf`. */
export function field(element, block, act, { id, told, optional } = {}) {
  const tell = act && (event => act(element, block, read(event.currentTarget), event.currentTarget));
  const marks = {
    id,
    'data-block': block.block_id,
    'data-element': element.action_id,
    'data-type': element.type,
    'aria-describedby': told,
    'aria-invalid': told && 'true',
    required: optional === false,
    onchange: tell,
  };
  if (isGroup(element)) return choices(element, marks);
  if (element.type.endsWith('_select')) return select(element, marks);
  if (element.type in TYPES) return typed(element, marks);
  return h('span', {}, `(${element.type})`);
}

function typed(element, marks) {
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? localTime(element);
  const limits = { maxlength: element.max_length, min: element.min_value, max: element.max_value };
  const hint = element.placeholder?.text;
  if (element.multiline) return h('textarea', { ...marks, ...limits, rows: 5, placeholder: hint }, value ?? '');
  return h('input', { ...marks, ...limits, type: TYPES[element.type], value, placeholder: hint });
}

function localTime({ initial_date_time: seconds }) {
  if (!seconds) return undefined;
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function select(element, marks) {
  const first = firstOf(element);
  const option = one => h('option', { value: one.value, selected: first.has(one.value) }, emoji(one.text.text));
  const options = element.option_groups
    ? element.option_groups.map(group => h('optgroup', { label: group.label.text }, group.options.map(option)))
    : optionsOf(element).map(option);
  return h('select', { ...marks, 'aria-label': marks.id ? undefined : element.placeholder?.text }, [
    h('option', { value: '' }, element.placeholder?.text ?? 'Choose'),
    ...options,
  ]);
}

function choices(element, marks) {
  const kind = element.type === 'radio_buttons' ? 'radio' : 'checkbox';
  const first = firstOf(element);
  return h(
    'div',
    { ...marks, id: undefined, required: false, class: element.type.startsWith('multi_') ? 'many' : undefined },
    optionsOf(element).map(one =>
      h(
        'label',
        { class: 'choice' },
        h('input', { type: kind, name: marks.id, value: one.value, checked: first.has(one.value) }),
        emoji(one.text.text),
        one.description && h('small', {}, emoji(one.description.text)),
      ),
    ),
  );
}

/** What a field holds, as the sandbox's `submit` takes it. */
function read(node) {
  const { type } = node.dataset;
  if (type === 'radio_buttons') return node.querySelector(':checked')?.value ?? '';
  if (type === 'checkboxes' || type.startsWith('multi_'))
    return [...node.querySelectorAll(':checked')].map(one => one.value);
  if (type === 'datetimepicker') return node.value ? Math.floor(new Date(node.value).getTime() / 1000) : '';
  return node.value;
}

/** Everything filled in below `root`: block → element → value. */
export function valuesOf(root) {
  const values = {};
  for (const node of root.querySelectorAll('[data-block]')) {
    const { block, element } = node.dataset;
    values[block] = { ...values[block], [element]: read(node) };
  }
  return values;
}
