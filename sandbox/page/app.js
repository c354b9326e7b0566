/** The page: asks for one moment of everything, shows it, and presses what is pressed. */
import { message, surface } from './blocks.js';
import { h } from './dom.js';
import { modal } from './modal.js';
import { setToday } from './mrkdwn.js';
import { records } from './records.js';
import { stories } from './story.js';
import { PEOPLE, PLACES, VIEWERS } from './workspace.js';

const EVERY = 500;
/** Whoever came from "Open Slack" is shown their own. */
const cameAs = new URLSearchParams(location.search).get('viewer');
const here = {
  viewer: cameAs in VIEWERS ? cameAs : 'marcus@example.com',
  place: 'dm',
  lead: undefined,
  /** The newest lead that was drawn. */
  newest: undefined,
  system: 'crm',
};
const drawn = new Map();
const find = id => document.getElementById(id);
const showModal = modal(find('modal'), { people: PEOPLE, perform });

async function ask(path, body) {
  const options = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/demo/api/${path}`, options).catch(() => undefined);
  if (!answer) throw new Error('The demo does not answer. Is it still running? Start it again with: npm run demo');
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? `The demo answered ${answer.status}.`);
  return said;
}

/** Shows what went wrong, and what to do, until it works again: what a press was told stays until the next press. */
async function guarded(work, what = 'press') {
  const trouble = find('trouble');
  try {
    await work();
    if (what === 'press' || trouble.dataset.of === what) trouble.hidden = true;
  } catch (error) {
    trouble.textContent = error.message;
    trouble.dataset.of = what;
    trouble.hidden = false;
  }
}

/** Draws into a place only when what it shows has changed: focus and scrolling stay. */
function draw(id, shown, make) {
  const key = JSON.stringify(shown);
  if (drawn.get(id) === key) return false;
  drawn.set(id, key);
  find(id).replaceChildren(...[make()].flat());
  return true;
}

/** Does something as the person whose Slack is shown; answers what Baton answered. */
async function perform(what, pressed) {
  let answer;
  await guarded(async () => {
    pressed?.setAttribute('aria-busy', 'true');
    try {
      answer = await ask('act', { user: here.viewer, ...what });
      await look();
    } finally {
      pressed?.removeAttribute('aria-busy');
    }
  });
  return answer;
}

function choices(id, options, role, chosen, choose) {
  const mark = role === 'tab' ? 'aria-selected' : 'aria-checked';
  draw(id, [options, chosen], () =>
    Object.entries(options).map(([value, label]) =>
      h('button', { type: 'button', role, [mark]: String(value === chosen), onclick: () => choose(value) }, label),
    ),
  );
}

function show(now) {
  showTime(now.now);
  choices('viewers', VIEWERS, 'radio', here.viewer, viewer => enter(here.place, viewer));
  choices('places', PLACES, 'radio', here.place, place => enter(place));
  choices('systems-tabs', { crm: now.crm.name, source: 'HubSpot' }, 'tab', here.system, system => move({ system }));
  find('place-title').textContent = here.place.startsWith('#')
    ? here.place
    : `${VIEWERS[here.viewer]} · ${PLACES[here.place]}`;
  if (here.place === 'home') home(now.home);
  else messages(now.slack.messages ?? []);
  showModal(now.modal);
  find('hint').hidden = find('hint').textContent === '' || now.handoffs.length > 0;
  leads(now.handoffs);
  draw('systems', [here.system, here.system === 'source' ? now.contacts : now.crm], () => records(here.system, now));
}

function home(view) {
  draw('messages', [here.viewer, here.place, view], () => {
    if (!view) return h('p', { class: 'empty' }, 'Baton is drawing this Home…');
    // Home may have been published anew meanwhile, with other block ids: what was pressed is still what it is.
    const act = (element, _block, value, button) =>
      perform({ click: { view_id: view.id, action_id: element.action_id, value } }, button);
    return surface(view.blocks, { people: PEOPLE, act });
  });
}

function messages(list) {
  const seen = new Set(JSON.parse(drawn.get('seen') ?? '[]'));
  const changed = draw('messages', [here.viewer, here.place, list], () =>
    list.length > 0
      ? list.map(one => bubble(one, seen))
      : h(
          'p',
          { class: 'empty' },
          'No messages here yet. Send a lead with the buttons above, or look over another shoulder.',
        ),
  );
  if (!changed) return;
  drawn.set('seen', JSON.stringify(list.map(one => one.ts)));
  find('messages').scrollTop = find('messages').scrollHeight;
}

function bubble(one, seen) {
  const at = new Date(Number(one.ts) * 1000).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const act = (element, block, value, button) =>
    perform(
      {
        click: {
          channel: one.channel,
          ts: one.ts,
          action_id: element.action_id,
          block_id: block.block_id,
          ...(value !== undefined && { value }),
        },
      },
      button,
    );
  return h(
    'article',
    { class: seen.has(one.ts) ? 'message' : 'message new' },
    h('div', { class: 'avatar', 'aria-hidden': 'true' }, 'B'),
    h(
      'div',
      {},
      h('div', { class: 'who' }, 'Baton', h('small', {}, at)),
      one.ephemeral && h('div', { class: 'only' }, 'Only visible to you'),
      message(one, { people: PEOPLE, act }),
      (one.replies ?? []).length > 0 &&
        h(
          'div',
          { class: 'thread', role: 'group', 'aria-label': 'Thread' },
          one.replies.map(reply => h('div', { class: 'reply' }, message(reply, { people: PEOPLE, act: () => {} }))),
        ),
    ),
  );
}

const repName = email => VIEWERS[email] ?? email ?? '—';

function leads(list) {
  const newest = list[0]?.handoffId;
  // The story is that of the newest, until somebody picks another.
  if (newest !== here.newest) here.lead = newest;
  here.newest = newest;
  draw('leads', [here.lead, list], () =>
    list.length === 0
      ? h(
          'p',
          { class: 'empty' },
          find('hint').textContent
            ? 'No lead has been handed to sales yet. While Baton watches, its Home lists what would have become of each.'
            : 'No lead has crossed the threshold yet. Press “Emma visits the pricing page”.',
        )
      : h(
          'table',
          {},
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ['Lead', 'Priority', 'With', 'State', 'Card after'].map(title => h('th', { scope: 'col' }, title)),
            ),
          ),
          h('tbody', {}, list.map(row)),
        ),
  );
}

function row(lead) {
  const after = lead.deliveredAt && `${((new Date(lead.deliveredAt) - new Date(lead.seenAt)) / 1000).toFixed(2)} s`;
  return h(
    'tr',
    { 'aria-selected': String(lead.handoffId === here.lead) },
    h(
      'td',
      {},
      h('button', { type: 'button', onclick: () => move({ lead: lead.handoffId }) }, lead.name),
      lead.company && h('div', { class: 'only' }, lead.company),
    ),
    h('td', {}, h('span', { class: `tag ${lead.priority}` }, lead.priority)),
    h('td', {}, repName(lead.rep)),
    h('td', {}, lead.state),
    h('td', {}, after ?? '—'),
  );
}

/** Goes somewhere. Slack tells Baton when somebody opens its Home. */
async function enter(place, viewer = here.viewer) {
  await move({ place, viewer });
  if (place === 'home') await perform({ home: {} });
}

async function move(to) {
  Object.assign(here, to);
  await guarded(look);
}

/** A pointer is pressed: a button drawn anew under it would never hear of the press. */
let isPressed = false;
addEventListener('pointerdown', () => {
  isPressed = true;
});
for (const end of ['pointerup', 'pointercancel', 'blur']) {
  addEventListener(end, () => {
    isPressed = false;
  });
}
const STEP = 20;
/** Longer nobody presses; and a dialog in between may keep the end of a press to itself. */
const LONGEST_PRESS = 500;

async function released() {
  for (let waited = 0; isPressed && waited < LONGEST_PRESS; waited += STEP) {
    await new Promise(resolve => setTimeout(resolve, STEP));
  }
  isPressed = false;
}

async function look() {
  const now = await ask(`state?${new URLSearchParams({ viewer: here.viewer, place: here.place })}`);
  await released();
  show(now);
  const { story } = here.lead ? await ask(`story/${here.lead}`) : { story: [] };
  draw('story', story, () => stories(story));
}

async function buttons() {
  const { cast, hint } = await ask('cast');
  find('hint').textContent = hint ?? '';
  const send = (label, describe, path, body) =>
    h(
      'button',
      {
        type: 'button',
        title: describe,
        onclick: event =>
          guarded(async () => {
            event.target.setAttribute('aria-busy', 'true');
            try {
              await ask(path, body);
              await look();
            } finally {
              event.target.removeAttribute('aria-busy');
            }
          }),
      },
      label,
    );
  find('send').replaceChildren(
    ...cast.map(one => send(one.label, one.describe, 'lead', { which: one.key })),
    send('A burst of 50', '50 leads at once', 'burst', {}),
    h(
      'button',
      {
        type: 'button',
        title: 'Slack’s shortcut menu: a lead from a conversation',
        onclick: event => perform({ shortcut: { callback_id: 'hand_off' } }, event.currentTarget),
      },
      'Hand off a lead…',
    ),
  );
}

/** What is due then happens within two seconds: Baton looks for it as often. */
for (const button of find('clock').querySelectorAll('button')) {
  button.addEventListener('click', () =>
    guarded(async () => {
      await ask('clock', { minutes: Number(button.dataset.minutes) });
      await look();
    }),
  );
}

function showTime(iso) {
  const now = new Date(iso);
  setToday(now);
  find('now').dateTime = iso;
  find('now').textContent = now.toLocaleString([], { weekday: 'short', hour: 'numeric', minute: '2-digit' });
}

find('command').addEventListener('submit', event => {
  event.preventDefault();
  const text = find('text').value;
  find('text').value = '';
  void perform({ command: { text } });
});

await guarded(buttons);
for (;;) {
  await guarded(look, 'look');
  await new Promise(resolve => setTimeout(resolve, EVERY));
}
