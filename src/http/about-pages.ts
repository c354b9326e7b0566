/** Where Baton says what it keeps, and who helps. Pure. */
import { page } from './page.ts';

const HOME = [{ label: 'Baton', to: '/' }];

export const PRIVACY = page(
  'What Baton keeps',
  [
    'Of the people who work with it in Slack: id, name, e-mail address and time zone, what they did with a lead, and their log-ins to other systems, sealed. It keeps nothing that is said in channels.',
    'Of leads: what your marketing platform, your CRM and the data services you connect say of them, and what became of them. It is used to hand the lead to your team and to show your team how that went, and for nothing else; no model is trained on it.',
    'It goes to the systems that you connect, and to nobody else. It lies in the database of whoever runs this address.',
    'When you remove Baton from Slack its keys are deleted at once and everything else after 30 days. If you add it again before, all of it is as it was. To have something corrected, handed out or deleted earlier, ask an admin of your workspace or whoever is named under Support.',
  ],
  { links: [...HOME, { label: 'Support', to: '/support' }] },
);

/** @param contact an address that people write to; undefined: nobody is named */
export const supportPage = (contact: string | undefined): string =>
  page(
    'Support',
    [
      'Type /mql help in Slack for what you can ask, and /mql doctor for what may be wrong. Your workspace’s admins see on the Home tab how each connection is.',
      contact === undefined
        ? 'For anything else ask whoever runs this address.'
        : `For anything else write to ${contact}, and add the reference of the message or page that is in question.`,
    ],
    { links: [...HOME, { label: 'Privacy', to: '/privacy' }] },
  );
