/** What a lead did, in words: pages by their names and not their paths, and the same thing again and again as one. */
import { DAY } from '../lib/clock.ts';
import { ACTIVITY_WORDS, type Activity } from './lead.ts';

/** The same doing within a day, told as one. */
export interface ActivityGroup {
  latest: Activity;
  times: number;
}

/** How far back a group reaches from its newest. */
const TOGETHER = DAY;

/** Groups of the same doing, those with the newest first. What nobody can date counts as the oldest and stands alone. */
export function activityGroups(activities: readonly Activity[]): ActivityGroup[] {
  const time = ({ at }: Activity) => Date.parse(at) || 0;
  const groups: ActivityGroup[] = [];
  for (const one of activities.toSorted((first, second) => time(second) - time(first))) {
    const group = groups.find(
      ({ latest }) =>
        latest.type === one.type &&
        activityName(latest) === activityName(one) &&
        time(one) > 0 &&
        time(latest) - time(one) <= TOGETHER,
    );
    if (group) group.times += 1;
    else groups.push({ latest: one, times: 1 });
  }
  return groups;
}

/** What was visited, opened, filled in, as it was called; a page's path becomes its name. Lead-supplied: hostile. */
export function activityName({ type, detail }: Activity): string {
  return type === 'page_view' ? pageName(detail) : detail.trim();
}

/** "Pricing page ×3 in 24 hours", "Filled in form: Demo request". */
export function groupWords({ latest, times }: ActivityGroup): string {
  const name = activityName(latest);
  const isNamed = latest.type === 'page_view' && / page$/i.test(name);
  if (latest.type === 'form' && name === NAMELESS_FORM) return `Filled in a form${timesWords(times)}`;
  const what = isNamed ? name : `${ACTIVITY_WORDS[latest.type]}${name ? `: ${name}` : ''}`;
  return `${what}${timesWords(times)}`;
}

/** " ×3 in 24 hours"; nothing for once. */
export function timesWords(times: number): string {
  return times > 1 ? ` ×${times} in 24 hours` : '';
}

/** What sources call a form of which they know no name. */
export const NAMELESS_FORM = 'a form';

const LONGEST = 300;
/** Platforms also write the address of a page without its scheme. */
const ADDRESS = /^[a-z\d-]+(?:\.[a-z\d-]+)+\/[^\s|]*$/i;

/** `/pricing`, `https://acme.example/pricing/?utm=1`, `acme.example/pricing` and "Pricing" are the Pricing page; a title stays as it is. */
function pageName(detail: string): string {
  const text = detail.trim().slice(0, LONGEST);
  const isPath = /^(?:https?:\/)?\//i.test(text) || ADDRESS.test(text);
  if (!isPath) return /^[\p{L}\p{N}]+$/u.test(text) ? `${capital(text)} page` : text;
  const [path = ''] = text.replace(/^(?:https?:\/\/)?[^/?#]*/i, '').split(/[?#]/);
  const last = path.split('/').filter(Boolean).at(-1);
  if (last === undefined || /^index(?:\.\w+)?$/i.test(last)) return 'Home page';
  const words = decoded(last)
    .replace(/\.(?:html?|php|aspx?)$/i, '')
    .replace(/[-_+]+/g, ' ')
    .trim();
  return words === '' ? 'Home page' : `${capital(words)} page`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Sources name things for machines: ORGANIC_SEARCH is "Organic search". Anything else stays as it is. */
export function readableCode(code: string): string {
  if (!/^[A-Z]+(?:_[A-Z]+)*$/.test(code)) return code;
  return capital(code.toLowerCase().replaceAll('_', ' '));
}
