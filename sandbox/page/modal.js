/** The modal a person has open: drawn, filled in, submitted, closed. */
import { surface } from './blocks.js';
import { h } from './dom.js';
import { valuesOf } from './elements.js';

/**
 * Keeps `dialog` showing the view on top of the viewer's stack. `perform(what)` does something as the viewer and answers
 * what Baton answered.
 */
export function modal(dialog, { people, perform }) {
  let shown = '';

  const close = view => perform({ close: { view_id: view.id } });
  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    dialog.querySelector('[data-close]')?.click();
  });

  function draw(view, errors = {}) {
    const act = (element, block, value) =>
      perform({ click: { view_id: view.id, action_id: element.action_id, block_id: block.block_id, value } });
    const form = h(
      'form',
      { method: 'dialog', novalidate: true, onsubmit: event => submit(event, view) },
      h('h3', {}, view.title?.text ?? ''),
      h('div', { class: 'body' }, surface(view.blocks, { people, act, errors })),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', 'data-close': true, onclick: () => close(view) }, view.close?.text ?? 'Close'),
        view.submit && h('button', { class: 'primary', type: 'submit' }, view.submit.text),
      ),
    );
    dialog.replaceChildren(form);
    if (!dialog.open) dialog.showModal();
  }

  async function submit(event, view) {
    event.preventDefault();
    const values = valuesOf(dialog);
    const answer = await perform({ submit: { view_id: view.id, values } });
    if (answer?.outcome === 'errors') mark(answer.body.errors);
  }

  /** Errors are put under their fields without drawing anew: what was typed stays. */
  function mark(errors) {
    for (const old of dialog.querySelectorAll('.wrong')) old.remove();
    for (const [block, text] of Object.entries(errors)) {
      const field = dialog.querySelector(`[data-block="${CSS.escape(block)}"]`);
      field?.setAttribute('aria-invalid', 'true');
      field?.after(h('p', { class: 'wrong', role: 'alert' }, text));
    }
    dialog.querySelector('[aria-invalid]')?.focus();
  }

  return view => {
    const key = view ? `${view.id} ${view.hash}` : '';
    if (key === shown) return;
    shown = key;
    if (view) draw(view);
    else if (dialog.open) dialog.close();
  };
}
