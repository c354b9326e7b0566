/** Block Kit as DOM nodes: what Baton's messages, modals and Home use. `act(element, block, value)` is told of every press. */
import { h } from './dom.js';
import { field, isGroup, pressable } from './elements.js';
import { chart, dataTable } from './figures.js';
import { emoji, mrkdwn } from './mrkdwn.js';

/** The blocks of a message; its text when it has none. */
export function message({ blocks = [], text }, { people, act }) {
  const shown = surface(blocks, { people, act });
  return shown.length > 0 ? shown : [h('div', { class: 'block' }, mrkdwn(text ?? '', people))];
}

/** Blocks of a modal or of Home. `errors`: what stands under which input. */
export function surface(blocks, { people, act, errors = {} }) {
  return blocks.map(block => render(block, { people, act, errors })).filter(Boolean);
}

function words(object, people) {
  if (!object) return [];
  return object.type === 'mrkdwn' ? mrkdwn(object.text, people) : [emoji(object.text)];
}

function render(block, { people, act, errors }) {
  switch (block.type) {
    case 'header':
      return h('div', { class: 'block header', role: 'heading', 'aria-level': '4' }, words(block.text, people));
    case 'section':
      return h(
        'div',
        { class: 'block section' },
        block.text && h('div', {}, words(block.text, people)),
        block.fields &&
          h(
            'div',
            { class: 'block fields' },
            block.fields.map(one => h('div', {}, words(one, people))),
          ),
        block.accessory && h('div', { class: 'block actions' }, interactive(block.accessory, block, act)),
      );
    case 'context':
      return h(
        'div',
        { class: 'block context' },
        block.elements.map(one => h('span', {}, words(one, people))),
      );
    case 'actions':
      return h(
        'div',
        { class: 'block actions' },
        block.elements.map(one => interactive(one, block, act)),
      );
    case 'input':
      return input(block, act, errors[block.block_id]);
    case 'alert':
      return h('div', { class: `block alert ${block.level ?? ''}`, role: 'note' }, words(block.text, people));
    case 'divider':
      return h('div', { class: 'block' }, h('hr'));
    case 'data_table':
      return dataTable(block);
    case 'data_visualization':
      return chart(block);
    case 'image':
      return h('div', { class: 'block' }, h('img', { src: block.image_url, alt: block.alt_text }));
    default:
      return h('div', { class: 'block context' }, `(${block.type})`);
  }
}

function interactive(element, block, act) {
  return pressable(element, block, act) ?? h('label', { class: 'inline' }, field(element, block, act));
}

function input(block, act, error) {
  const id = `field-${block.block_id}`;
  const told = error && `${id}-error`;
  const group = isGroup(block.element);
  const label = [emoji(block.label.text), block.optional && h('small', {}, ' (optional)')];
  return h(
    group ? 'fieldset' : 'div',
    { class: 'block input' },
    group ? h('legend', {}, label) : h('label', { for: id }, label),
    field(block.element, block, block.dispatch_action ? act : undefined, { id, told, optional: block.optional }),
    block.hint && h('p', { class: 'hint' }, emoji(block.hint.text)),
    error && h('p', { class: 'wrong', id: told, role: 'alert' }, error),
  );
}
