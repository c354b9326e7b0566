/** What people read after Slack's consent page: what happened, and what to do next. Pure. */
import type { InstallEnd, NotInstalled } from '../workspaces/tenants/install-journey.ts';
import { page } from './page.ts';

export interface Page {
  status: number;
  html: string;
}

const AGAIN = [{ label: 'Add to Slack again', to: '/slack/install', isNext: true as const }];
/** Whoever chose a workspace too quickly learns of it here. */
const ELSEWHERE = { label: 'Not the workspace you meant? Add it to another', to: '/slack/install' };

export function installedPage(end: InstallEnd): Page {
  switch (end.kind) {
    case 'installed':
      return {
        status: 200,
        html: page(
          `Baton is in ${end.name}`,
          [
            'It has written to you in Slack. Next: connect your marketing platform and your CRM on its Home tab; until then it does nothing to any lead.',
          ],
          { links: [{ label: 'Open Slack', to: end.open, isNext: true }, ELSEWHERE] },
        ),
      };
    case 'organization':
      return {
        status: 200,
        html: page(
          `Baton is in ${end.name}`,
          [
            end.workspaces === 0
              ? 'No workspace of the organization uses it yet. Next: choose the workspaces that may; in each of them Baton writes to you.'
              : `${end.workspaces === 1 ? 'One workspace uses' : `${end.workspaces} workspaces use`} it. You can add more at any time; in each of them Baton writes to you.`,
          ],
          { links: [{ label: 'Choose workspaces', to: end.open, isNext: true }] },
        ),
      };
    case 'not_installed': {
      const { status, title, sentences } = failureOf(end.why);
      return { status, html: page(title, [...sentences, `Reference ${end.reference}.`], { links: AGAIN }) };
    }
  }
}

/** Somebody, or everybody behind one address, began too often. */
export function tooManyPage(seconds: number): Page {
  const sentences = [
    'Add to Slack was pressed too often from your network just now.',
    `Try again in ${seconds} s. Nothing was installed, and nothing is lost.`,
  ];
  return { status: 429, html: page(`Try again in ${seconds} s`, sentences, { links: AGAIN }) };
}

interface Told {
  status: number;
  title: string;
  sentences: string[];
}

const NOTHING = 'Nothing was installed.';

function failureOf(why: NotInstalled): Told {
  switch (why.kind) {
    case 'denied':
      return told(403, 'You chose not to allow it', [NOTHING, 'If that was a mistake, add Baton again.']);
    case 'used':
      return told(410, 'This link has been used', [
        'Each journey to Slack works once. If Baton wrote to you in Slack, it is installed and there is nothing to do.',
        'If it did not, add it again.',
      ]);
    case 'expired':
      return told(410, 'That took longer than ten minutes', [
        NOTHING,
        'Add Baton again, and press Allow within ten minutes.',
      ]);
    case 'wrong_browser':
      return told(403, 'Another browser began this', [
        NOTHING,
        'Add Baton again, and finish in the same browser, with cookies allowed.',
      ]);
    case 'unknown':
      return told(400, 'This does not come from Add to Slack', [
        NOTHING,
        'The link was cut short on its way, or it is older than a day. Add Baton again.',
      ]);
    case 'code_expired':
      return told(410, 'Slack’s code has expired', [
        NOTHING,
        'Slack’s permission is good for ten minutes and one use. Add Baton again.',
      ]);
    case 'missing_scopes':
      return told(403, 'Slack did not allow everything Baton needs', [
        `Missing: ${why.scopes.join(', ')}. ${NOTHING}`,
        'Ask a Slack administrator of the workspace to approve Baton with all of its permissions, then add it again.',
      ]);
    case 'wrong_app':
      return told(403, 'That was another Slack app', [
        NOTHING,
        'Whoever runs Baton set the client id of one app and the app id of another: ask them to compare SLACK_APP_ID and SLACK_CLIENT_ID.',
      ]);
    case 'no_email':
      return told(403, 'Slack shows no e-mail address of yours', [
        `Baton knows people by their work address. ${NOTHING}`,
        'Add Baton as a full member of the workspace with an address in your Slack profile.',
      ]);
    case 'refused':
      return told(403, 'Slack said no', [
        `${why.said}. ${NOTHING}`,
        'Ask a Slack administrator whether apps may be added.',
      ]);
    case 'no_answer':
      return told(502, 'Slack does not answer as it should', [
        NOTHING,
        'Wait a minute and add Baton again. If it stays so, send the reference to whoever runs Baton.',
      ]);
  }
}

const told = (status: number, title: string, sentences: string[]): Told => ({ status, title, sentences });
