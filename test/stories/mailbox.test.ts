/** A rep's own mailbox: connected on Home, mails to leads leave from there, once; where it refuses, the mail server stands in. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { GOOGLE_APP } from '../../sandbox/google/service.ts';
import type { SentMail } from '../../sandbox/mailboxes.ts';
import { MICROSOFT_APP } from '../../sandbox/microsoft/service.ts';
import { HOUR } from '../../src/lib/clock.ts';
import { actionsAs } from '../helpers/actions.ts';
import { browser, hidden, linkFor } from '../helpers/browser.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { homeShows, openHome } from '../helpers/home.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { blocksOf, untilSaid, wordsOf } from '../helpers/messages.ts';
import { MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { act, click } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mailsSent } from '../helpers/vendors.ts';

type Vendor = 'google' | 'microsoft';
const NAMES = { google: 'Gmail', microsoft: 'Outlook' };
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

async function open(t: TestContext, more: Record<string, string> = {}): Promise<System> {
  const playbook = exampleWith([/^ {2}enabled: false\n {2}to: forms/m, '  enabled: true\n  to: forms']);
  const baton = await system(t, { playbook, env: { ENCRYPTION_KEY, ...GOOGLE_APP, ...MICROSOFT_APP, ...more } });
  await baton.settled();
  await companyIsKnown(baton);
  return baton;
}

/** From the rep's Home to the vendor's page and back; answers what the last page says. */
async function connect(baton: System, vendor: Vendor, more = ''): Promise<string> {
  await openHome(baton, MARCUS);
  const visit = browser();
  const first = await visit(await linkFor(baton, MARCUS, click('connect_mine', vendor)));
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/${vendor}`, { ticket: hidden(first.text, 'ticket') });
  assert.doesNotMatch(left.location, /read|modify|compose/i, 'nothing that reads is asked for');
  const back = await visit(`${left.location}${more}`);
  return (await visit(back.location)).text;
}

const sentFrom = async (baton: System, vendor: Vendor): Promise<SentMail[]> =>
  (await baton.get<{ messages: SentMail[] }>(`/_sandbox/${vendor}/messages`)).messages;

/** The call is done, and its answer is lost. */
const loseAnswer = (baton: System, vendor: Vendor) =>
  breakCalls(baton, {
    service: vendor,
    path: vendor === 'google' ? '/messages/send' : '/sendMail',
    reset: true,
    after: 'after',
  });

for (const vendor of ['google', 'microsoft'] as const) {
  test(`${NAMES[vendor]}: the first answer and the rep’s mails leave from it, hours later, too; disconnected, over SMTP`, async t => {
    const baton = await open(t);
    assert.match(await connect(baton, vendor), new RegExp(`${NAMES[vendor]} is connected`));
    await openHome(baton, MARCUS);
    await homeShows(baton, MARCUS, new RegExp(`leave from \\*your own ${NAMES[vendor]}`));
    await sendForm(baton, LEE);
    const { id } = await baton.handoff(LEE.email);
    await untilRecorded(baton, id, 'answer_sent');
    const [answer] = await sentFrom(baton, vendor);
    const header = (name: string) => answer?.headers.find(({ key }) => key === name)?.value;
    assert.deepEqual([answer?.user, answer?.from, answer?.to], [MARCUS, MARCUS, [LEE.email]]);
    assert.deepEqual(
      [header('auto-submitted'), header('list-unsubscribe-post')],
      ['auto-generated', 'List-Unsubscribe=One-Click'],
    );
    baton.clock.move(3 * HOUR);
    await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hi Lee' });
    await untilRecorded(baton, id, 'email_sent');
    assert.deepEqual([(await sentFrom(baton, vendor)).length, await mailsSent(baton)], [2, []]);
    await openHome(baton, MARCUS);
    await act(baton, MARCUS, click('disconnect_mine', vendor));
    await homeShows(baton, MARCUS, /is disconnected/);
    await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Again', body: 'Hi Lee' });
    await untilRecorded(baton, id, 'email_sent', 2);
    assert.deepEqual([(await sentFrom(baton, vendor)).length, (await mailsSent(baton)).length], [2, 1]);
  });

  test(`${NAMES[vendor]}’s answer is lost: nothing is sent again, by it or over SMTP, and the rep is asked`, async t => {
    const baton = await open(t);
    await connect(baton, vendor);
    await loseAnswer(baton, vendor);
    await sendForm(baton, LEE);
    const { id } = await baton.handoff(LEE.email);
    assert.match(await untilRecorded(baton, id, 'answer_unknown'), /Baton won’t send it again/);
    await loseAnswer(baton, vendor);
    await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hi Lee' });
    assert.match(await untilRecorded(baton, id, 'email_unknown'), new RegExp(`Look into Sent in ${NAMES[vendor]}`));
    await baton.settled();
    assert.deepEqual([(await sentFrom(baton, vendor)).length, await mailsSent(baton)], [2, []]);
    assert.deepEqual(await recorded(baton, id, 'email_sent'), []);
  });
}

test('the password changed: the mail server stands in, and the rep is asked to connect again, once', async t => {
  const baton = await open(t);
  await connect(baton, 'google');
  await baton.post('/_sandbox/google/revoke', { user: MARCUS });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await untilRecorded(baton, id, 'answer_sent');
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hi Lee' });
  await untilRecorded(baton, id, 'email_sent');
  assert.deepEqual([(await sentFrom(baton, 'google')).length, (await mailsSent(baton)).length], [0, 2]);
  const told = await untilSaid(baton, { user: MARCUS }, /Gmail does not accept your log-in any more/);
  assert.match(blocksOf(told), /connect_mine/);
  assert.doesNotMatch(wordsOf(told), /show up as yours/);
  await baton.settled();
  const all = (await baton.messages({ user: MARCUS })).filter(one => /Gmail does not accept/.test(one.text));
  assert.equal(all.length, 1);
});

test('without a mail server: who connected can be answered for; too many mails wait, and who is refused hears why', async t => {
  const baton = await open(t, { SMTP_URL: '' });
  await connect(baton, 'microsoft');
  await breakCalls(baton, { service: 'microsoft', path: '/sendMail', status: 429, headers: { 'retry-after': '1' } });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await until('it was asked to wait', async () =>
    (await baton.calls('microsoft')).some(({ status }) => status === 429),
  );
  baton.clock.move(5_000);
  await untilRecorded(baton, id, 'answer_sent');
  await breakCalls(baton, {
    service: 'microsoft',
    path: '/sendMail',
    status: 400,
    body: { error: { code: 'ErrorInvalidRecipients', message: 'At least one recipient is not valid.' } },
  });
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hi Lee' });
  assert.match(
    await untilRecorded(baton, id, 'email_refused'),
    /Outlook refused it: At least one recipient is not valid/,
  );
});

test('only one’s own mailbox, with the box for sending checked', async t => {
  const baton = await open(t);
  assert.match(
    await connect(baton, 'google', `&user=${PRIYA}`),
    /You logged in as priya@example\.com, who is not marcus@example\.com/,
  );
  assert.match(await connect(baton, 'google', '&unchecked=1'), /did not allow Baton to send mail/);
  assert.match(await connect(baton, 'microsoft', '&deny=1'), /not connected|nothing was connected|did not/i);
});
