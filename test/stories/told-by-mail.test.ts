/** Reps without Slack: the card and its reminders come by mail, and its links do what the card's buttons do. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED, toPerson } from '../helpers/actions.ts';
import { timePasses } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { type Mail, mailsSent } from '../helpers/vendors.ts';

const MARTA = 'marta@example.com';
/** Marcus's place is a colleague's whom Slack does not know. */
const WITHOUT_SLACK = exampleWith([/marcus@example\.com/g, MARTA]);

async function mailed(t: TestContext, playbook: string) {
  const baton = await system(t, { playbook });
  const { id } = await handedOff(baton);
  await baton.settled();
  return { baton, id, mail: await newestMail(baton) };
}

const newestMail = async (baton: System) => (await mailsSent(baton)).at(-1) as Mail;
const untilMailed = (baton: System, count: number) =>
  until(`${count} mails`, async () => ((await mailsSent(baton)).length >= count ? newestMail(baton) : undefined));
const linkIn = ({ text }: Mail) => /https?:\S+\/act\/[\w-]+/.exec(text)?.[0] ?? 'no link';

async function page(url: string, fields?: Record<string, string>) {
  const given = fields && { method: 'POST', body: new URLSearchParams(fields) };
  const answer = await fetch(url, given);
  return { status: answer.status, text: await answer.text(), url: answer.url };
}

test('somebody Slack does not know gets the card by mail, claims and logs from it, each once', async t => {
  const { baton, id, mail } = await mailed(t, WITHOUT_SLACK);
  assert.deepEqual([mail.to, mail.subject], [[MARTA], 'HIGH lead: Emma Thompson, Acme Corp']);
  assert.match(mail.text, /First contact is due Tue, Nov 24, 11:0\d AM PST[\s\S]*Phone: \+1 415 555 0134/);
  assert.deepEqual(await baton.messages({ user: DANA }).then(all => all.filter(one => /Emma/.test(one.text))), []);
  const link = linkIn(mail);
  const shown = await page(link);
  assert.match(
    shown.text,
    /<h1>Emma Thompson, Acme Corp<\/h1>[\s\S]*It is yours to claim[\s\S]*>Claim<[\s\S]*Log a call/,
  );
  assert.equal((await baton.handoff(EMMA)).state, 'assigned', 'a scanner that follows the link claims nothing');
  const claimed = await page(link, { do: 'claim' });
  assert.match(claimed.text, /You claimed it Tue, Nov 24/);
  const call = { do: 'call', form: 'abcdefghijkl', outcome: 'connected', minutes: '4', notes: 'Wants <b>prices</b>' };
  await page(link, call);
  await page(link, call);
  await page(link, { do: 'claim' });
  assert.match((await page(link)).text, /Contacted Tue, Nov 24[\s\S]*call: connected/);
  assert.equal((await recorded(baton, id, 'claimed')).length, 1);
  assert.equal((await recorded(baton, id, 'touched')).length, 1);
});

test('links that are over say so: another’s lead, a closed one, an old mail, none of ours', async t => {
  const { baton, id, mail } = await mailed(t, WITHOUT_SLACK);
  const link = linkIn(mail);
  const wrong = await page(link, { do: 'call', outcome: 'connected', minutes: 'five' });
  assert.match(wrong.text, /role="alert">Write whole minutes[\s\S]*aria-invalid="true" aria-describedby="minutes-why"/);
  assert.equal(wrong.status, 409);
  assert.match((await page(link, { do: 'claim' })).text, /You claimed it/);
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  assert.match((await page(link, { do: 'claim' })).text, /not your lead any more[\s\S]*Priya Nair has it now/);
  await actionsAs(baton, DANA, id).reassign(toPerson(MARTA));
  await baton.settled();
  const again = linkIn(await newestMail(baton));
  assert.notEqual(again, link, 'given to her once more, she is told once more');
  assert.match((await page(link, { do: 'claim' })).text, /You claimed it/, 'the mail before works as well');
  await actionsAs(baton, DANA, id).reject(NO_NEED);
  assert.match((await page(again)).text, /needs nothing more from you[\s\S]*Dana Ruiz closed it/);
  baton.clock.move(8 * DAY);
  assert.deepEqual([(await page(link)).status, (await page(`${link}x`)).status], [410, 404]);
  const odd = await page(`${link}%E0%A4%A`);
  assert.equal(odd.status, 400);
});

test('a playbook that tells by mail: reminders come by mail, too; a refused mail leaves the lead to Slack', async t => {
  const { baton, id } = await mailed(t, exampleWith(['assigned: dm', 'assigned: email']));
  const card = await newestMail(baton);
  assert.deepEqual([card.to, await baton.messages({ user: MARCUS }).then(all => all.length)], [[MARCUS], 0]);
  await timePasses(baton, 46 * MINUTE);
  const nudge = await untilMailed(baton, 2);
  assert.match(nudge.text, /Nobody has contacted Emma Thompson, Acme Corp yet/);
  await timePasses(baton, 15 * MINUTE);
  const reminder = await untilMailed(baton, 3);
  assert.match(reminder.subject, /^No contact yet: Emma Thompson/);
  assert.match((await page(linkIn(reminder), { do: 'claim' })).text, /You claimed it/);
  await baton.post('/_sandbox/mail/fault', { at: 'recipient', code: 550, message: '5.1.1 no such user' });
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  assert.match((await recorded(baton, id, 'card_failed')).join(), /The mail to priya@example.com was not sent/);
});

test('a lead that the first to claim has: each of the team without Slack reads it once, without the number, and one gets it', async t => {
  const pool = exampleWith([/marcus@example\.com/g, MARTA], ['assign: weighted\n', 'assign: claim\n']);
  const { baton, id, mail } = await mailed(t, pool);
  assert.deepEqual([mail.to, mail.subject], [[MARTA], 'HIGH lead to claim: Emma Thompson, Acme Corp']);
  assert.match(mail.text, /The first to claim it has it[\s\S]*Claim: http/);
  assert.doesNotMatch(mail.text, /Phone|Log a call/);
  const link = linkIn(mail);
  const shown = await page(link);
  assert.match(shown.text, /to claim it has it[\s\S]*>Claim</);
  assert.doesNotMatch(shown.text, /Log a call|555 0134/);
  await page(link, { do: 'claim' });
  assert.match((await page(link)).text, /You claimed it[\s\S]*555 0134[\s\S]*Log a call/);
  assert.equal((await recorded(baton, id, 'claimed')).length, 1);
  assert.equal((await mailsSent(baton)).filter(({ to }) => to.includes(MARTA)).length, 1);
});
