/** What Baton's privacy, support and security pages say, of an installation that anybody may run. Pure. */
import { html, type Piece } from '../lib/markup.ts';

export interface Policy {
  title: string;
  /** The answer, before everything else. */
  lead: string;
  sections: readonly Section[];
}

interface Section {
  heading: string;
  sentences?: readonly string[];
  table?: { head: readonly string[]; rows: readonly (readonly string[])[] };
}

/** Of the texts below. */
export const CHANGED = 'November 30, 2026';

export const PRIVACY: Policy = {
  title: 'Privacy',
  lead: 'Baton keeps what it needs to carry a lead to the right salesperson, sends it nowhere but to the systems your admins connected, and sells nothing.',
  sections: [
    {
      heading: 'What is kept, why, how long, where',
      table: {
        head: ['What', 'Why', 'How long'],
        rows: [
          [
            'Leads: name, work e-mail, phone, company, title, what they did on your website and in your mails, as your marketing platform tells it',
            'To judge and route the lead, and to show the salesperson why now',
            'While the lead is open, and 24 months after it was closed, unless your admins set another time; then it is anonymised. Text of mails: 90 days',
          ],
          [
            'What was decided and done: rule, rep, times, calls and mails that were logged',
            'So that everybody can see why a lead went where it went, and for reports',
            'As the lead; then only times, team, salesperson and groups of reports stay, which name no lead',
          ],
          [
            'People of the workspace who work with leads: Slack id, name, work e-mail, time zone, id in the CRM, absences they enter',
            'To send cards to the right person in their own hours',
            'While they are in the rules; then with the history',
          ],
          [
            'Ids of Slack channels and of messages that Baton posted',
            'To update its own cards',
            'While Baton is installed',
          ],
          [
            'Access tokens and keys of connected systems, encrypted',
            'To read and write there on your behalf',
            'Until they are disconnected; at uninstall they are wiped at once',
          ],
          [
            'Hashes of what an erased person was known by',
            'So that no late message brings them back',
            'Until they send a form themselves, or Baton is removed',
          ],
          ['Logs: times, ids, errors; no text about leads', 'To find faults', 'As whoever runs Baton keeps logs'],
        ],
      },
    },
    {
      heading: 'Slack’s own data',
      sentences: [
        'Baton reads what people say to it: messages in its own direct messages, messages that mention it, and a message somebody turns into a lead. It keeps of them what became of the lead, not the conversation.',
        'In channels it looks for its own messages, so that it posts no card twice. It reads nobody else’s.',
        'No artificial intelligence is used on Slack’s data, and nothing is used to train models.',
      ],
    },
    {
      heading: 'Who gets it',
      sentences: [
        'The systems that your admins connect: your marketing platform, your CRM, your enrichment service, your mail server. Each gets what it needs for its part: an enrichment service a company’s domain, a mail server the mail.',
        'Whoever runs this installation, and their database. Nobody else.',
      ],
    },
    {
      heading: 'Seeing, correcting and deleting it',
      sentences: [
        'Leads are corrected where they come from: Baton takes over what your marketing platform and CRM say.',
        'Admins of the workspace get a copy of everything that is kept of a person with /mql privacy export, and erase them with /mql privacy erase: leads, signals, forms, mails and what waits to be done are deleted, handoffs and their history are anonymised so that reports still count them, and cards in Slack say that the lead was erased.',
        'A person whom the marketing platform is asked to forget is erased in Baton by itself, where the platform tells of it.',
        'Nobody erased is brought back by a late message of a connected system; a form they send themselves afterwards does.',
        'The record in the CRM and the contact in the marketing platform are yours to delete; Baton says where they are. What people wrote in Slack themselves, exported files and backups are not changed.',
        'If you cannot ask an admin: to get a copy, or to have it deleted, write to the contact on the Support page with the workspace and the e-mail address. It is done within 30 days.',
        'When Baton is removed from a workspace, tokens and keys are wiped at once, and hooks take nothing more. The workspace’s other data is deleted after 30 days, or at once when you ask for it.',
      ],
    },
  ],
};

export const SECURITY: Policy = {
  title: 'Security',
  lead: 'Every request is verified, every token is encrypted, and every workspace sees its own data alone.',
  sections: [
    {
      heading: 'How data is protected',
      sentences: [
        'In transit: https to Slack and to every connected system. At rest: tokens and keys are sealed with AES-256-GCM, bound to their workspace; the key lies outside the database.',
        'Slack’s requests are verified by their signature over the raw bytes, no older than five minutes, and each is taken once. Deliveries of other systems are verified by their vendor’s signature or a secret.',
        'Every row carries its workspace and every query asks for it; tests try to cross.',
        'What leads type is treated as hostile: it is escaped for Slack, for the CRM’s query language, for HTML, CSV, mail headers and logs.',
      ],
    },
    {
      heading: 'Who may do what',
      sentences: [
        'Salespeople act on their own leads, managers on their teams’, admins on all. Rights are looked up at every press; a button carries an id, never a right.',
        'Baton asks Slack for the permissions it uses and no others. Who installs it sees them on Slack’s page.',
      ],
    },
    {
      heading: 'When something goes wrong',
      sentences: [
        'Nothing is lost when a system is away: signals are stored before they are acknowledged, and writes wait.',
        'Should data of yours be exposed, the admins of the workspace hear of it within 72 hours of its discovery, with what is known.',
      ],
    },
    {
      heading: 'Reporting a weakness',
      sentences: [
        'Write to the contact on the Support page with what you saw and how to see it again. You get an answer within two business days. Please give us 90 days before you publish it; nobody who looks in good faith, at their own workspace, has anything to fear.',
      ],
    },
  ],
};

export const SUPPORT: Policy = {
  title: 'Support',
  lead: 'Write to us; no account is needed. You get an answer within two business days.',
  sections: [
    {
      heading: 'First, in Slack',
      sentences: [
        'Type /mql help for everything that can be asked, or open Baton’s Home tab. /mql why and a lead’s name say why it went where it went.',
        'A message with a reference of eight characters is in the log under it: send it along.',
        'Admins see connections, stuck work and what to do about it on Home, and with /mql doctor.',
      ],
    },
    {
      heading: 'Removing Baton',
      sentences: [
        'In Slack, open the app’s page under Manage apps and press Remove. Tokens are wiped at once, the rest after 30 days. Records in your CRM stay as they are.',
      ],
    },
  ],
};

/** @param email absent: whoever runs this installation has named no address */
export function contactSentence(email: string | undefined): Piece {
  return email
    ? html`Contact: <a href="mailto:${email}">${email}</a>`
    : 'Contact: whoever installed Baton in your Slack workspace; Slack names them on the app’s page.';
}
