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
  const day = at.toLocaleDateString([], { month: 'short', day: 'numeric' });
  const time = at.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  return h(
    'time',
    { datetime: at.toISOString() },
    format
      .replace(/\{time(_secs)?\}/g, time)
      .replace(/\{date[a-z_]*\}/g, day)
      .replace(/\{ago\}/g, day),
  );
}
