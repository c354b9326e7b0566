/** Baton was added to Slack and nothing else was done yet: whatever people try says something of use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHome } from '../helpers/home.ts';
import { addToSlack, hosted, workspaceOf } from '../helpers/hosted.ts';
import { mql, untilSaid } from '../helpers/messages.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { act, shown } from '../helpers/slack.ts';
import { until } from '../helpers/until.ts';

test('command, Home and direct messages say what is missing and where to go on, to admin and colleague', async t => {
  const baton = await hosted(t);
  await addToSlack(baton);
  const acme = await workspaceOf(baton);
  await untilSaid(acme, { user: DANA }, /you are its admin/);
  for (const [text, says] of [
    ['list', /No marketing platform is connected yet, so no lead can arrive\. Connect one on Baton’s Home/],
    ['why nobody', /No lead fits “nobody”/],
    ['doctor', /No marketing system is connected.*No CRM is connected/s],
    ['nonsense', /\/mql help/],
    ['help', /\/mql help all/],
  ] as const) {
    assert.match((await mql(acme, DANA, text)).text, says, text);
  }
  assert.match((await mql(acme, MARCUS, 'list')).text, /you are not in it yet\. Ask Dana Ruiz to add you/);
  assert.match(await openHome(acme, DANA), /Set-up/);
  await act(acme, MARCUS, { home: {} });
  await until('a Home that names whom to ask', async () => /Dana Ruiz/.test((await shown(acme, MARCUS)).home));
  const before = (await acme.messages({ user: DANA })).length;
  await act(acme, DANA, { message: { text: 'hello' } });
  await until('an answer to hello', async () =>
    (await acme.messages({ user: DANA })).slice(before).some(message => /help/.test(message.text)),
  );
});
