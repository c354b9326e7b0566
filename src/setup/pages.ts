/** What whoever sets Baton up reads and fills in: one list of steps, the current one a form. Pure. */

import { shortPage } from '../http/short-page.ts';
import { html, type Markup, type Piece } from '../lib/markup.ts';
import { isLoopback } from './address.ts';
import { createAppLink, manifestFor, socketManifest } from './app-manifest.ts';
import { FIELDS, type Field, type FieldProblems, LABELS } from './slack-values.ts';

/** How far the set-up is. */
export interface Progress {
  /** Where the keys lie; absent: there are none yet. */
  keysIn?: string | undefined;
  areKeysFromEnvironment: boolean;
  /** Absent: not given yet. */
  address?: string | undefined;
  isAddressFromEnvironment: boolean;
  /** Slack has called the address. */
  isSlackHeard: boolean;
}

export type Step = 'keys' | 'address' | 'app' | 'socket';

/** What went wrong with what was sent just now, and what of it may be shown again. */
export interface Trouble {
  /** Above the form. */
  notice?: string;
  /** At the only field of a step. */
  problem?: string;
  /** What was typed there. */
  typed?: string;
  /** The address may be used although it could not be reached. */
  mayInsist?: boolean;
  fields?: FieldProblems;
  clientId?: string;
  socket?: SocketProblems;
}

export type SocketProblems = Partial<Record<'bot_token' | 'app_token', string>>;

const FOOTER = [
  { label: 'Set-up guide', to: '/docs/setup.md' },
  { label: 'Set it up with environment variables instead', to: '/docs/hosting.md' },
];
const PLACE = 'Set-up on this server';
const STEPS = 5;

const page = (title: string, main: Markup, goOn?: { to: string; seconds: number }) =>
  shortPage({ title, place: PLACE, main, footer: FOOTER, ...(goOn && { goOn }) });

/** Before the code nobody learns anything of this installation. */
export function codePage(problem?: string, isPlain = false): string {
  const form = html`<form class="card" method="post" action="/setup/code"><h2>Code from your terminal</h2>
<p>Baton has printed it where it was started. It works once, for 30 minutes.</p>
${field({ id: 'code', label: 'Code', problem, attributes: html`autocomplete="off" autocapitalize="characters" spellcheck="false"` })}
<p class="acts"><button class="go">Go on</button></p></form>`;
  const main = html`${head(1, 10, 'Type the code from your terminal')}${isPlain && banner(PLAIN)}
<ol class="steps"><li class="now" aria-current="step">${form}</li>${later(2)}</ol>`;
  return page(`Set up Baton, step 1 of ${STEPS}`, main);
}

const PLAIN =
  'This page came without encryption: whoever is between you and Baton can read what you paste. Open it over https, or on the machine itself.';

/** @param minutesLeft until this browser has to show a code again */
export function stepPage(
  step: Step,
  progress: Progress,
  minutesLeft: number,
  trouble: Trouble,
  isPlain: boolean,
): string {
  const at = step === 'keys' ? 2 : step === 'address' ? 3 : 4;
  const { title, minutes, form } = FORMS[step](progress, trouble);
  const notices = html`${isPlain && banner(PLAIN)}${trouble.notice && banner(trouble.notice)}`;
  const main = html`${head(at, minutes, title)}${notices}<ol class="steps">${doneSteps(at, progress, minutesLeft)}
<li class="now" aria-current="step">${form}</li>${later(at + 1)}</ol>${step === 'address' && NO_ADDRESS}`;
  return page(`Set up Baton, step ${at} of ${STEPS}`, main);
}

const NO_ADDRESS = html`<p class="soft">No public address yet? <a href="/?step=socket">Try it with Socket Mode</a> first; you can add the address later.</p>`;

const FORMS: Record<Step, (progress: Progress, trouble: Trouble) => { title: string; minutes: number; form: Markup }> =
  {
    keys: () => ({
      title: 'Make Baton’s keys',
      minutes: 9,
      form: html`<form class="card" method="post" action="/setup/keys"><h2>Make keys</h2>
<p>One key seals every token that Baton keeps, one is the secret part of the addresses your systems call. They stay on this server.</p>
<p class="acts"><button class="go">Make the keys</button></p></form>`,
    }),
    address: ({ address = '' }, { problem, typed = address, mayInsist }) => ({
      title: 'Say where Slack reaches Baton',
      minutes: 8,
      form: html`<form class="card" method="post" action="/setup/address"><h2>Public address</h2>
<p>The https address of this Baton, seen from outside. Baton looks whether it leads here.</p>
${field({ id: 'address', label: 'Address', problem, value: typed, attributes: html`inputmode="url" autocomplete="off" placeholder="https://baton.your-company.com"` })}
<p class="acts"><button class="go">Check</button>${mayInsist && html`<button name="anyway" value="yes">Use it anyway</button>`}</p></form>`,
    }),
    app: ({ address = '', isSlackHeard }, { fields = {}, clientId = '' }) => ({
      title: 'Give Baton its three Slack values',
      minutes: 5,
      form: html`<form class="card" method="post" action="/setup/values"><h2>Slack app</h2>
<p><a class="btn" href="${createAppLink(manifestFor(address))}" target="_blank" rel="noopener noreferrer">Create the Slack app</a></p>
<p>It opens in a new tab with everything filled in. Choose your workspace, press Next, then Create.</p>
<p>Then open <b>Basic Information</b> there and scroll to <b>App Credentials</b>. They stand there in this order.</p>
${FIELDS.map(one => valueField(one, fields[one], one === 'client_id' ? clientId : ''))}
<p class="soft">${heardLine(address, isSlackHeard)}</p>
<p class="acts"><button class="go">Save and install</button><small>Next, Slack asks you to allow Baton.</small></p></form>`,
    }),
    socket: (_progress, { socket = {} }) => ({
      title: 'Try Baton with Socket Mode',
      minutes: 5,
      form: html`<form class="card" method="post" action="/setup/socket"><h2>Slack app without a public address</h2>
<p>For a trial in one workspace: Baton calls Slack, nothing calls Baton. What only calls in (forms, webhooks) waits for an address; polling works.</p>
<p><a class="btn" href="${createAppLink(socketManifest())}" target="_blank" rel="noopener noreferrer">Create the Slack app</a></p>
<p>In the new app press <b>Install to Workspace</b> and copy the Bot User OAuth Token (OAuth &amp; Permissions). Under <b>Basic Information</b>, App-Level Tokens, generate one with the scope <code>connections:write</code>.</p>
${field({ id: 'bot_token', label: 'Bot User OAuth Token', problem: socket.bot_token, attributes: SECRET })}
${field({ id: 'app_token', label: 'App-Level Token', problem: socket.app_token, attributes: SECRET })}
<p class="acts"><button class="go">Save and start</button><a href="/?step=address">Back to the public address</a></p></form>`,
    }),
  };

/** While the process begins: it leads on by itself. */
export function startingPage(to: string): string {
  const main = html`<header class="lead"><h1>Baton is starting</h1><p class="soft">This page goes on by itself in a few seconds. What you saved is kept; the terminal says if something is wrong.</p></header>`;
  return page('Baton is starting', main, { to, seconds: 1 });
}

const heardLine = (address: string, isHeard: boolean): Piece => {
  if (isLoopback(address)) return 'This address is this machine’s own: Slack itself cannot call it.';
  return isHeard
    ? html`Slack has called <code>${address}/slack/events</code>: the request address works.`
    : html`Slack has not called <code>${address}/slack/events</code> yet. If Slack shows it as not verified (Event Subscriptions), press Retry there.`;
};

function head(at: number, minutes: number, title: string): Markup {
  return html`<header class="lead"><p class="kick">Step ${at} of ${STEPS} · about ${minutes} minutes left</p><h1>${title}</h1>
<p class="soft">Everything you enter stays on this server. You can close this page and come back.</p></header>`;
}

const banner = (text: string) => html`<p class="banner" role="alert">${text}</p>`;

const done = (title: string, what: Piece) => html`<li class="done"><h2>${title}</h2><p class="soft">${what}</p></li>`;

function doneSteps(at: number, progress: Progress, minutesLeft: number): Markup[] {
  const { keysIn = '', areKeysFromEnvironment, address = '', isAddressFromEnvironment } = progress;
  const keys = areKeysFromEnvironment
    ? 'From the environment.'
    : html`In <code>${keysIn}</code>, readable by Baton only. Back this file up.`;
  const where = html`<code>${address}</code>${isAddressFromEnvironment ? ', from the environment.' : html`. <a href="/?step=address">Change the address</a>`}`;
  return [
    done('Code accepted', `This browser only, for ${minutesLeft} more ${minutesLeft === 1 ? 'minute' : 'minutes'}.`),
    ...(at > 2 ? [done('Keys made', keys)] : []),
    ...(at > 3 && address ? [done('Address known', where)] : []),
  ];
}

const LATER: Record<number, [title: string, text: string]> = {
  2: ['Keys', 'Made here, kept here.'],
  3: ['Public address', 'Where Slack reaches Baton.'],
  4: ['Slack app', 'One link makes it; three values to copy.'],
  5: ['Allow Baton in Slack', 'Then the rest happens in Slack: connect your systems, choose people, watch.'],
};

const later = (from: number): Markup[] =>
  Object.entries(LATER)
    .filter(([step]) => Number(step) >= from)
    .map(([, [title, text]]) => html`<li><h2>${title}</h2><p class="soft">${text}</p></li>`);

const SECRET = html`type="password" autocomplete="off"`;

const valueField = (name: Field, problem: string | undefined, value: string) =>
  field({
    id: name,
    label: LABELS[name],
    problem,
    value,
    attributes: name === 'client_id' ? html`inputmode="decimal" autocomplete="off"` : SECRET,
  });

interface FieldOptions {
  /** Also its name. */
  id: string;
  label: string;
  problem: string | undefined;
  value?: string;
  attributes: Markup;
}

function field({ id, label, problem, value = '', attributes }: FieldOptions): Markup {
  const marks = problem && html` aria-invalid="true" aria-describedby="${id}-problem"`;
  const shown = value && html` value="${value}"`;
  const said = problem && html`<p id="${id}-problem">${problem}</p>`;
  return html`<div class="field${problem && ' err'}"><label for="${id}">${label}</label><input id="${id}" name="${id}" ${attributes}${shown}${marks}>${said}</div>`;
}
