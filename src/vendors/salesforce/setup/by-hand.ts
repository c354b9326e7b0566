/** What only a person can do in the org, in the order in which to do it. */

interface Situation {
  messagesTo: string;
  username: string;
  /** Flows of ours that the org keeps inactive. */
  asleep: readonly string[];
  /** The external-id field. */
  key: string;
  /** A marketing platform syncs its scores, and the org shows no such fields. */
  lacksScores: boolean;
}

export function byHand({ messagesTo, username, asleep, key, lacksScores }: Situation): string[] {
  // The path is a secret: it stays out of what people read.
  const { hostname, protocol, origin } = new URL(messagesTo);
  return [
    ...(asleep.length > 0
      ? [
          `Activate ${asleep.length === 1 ? 'the flow' : 'the flows'} ${asleep.join(', ')} under Setup > Flows: the org does not let a deployment do that ("Deploy processes and flows as active" under Process Automation Settings is off).`,
        ]
      : []),
    ...(protocol === 'https:' && !isLocal(hostname)
      ? [
          `Let Salesforce's addresses through to ${hostname} if a firewall is before it; a Remote Site Setting is not needed.`,
        ]
      : [
          `Salesforce cannot reach Baton at ${origin}: set PUBLIC_URL to an https address that the internet reaches, and set up again.`,
        ]),
    ...(lacksScores
      ? [
          `The marketing platform's connector is to tell of its scores at once: install and verify it (Setup > Marketing Setup), let ${username} read its fields on Lead and Contact (pi__score__c, pi__url__c), and set up again. Until then Baton asks the platform every five minutes.`,
        ]
      : []),
    `Put the fields on the page layouts of Lead, Contact and Opportunity where people are to see them (${key} may stay away), and give the list views "Baton: open MQLs" and "Baton: SLA breached" to whom they serve.`,
    'Give people who read these fields, or log in to Salesforce through Baton themselves, the permission set Baton or the same field permissions of your own.',
    'If you like, track the field Owner of Lead, Contact and Opportunity (Object Manager > Fields & Relationships > Set History Tracking): Baton then reads there who changed an owner, else it takes whoever saved the record last.',
    `Check that the External Client App lets ${username} in: OAuth scopes api and refresh_token, permitted users "Admin approved", and its permission set or profile there.`,
  ];
}

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
