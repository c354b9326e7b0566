import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Activity, ActivityType, Contact } from '../../domain/lead.ts';
import { judgeRobot } from './robot.ts';

const NOW = new Date('2026-03-02T12:00:00Z');
const SENT = Date.parse('2026-03-02T10:00:00Z');

/** An activity so many seconds after the mail was delivered. */
function did(type: ActivityType, second: number, more: Partial<Activity> = {}): Activity {
  return { type, at: new Date(SENT + second * 1_000).toISOString(), detail: type, ...more };
}

/** A click on link number `link`; the source says when the mail was delivered only where `told`. */
function click(second: number, link: number, told = false): Activity {
  const url = `https://acmecorp.com/${link}`;
  return did('email_click', second, { url, ...(told && { deliveredAt: new Date(SENT).toISOString() }) });
}

function judged(activities: Activity[]) {
  const contact: Contact = { source: 'hubspot', id: '1', properties: {}, scoreHistory: [], activities };
  return judgeRobot(contact, NOW);
}

const cases: [what: string, suspect: boolean, activities: Activity[]][] = [
  ['nothing at all', false, []],
  ['only opens', false, [did('email_open', 1), did('email_open', 60)]],
  ['every link within seconds', true, [click(400, 1), click(401, 2), click(403, 3)]],
  ['two links in one second', true, [click(400, 1), click(400, 2)]],
  ['one click seconds after delivery', true, [click(4, 1, true)]],
  ['clicks seconds after delivery, with opens', true, [did('email_open', 2), click(3, 1, true), click(9, 2, true)]],
  ['two mails, each scanned', true, [click(400, 1), click(400, 2), click(5_000, 3), click(5_001, 4)]],
  ['a scan, and the landing pages it loads', true, [click(400, 1), click(400, 2), did('page_view', 402)]],
  ['a scan, and notes of ours', true, [click(3, 1, true), did('note', 900), did('task', 900), did('email', 900)]],
  ['one click a while after delivery', false, [click(340, 1, true)]],
  ['one click, delivery unknown', false, [click(3, 1)]],
  ['the same link clicked three times', false, [click(400, 1), click(401, 1), click(402, 1)]],
  ['two links at reading pace', false, [click(400, 1), click(460, 2)]],
  ['a scan, then a person clicks later', false, [click(3, 1, true), click(4, 2, true), click(3_000, 1, true)]],
  ['a scan, then a visit to the site', false, [click(400, 1), click(400, 2), did('page_view', 900)]],
  ['a scan and a form', false, [click(3, 1, true), did('form', 600)]],
  ['a scan and a webinar', false, [click(3, 1, true), did('webinar', -86_400)]],
  ['a scan and a meeting', false, [click(3, 1, true), did('meeting', 600)]],
  ['a scan and a download', false, [click(3, 1, true), did('download', 600)]],
  ['a scan, and a form a year ago', true, [click(3, 1, true), did('form', -365 * 86_400)]],
  ['clicks at times nobody can read', false, [{ type: 'email_click', at: 'yesterday', detail: 'x' }]],
];

for (const [what, suspect, activities] of cases) {
  test(`${what}: ${suspect ? 'suspect' : 'not suspect'}`, () => {
    assert.equal(judged(activities).suspect, suspect, judged(activities).reason);
    assert.equal(judged([...activities].reverse()).suspect, suspect, 'the order of activities must not matter');
  });
}

test('a form always clears the suspicion, and no activity makes judging throw', () => {
  const types: ActivityType[] = ['page_view', 'email_open', 'email_click', 'note', 'email'];
  const activity = fc.record({ type: fc.constantFrom(...types), second: fc.integer({ min: -9_000, max: 7_000 }) });
  fc.assert(
    fc.property(fc.array(activity), fc.string(), (list, odd) => {
      const activities = list.map(({ type, second }, index) =>
        did(type, second, { url: `${index}`, deliveredAt: odd }),
      );
      assert.equal(judged([...activities, did('form', 0)]).suspect, false);
      assert.equal(typeof judged(activities).suspect, 'boolean');
    }),
  );
});
