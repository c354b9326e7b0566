/** Slack's mrkdwn as DOM nodes: bold, italic, strike, code, links, mentions and dates. */
import { h } from './dom.js';

const TOKEN = /<([^<>]+)>|\*([^*\n]+)\*|(?<![\w])_([^_\n]+)_(?![\w])|~([^~\n]+)~|`([^`\n]+)`|\n/g;
const SAFE_LINK = /^(https?|tel|mailto):/;

/** The emoji Baton's messages use, by Slack's names. */
const EMOJI = {
  red_circle: '🔴',
  email: '✉️',
  telephone_receiver: '📞',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  white_circle: '⚪',
  large_blue_circle: '🔵',
  alarm_clock: '⏰',
  white_check_mark: '✅',
  trophy: '🏆',
  seedling: '🌱',
  office: '🏢',
  warning: '⚠️',
  hourglass_flowing_sand: '⏳',
  hourglass: '⌛',
  raised_hand: '✋',
  wave: '👋',
  no_entry_sign: '🚫',
  information_source: 'ℹ️',
  mag: '🔍',
  speech_balloon: '💬',
  fire: '🔥',
  rotating_light: '🚨',
  large_green_circle: '🟢',
  palm_tree: '🌴',
  zzz: '💤',
  arrow_right: '➡️',
  bar_chart: '📊',
  snowflake: '❄️',
  bell: '🔔',
  arrows_counterclockwise: '🔄',
  bust_in_silhouette: '👤',
  dart: '🎯',
  date: '📅',
  eyes: '👀',
  incoming_envelope: '📨',
  pause_button: '⏸️',
  rocket: '🚀',
  test_tube: '🧪',
  electric_plug: '🔌',
  hammer_and_wrench: '🛠️',
  heavy_minus_sign: '➖',
  outbox_tray: '📤',
  stopwatch: '⏱️',
  twisted_rightwards_arrows: '🔀',
  wastebasket: '🗑️',
  x: '❌',
};

export const emoji = text => text.replace(/:([a-z_]+):/g, (whole, name) => EMOJI[name] ?? whole);

const plainText = text => emoji(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));

export function mrkdwn(text, people = {}) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > from) nodes.push(plainText(text.slice(from, match.index)));
    nodes.push(token(match, people));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(plainText(text.slice(from)));
  return nodes;
}

function token([whole, angle, bold, italic, strike, code], people) {
  if (angle !== undefined) return special(angle, people);
  if (bold !== undefined) return h('strong', {}, mrkdwn(bold, people));
  if (italic !== undefined) return h('em', {}, mrkdwn(italic, people));
  if (strike !== undefined) return h('s', {}, mrkdwn(strike, people));
  if (code !== undefined) return h('code', {}, plainText(code));
  return whole === '\n' ? h('br') : whole;
}

function special(inside, people) {
  const [target, label] = inside.split('|', 2);
  if (target.startsWith('@')) return h('strong', {}, `@${people[target.slice(1)] ?? label ?? target.slice(1)}`);
  if (target.startsWith('!date^')) return date(target, label);
  if (target.startsWith('!')) return h('strong', {}, `@${target.slice(1)}`);
  if (!SAFE_LINK.test(target)) return plainText(label ?? target);
  return h('a', { href: plainText(target), target: '_blank', rel: 'noreferrer' }, plainText(label ?? target));
}

function date(target, fallback) {
  const [, seconds, format = '{date_short} {time}'] = target.split('^');
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? '';
  const time = at.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const day = name => dayWords(name, at);
  return h(
    'time',
    { datetime: at.toISOString() },
    format.replace(/\{time(_secs)?\}/g, time).replace(/\{(date[a-z_]*|ago)\}/g, (_whole, name, at) => {
      const words = day(name);
      return at === 0 ? words.charAt(0).toUpperCase() + words.slice(1) : words;
    }),
  );
}

const DAY = 86_400_000;
const NEAR = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' };
const midnight = at => new Date(at.getFullYear(), at.getMonth(), at.getDate());

/** As Slack says a day: the pretty ones are "today", "tomorrow" and "yesterday" where they can be. */
function dayWords(name, at) {
  const away = Math.round((midnight(at) - midnight(today)) / DAY);
  if (name.endsWith('_pretty') && NEAR[away]) return NEAR[away];
  const isLong = name.startsWith('date_long');
  const isThisYear = at.getFullYear() === today.getFullYear();
  return at.toLocaleDateString([], {
    ...(isLong && { weekday: 'long' }),
    month: isLong ? 'long' : 'short',
    day: 'numeric',
    ...((isLong || !isThisYear) && { year: 'numeric' }),
  });
}

let today = new Date();

/** Days are counted from the demo's clock, which can be moved. */
export function setToday(now) {
  today = now;
}
