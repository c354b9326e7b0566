/**
 * What is told of Salesforce in `degraded`, `salesforce-races`, `accounts`, `owner-guard`, `evidence`, `touches` and `outage`
 * is told of every other CRM too, or it says why not: by their own stories (`test/stories`, `test/long`), or by
 * `test/long/every-crm.test.ts`, which tells one for each. What one file of Baton's decides for all CRMs alike
 * (questions about owners, the ladder, what counts as a touch) is told once.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VENDORS } from '../src/vendors/table.ts';

const EVERY = 'every-crm';
const NAMES = ['hubspot', 'pipedrive', 'zoho'] as const;
type Told = Record<(typeof NAMES)[number], string>;
const everywhere = (title: string): Told => ({ hubspot: title, pipedrive: title, zoho: title });
/** In words: there is nothing to tell. */
const no = (why: string) => `no: ${why}`;

/** By the title of Salesforce's story: part of the title of each of the others', in a file of that CRM or of all. */
const STORIES: Record<string, Told> = {
  'Salesforce is down: Marcus has the card all the same': everywhere('Marcus has the card all the same'),
  'Salesforce is down when somebody crosses who is Priya’s lead there': everywhere('who is Priya’s there'),
  'Salesforce is slow and has lost a field': everywhere('has lost a field: the record comes without it'),
  'Salesforce refuses the record for good': everywhere('refuses the record for good'),
  'HubSpot and a person tell of one lead in the same moment': everywhere('one of each in the end'),
  'while its write waits somebody else makes the lead': everywhere('somebody else makes the lead: theirs is used'),
  'the record is merged, then converted': {
    hubspot: 'a contact merged while the deal is open is followed',
    pipedrive: 'a Person merged while the lead is open is followed',
    zoho: 'a Lead merged while it is open is followed by its address',
  },
  'a rule finds somebody who only looks like her': {
    hubspot: no('no rules that look for duplicates'),
    pipedrive: no('no rules that look for duplicates'),
    zoho: no('duplicates are fields that are unique: of two, the newer is the record (its own story)'),
  },
  'what people merge and convert is noticed by the poll': {
    hubspot: no('merges and deletions are told by webhooks alone; each is tried again for a day'),
    pipedrive: no('deletions are told by webhooks alone'),
    zoho: 'deleted and converted while nothing was told: the poll finds both',
  },
  'a record that was deleted for good is told of once': everywhere('that was deleted in'),
  'a new company: account, contact, opportunity and task at once': {
    hubspot: 'a deal with contact and company, at the first stage',
    pipedrive: 'a Deal with Person and Organization, at the first stage',
    zoho: 'a Deal with Contact and Account, at the first stage',
  },
  'an open opportunity: no second one': everywhere('no second one, and the story says so'),
  'given to somebody else, the opportunity goes with the lead': everywhere(
    'written once more, the same stands there; reassigned',
  ),
  'a rule takes the lead': {
    hubspot: 'a workflow that takes a lead away at once is asked about',
    pipedrive: 'a rule that takes a Lead away at once is asked about',
    zoho: 'a rule that takes a Lead away is asked about by its name',
  },
  'a person’s later change moves card, ladder and rep': everywhere('an owner changed in'),
  'a call completed in Salesforce stops the ladder': everywhere('in the wrong order: one call'),
  'an org that sends nothing is polled': everywhere('made up for by polling'),
  'turned down in Salesforce is turned down here': everywhere('rejected in Slack'),
  'a call is logged as Marcus’s in Salesforce': everywhere('from the crossing to won'),
  'a mail goes out in Marcus’s name, once, and stands in Salesforce as his': everywhere(
    'a mail goes out in Marcus’s name',
  ),
  'Salesforce is down: the call waits for the record': everywhere('the call waits for the record, and is logged once'),
  'what Salesforce refuses is kept, said, and logged': everywhere('is kept, said, and logged when it is replayed'),
  'Salesforce is away for an hour while 120 leads come': everywhere('is away for an hour while thirty leads come'),
  'the org is over its limit of the day': {
    hubspot: 'the day’s calls are spent',
    pipedrive: 'the day’s tokens are spent',
    zoho: 'the day’s credits are spent',
  },
};

interface Story {
  file: string;
  title: string;
}

const stories: Story[] = globSync('test/{stories,long}/*.test.ts').flatMap(file =>
  [...readFileSync(file, 'utf8').matchAll(/^\s*test\((['`])(.+?)\1, async/gm)].map(([, , title = '']) => ({
    file,
    title,
  })),
);
const titled = (part: string) => stories.filter(({ title }) => title.includes(part));

test('the CRMs that are compared are all there are', () => {
  const crms = VENDORS.filter(({ roles }) => roles.crm).map(({ name }) => name);
  assert.deepEqual(crms.filter(name => name !== 'salesforce').sort(), [...NAMES].sort());
});

for (const [title, told] of Object.entries(STORIES)) {
  test(`told of every CRM: ${title}`, () => {
    assert.ok(titled(title).length > 0, `no story of Salesforce is called “${title}”`);
    for (const [crm, part] of Object.entries(told)) {
      const found = titled(part).some(({ file }) => file.includes(crm) || file.includes(EVERY));
      assert.ok(part.startsWith('no: ') || found, `${crm}: no story is called “${part}”`);
    }
  });
}
