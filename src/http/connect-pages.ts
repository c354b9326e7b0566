/** What people read on their way to a vendor's log-in page and back: for every end a heading and what to do. Pure. */
import { serviceName } from '../domain/service-name.ts';
import type { Connected, End, Looked, ReadyToLeave } from '../workspaces/login-journey.ts';
import { type PageForm, page } from './page.ts';

export interface Page {
  status: number;
  html: string;
}

const NEW_LINK = 'Go back to Slack and press Connect on Baton’s Home tab (or Reconnect in its message) for a new link.';
const CLOSE = 'You can close this page and go back to Slack.';

const CRM_RIGHTS = 'read and change people, companies, deals and tasks';
const SOURCE_RIGHTS = 'read people and what they did, and change lists';

const nameOf = serviceName;

const paper = (status: number, title: string, sentences: string[], form?: PageForm): Page => ({
  status,
  html: page(title, sentences, { form }),
});

/** Before the journey. Pressing uses the link up; looking at it, as link scanners do, does not. */
export function lookedPage(looked: Looked, ticket: string): Page {
  if (looked.kind !== 'ready') return endPage(looked);
  const { vendor, own, again, isCrm } = looked;
  const name = nameOf(vendor);
  const form = {
    action: `/connect/${vendor}`,
    hidden: { ticket },
    buttons: [{ label: `Continue to ${name}` }],
  };
  return own
    ? paper(
        200,
        `Connect your ${name} user`,
        [
          `Log in as yourself: what you log from Slack then stands in ${name} under your name.`,
          ...askedFor(looked),
          'Baton keeps no password.',
        ],
        form,
      )
    : paper(
        200,
        `${again ? 'Reconnect' : 'Connect'} ${name}`,
        [
          `Baton works in ${name} as the user you log in as. Best: a user of its own that may ${isCrm ? CRM_RIGHTS : SOURCE_RIGHTS}.`,
          ...askedFor(looked),
          'Baton keeps no password, and you can take the access back at any time, here or there.',
        ],
        form,
      );
}

/** Whoever is sent a link by somebody else would give that Slack their access. */
function askedFor({ vendor, askedBy: { name, email }, slack }: ReadyToLeave): string[] {
  const who = name === email ? email : `${name} (${email})`;
  const where = slack.host === undefined ? slack.name : `${slack.name} (${slack.host})`;
  return [
    `${who} asked for this in the Slack workspace ${where}.`,
    `If that is not you, or not your Slack, close this page: people there would work in your ${nameOf(vendor)}.`,
  ];
}

/** It came through; during the set-up the CRM is next, in the same browser. */
function connectedPage({ vendor, own, user, resumed, next }: Connected): Page {
  const title = `${nameOf(vendor)} is connected`;
  if (own) return paper(200, title, [`Baton writes what you do from Slack as ${user}.`, CLOSE]);
  const works = `Baton works as ${user}.${resumed ? ' What had waited is on its way.' : ''}`;
  if (next.length === 0) return paper(200, title, [works, CLOSE]);
  const buttons = next.map(({ vendor: one, ticket }) => ({
    label: `Continue to ${nameOf(one)}`,
    name: 'ticket',
    value: ticket,
    action: `/connect/${one}`,
  }));
  return paper(
    200,
    title,
    [
      works,
      'Next: where are leads kept? Log in to your CRM as the user Baton shall work as there, best one of its own.',
      'Or close this page and go on in Slack.',
    ],
    { action: `/connect/${next[0]?.vendor}`, hidden: {}, buttons },
  );
}

/** Each way the journey can end. */
export function endPage(end: End): Page {
  switch (end.kind) {
    case 'connected':
      return connectedPage(end);
    case 'confirm':
      return paper(
        200,
        `This is another ${nameOf(end.vendor)}`,
        [
          `You logged in as ${end.user}, in another ${nameOf(end.vendor)} than the one Baton worked with until now.`,
          'Leads that Baton wrote before stay where they are, and their cards will no longer find them. If you meant another one (a sandbox and production are two), keep it as it is.',
        ],
        {
          action: `/connect/${end.vendor}/confirm`,
          hidden: { token: end.token },
          buttons: [
            { label: 'Keep it as it is', name: 'answer', value: 'no' },
            { label: 'Use the new one', name: 'answer', value: 'yes' },
          ],
        },
      );
    case 'kept_as_it_was':
      return paper(200, 'Nothing was changed', [`Baton goes on with the ${nameOf(end.vendor)} it had.`, CLOSE]);
    case 'denied':
      return paper(403, `${nameOf(end.vendor)} was not connected`, [
        'Allow was not pressed, so nothing was changed.',
        NEW_LINK,
      ]);
    case 'refused':
      return paper(403, `${nameOf(end.vendor)} said no`, [
        end.said,
        end.todo ?? 'Ask whoever administers it what this means for the user you logged in as.',
        NEW_LINK,
      ]);
    case 'misfit':
      return paper(403, `${nameOf(end.vendor)} was not connected`, [end.why, NEW_LINK]);
    case 'no_answer':
      return paper(502, `${nameOf(end.vendor)} does not answer`, [
        `${end.said}. Nothing was changed.`,
        `Wait a minute. ${NEW_LINK}`,
      ]);
    case 'expired':
      return paper(410, 'This link has expired', ['A link is good for ten minutes.', NEW_LINK]);
    case 'used':
      return paper(410, 'This link was used already', ['Each link works once.', NEW_LINK]);
    case 'wrong_browser':
      return paper(403, 'Another browser began this', [
        'Finish in the browser in which you pressed Continue, with cookies allowed.',
        NEW_LINK,
      ]);
    case 'unknown':
      return paper(404, 'No such link', ['This is no link of Baton’s, or it was cut short on its way.', NEW_LINK]);
  }
}
