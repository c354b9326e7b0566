import type { RobotVerdict } from '../../domain/decision.ts';
import type { Activity, ActivityType, Contact } from '../../domain/lead.ts';
import { DAY, SECOND } from '../../lib/clock.ts';

/** Older activity says nothing about who made this crossing. */
const LOOK_BACK = 30 * DAY;
/** Nobody opens, reads and clicks faster than this after delivery. */
const AFTER_DELIVERY = 15 * SECOND;
/** A scanner follows every link of a mail at once. */
const BURSTS = [
  { links: 3, within: 10 * SECOND },
  { links: 2, within: 2 * SECOND },
];
/** A page seen this soon after a click is the click's own landing page. */
const LANDING = 10 * SECOND;

/** No scanner does these. */
const HUMAN: ReadonlySet<ActivityType> = new Set(['form', 'webinar', 'meeting', 'call', 'download']);

/** Does the crossing rest only on clicks that a mail scanner would make, or on a form that a robot may have sent? */
export function judgeRobot(contact: Contact, now: Date): RobotVerdict {
  if (contact.doubt) return { suspect: true, reason: contact.doubt };
  const recent = contact.activities.filter(one => now.getTime() - timeOf(one) <= LOOK_BACK);
  const clicks = recent.filter(one => one.type === 'email_click');
  if (clicks.length === 0) return { suspect: false, reason: 'no mail clicks to doubt' };
  const human = recent.find(one => isHuman(one, clicks));
  if (human !== undefined)
    return { suspect: false, reason: `${HUMAN_WORDS[human.type] ?? 'activity'} no scanner makes` };
  const quick = clicks.filter(isQuick);
  const burst = clicks.filter(one => isInBurst(one, clicks));
  if (clicks.some(one => !quick.includes(one) && !burst.includes(one))) {
    return { suspect: false, reason: 'the mail clicks came at a human pace' };
  }
  const how =
    quick.length === clicks.length ? 'within seconds of delivery' : 'on several links of the mail at the same moment';
  return {
    suspect: true,
    reason: `only mail activity, with ${clicks.length === 1 ? 'one click' : `all ${clicks.length} clicks`} ${how}: a mail scanner does that`,
  };
}

const HUMAN_WORDS: Partial<Record<ActivityType, string>> = {
  form: 'a form was filled in, which',
  webinar: 'a webinar was attended, which',
  meeting: 'a meeting was booked, which',
  call: 'there was a call, which',
  download: 'something was downloaded, which',
  page_view: 'pages were visited apart from the mail, a visit',
};

function isHuman(activity: Activity, clicks: readonly Activity[]): boolean {
  if (HUMAN.has(activity.type)) return true;
  if (activity.type !== 'page_view') return false;
  return !clicks.some(click => Math.abs(timeOf(activity) - timeOf(click)) <= LANDING);
}

function isQuick(click: Activity): boolean {
  const delay = timeOf(click) - Date.parse(click.deliveredAt ?? '');
  return delay <= AFTER_DELIVERY && delay >= -AFTER_DELIVERY;
}

function isInBurst(click: Activity, clicks: readonly Activity[]): boolean {
  return BURSTS.some(({ links, within }) => {
    // Windows that start at any click and hold this one.
    return clicks.some(first => {
      const start = timeOf(first);
      if (timeOf(click) < start || timeOf(click) > start + within) return false;
      const together = clicks.filter(one => timeOf(one) >= start && timeOf(one) <= start + within);
      return new Set(together.map(one => one.url ?? one.detail)).size >= links;
    });
  });
}

/** NaN for a time nobody can read: it then compares false everywhere and counts for nothing. */
function timeOf(activity: Activity): number {
  return Date.parse(activity.at);
}
