/** Block Kit as DOM nodes: what Baton's messages use. `press(element, block)` is called for real buttons. */
import { h } from './dom.js';
import { emoji, mrkdwn } from './mrkdwn.js';

export function message(given, { people, press }) {
  const { blocks = [], text } = given;
  const shown = blocks.map(block => render(block, people, press)).filter(Boolean);
  return shown.length > 0 ? shown : [h('div', { class: 'block' }, mrkdwn(text ?? '', people))];
}

function words(object, people) {
  if (!object) return [];
  return object.type === 'mrkdwn' ? mrkdwn(object.text, people) : [emoji(object.text)];
}

function render(block, people, press) {
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
            block.fields.map(field => h('div', {}, words(field, people))),
          ),
        block.accessory && h('div', { class: 'block actions' }, element(block.accessory, block, press)),
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
        block.elements.map(one => element(one, block, press)),
      );
    case 'divider':
      return h('div', { class: 'block' }, h('hr'));
    case 'image':
      return h('div', { class: 'block' }, h('img', { src: block.image_url, alt: block.alt_text }));
    default:
      return h('div', { class: 'block context' }, `(${block.type})`);
  }
}

function element(one, block, press) {
  const kind = one.style ?? '';
  if (one.type !== 'button') return h('span', {}, `(${one.type})`);
  const label = emoji(one.text.text);
  if (one.url) return h('a', { class: kind, href: one.url, target: '_blank', rel: 'noreferrer' }, label);
  return h(
    'button',
    { class: kind, type: 'button', 'data-action': one.action_id, onclick: event => press(one, block, event.target) },
    label,
  );
}
