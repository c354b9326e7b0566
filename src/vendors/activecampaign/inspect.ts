/** What the playbook and Baton need of an account, compared with what is there. */
import type { SourceFinding, SourceWishes } from '../../contracts/source.ts';
import { textFrom } from '../../lib/json-values.ts';
import { asked, fine, problem, writtenFieldFindings } from '../source-findings.ts';
import { type ActiveCampaign, everyOne } from './api/client.ts';
import { idFrom } from './api/values.ts';
import { type Account, fieldNamed, type Named, noSuchScore, scoreNamed } from './people/account.ts';

/** Where the account refuses an answer. */
const RIGHTS = 'Give the user whose key it is the right in Settings › Users & Groups.';

export interface Inspected {
  api: ActiveCampaign;
  account: Account;
  scoreProperty: string;
  stageProperty?: string | undefined;
  ownerProperty?: string | undefined;
}

/** What every contact has besides the account's own fields. */
const OWN = ['id', 'email', 'firstName', 'lastName', 'phone', 'orgname', 'cdate', 'udate', 'tags'];

/** Three calls. What cannot be asked is a finding of its own. */
export async function inspect(inspected: Inspected, wanted: SourceWishes): Promise<SourceFinding[]> {
  const parts = await Promise.all([
    scoreFindings(inspected, wanted),
    asked(RIGHTS, () => fieldFindings(inspected, wanted)),
    asked(RIGHTS, () => listFindings(inspected.api, wanted.suppressionList)),
  ]);
  return parts.flat();
}

async function scoreFindings(
  { account, scoreProperty }: Inspected,
  { ownScore }: SourceWishes,
): Promise<SourceFinding[]> {
  const scores = await account.scores();
  const score = scoreNamed(scores, scoreProperty);
  if (score) return [fine(`the score is ${score.label} (number ${score.id})`)];
  if (ownScore) return [fine('there is no score to read: the playbook scores contacts itself')];
  const { message } = noSuchScore(scores, scoreProperty);
  return [problem(message, 'Make a contact score under Contacts › Scoring, or name the one that counts.')];
}

async function fieldFindings(
  { account, stageProperty, ownerProperty }: Inspected,
  wanted: SourceWishes,
): Promise<SourceFinding[]> {
  const fields = await account.fields();
  const own = {
    ...{ name: 'activecampaign', noStages: 'ActiveCampaign keeps none', stageProperty, ownerProperty },
    find: (name: string) => fieldNamed(fields, name),
    there: () => tagsThere(fields),
  };
  const named = wanted.properties.flatMap(({ name, where }) => {
    if (OWN.includes(name) || [...fields.values()].some(one => one.name === name)) return [];
    const meant = fieldNamed(fields, name);
    const fix = meant ? `Write it ${meant.name}.` : tagsThere(fields);
    return [problem(`${where} asks for ${name}, which contacts in ActiveCampaign do not have`, fix)];
  });
  return [...writtenFieldFindings(own, wanted), ...named];
}

/** Fields go by their personalization tags, in small letters and without the signs. */
function tagsThere(fields: ReadonlyMap<string, Named>): string {
  const names = [...fields.values()].map(one => one.name).slice(0, 10);
  return names.length > 0
    ? `Fields there: ${names.join(', ')}.`
    : 'Fields are made under Contacts › Fields; there is none yet.';
}

async function listFindings(api: ActiveCampaign, list: string | undefined): Promise<SourceFinding[]> {
  if (list === undefined) return [];
  if (!/^\d+$/.test(list)) return [fine(`suppressed contacts get the tag ${list}: leave it out of your mailings`)];
  const lists = await everyOne(api, '/lists', 'lists', 'usual');
  const found = lists.find(one => idFrom(one.id) === list);
  if (found) return [fine(`suppressed contacts leave the list ${textFrom(found.name) ?? list}`)];
  return [problem(`there is no list ${list}`, 'Its number is in the address of the list: …/app/contacts/?listid=2.')];
}
