/** Compares Zoho CRM with the playbook. */
import type { CrmSetup, SetupFinding, SetupWanted } from '../../../contracts/crm-setup.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { listed } from '../../../lib/english.ts';
import { CredentialsRejected, Failure } from '../../../lib/errors.ts';
import type { Account } from '../api/account.ts';
import type { Company } from '../api/company.ts';
import { fieldNamed, sameName } from '../api/schema.ts';
import { channelsOf, EVENTS, type WatchOptions } from '../events/watch.ts';
import { stageFor } from '../records/account.ts';
import { TRAITS } from '../traits.ts';
import { fits, isUnique, MODULE_OF, missingOptions, wantedFields } from './wanted.ts';

const SET_UP = 'Press “Set up Zoho CRM” on Baton’s Home.';

type Look = (company: Company, wanted: SetupWanted) => Promise<SetupFinding[]>;

/** Some nine calls. */
export function inspector(company: Company, watching: WatchOptions): CrmSetup['inspect'] {
  return async wanted => {
    const account = await company.account();
    company.schema.forget();
    const looks: [about: string, look: Look][] = [
      ['Log-in', async () => loginOf(account)],
      ['Fields', fieldsOf],
      ['Mapping', mappingOf],
      ['Statuses', statusesOf],
      ['Deals', dealsOf],
      ['People', peopleOf],
      ['Messages', async () => (wanted.messagesTo ? messagesOf(company, wanted.messagesTo, watching) : [])],
    ];
    const found = await Promise.all(looks.map(([about, look]) => asked(about, () => look(company, wanted))));
    return found.flat();
  };
}

/** What could not be asked is a finding of its own. */
async function asked(about: string, look: () => Promise<SetupFinding[]>): Promise<SetupFinding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof CredentialsRejected) throw error;
    return [{ about, level: 'warning', what: `This could not be looked at: ${failureReason(error)}` }];
  }
}

function loginOf({ name, company, profile }: Account): SetupFinding[] {
  const who = `Logged in as ${name} at ${company}`;
  if (profile === undefined || profile === 'Administrator') return [{ about: 'Log-in', level: 'fine', what: who }];
  const fix =
    'Give this user the profile Administrator, or connect Baton as one who has it: else it may not see every record.';
  return [{ about: 'Log-in', level: 'warning', what: `${who}, whose profile is ${profile}`, fix }];
}

async function fieldsOf({ schema, rules }: Company): Promise<SetupFinding[]> {
  const problem = (what: string, fix: string): SetupFinding => ({ about: 'Fields', level: 'problem', what, fix });
  const findings = await Promise.all(
    wantedFields(rules).map(async (wanted): Promise<SetupFinding | undefined> => {
      const known = fieldNamed(await schema.fields(wanted.of), wanted.name);
      const what = `The field “${wanted.name}” of ${wanted.of}`;
      if (!known) return problem(`${what} is not there`, SET_UP);
      if (!fits(wanted, known)) {
        const other = `Rename it in Zoho CRM and set up again, or give ${wanted.because ?? 'the playbook'} another name.`;
        return problem(`${what} is of the type ${known.data_type}, which does not hold what Baton writes`, other);
      }
      if (wanted.unique && !isUnique(known)) {
        return problem(`${what} is not unique`, 'Tick “Do not allow duplicate values” in its properties in Zoho CRM.');
      }
      const missing = missingOptions(wanted, known);
      return missing.length === 0 ? undefined : problem(`${what} lacks the values ${listed(missing)}`, SET_UP);
    }),
  );
  const ill = findings.filter(one => one !== undefined);
  const fine: SetupFinding = { about: 'Fields', level: 'fine', what: `All ${findings.length} fields are there` };
  return ill.length > 0 ? ill : [fine];
}

async function mappingOf({ schema, rules }: Company): Promise<SetupFinding[]> {
  const findings: SetupFinding[] = [];
  for (const kind of ['custom', 'defaults'] as const) {
    for (const [object, fields] of Object.entries(rules[kind])) {
      const known = await schema.fields(MODULE_OF[object as keyof typeof MODULE_OF]);
      for (const name of Object.keys(fields)) {
        if (fieldNamed(known, name)) continue;
        const what = `The playbook’s crm.${kind} writes “${name}” of ${object}, which Zoho CRM does not have`;
        const fix = 'Make the field in Zoho CRM (Setup › Modules and Fields), or take it out of the playbook.';
        findings.push({ about: 'Mapping', level: 'problem', what, fix });
      }
    }
  }
  return findings;
}

/** What the playbook, or Zoho's own first statuses, say of the work must be there to be chosen. */
async function statusesOf({ schema, rules }: Company): Promise<SetupFinding[]> {
  const fields = await schema.fields('Leads');
  const values = fields.find(one => one.api_name === 'Lead_Status')?.pick_list_values ?? [];
  const isThere = (status: string) => values.some(one => sameName(one.display_value, status));
  const statuses = rules.statuses ?? TRAITS.statuses;
  const all = [...(statuses?.working ?? []), ...(statuses?.contacted ?? []), ...(statuses?.rejected ?? [])];
  const missing = all.filter(status => !isThere(status));
  if (missing.length === 0) return [{ about: 'Statuses', level: 'fine', what: 'Every status of a Lead is there' }];
  const what = `Leads have no status ${listed(missing.map(one => `“${one}”`))} in Zoho CRM`;
  const fix = 'Say in the playbook’s crm.statuses what the Lead Status values of your Zoho CRM mean.';
  return [{ about: 'Statuses', level: rules.statuses ? 'problem' : 'warning', what, fix }];
}

async function dealsOf({ schema, rules }: Company, { modes }: SetupWanted): Promise<SetupFinding[]> {
  if (!modes.includes('account_based')) return [];
  const warnings: string[] = [];
  const { stage } = stageFor(await schema.pipelines(), rules.opportunity, warnings);
  const fix = 'Give the playbook (crm.opportunity) the names of a pipeline and a stage as they stand in Zoho CRM.';
  if (!stage) return [{ about: 'Deals', level: 'problem', what: 'Zoho CRM has no pipeline with a stage', fix }];
  if (warnings.length > 0) return warnings.map(what => ({ about: 'Deals', level: 'problem' as const, what, fix }));
  return [{ about: 'Deals', level: 'fine', what: `New Deals begin at “${stage.display_value}”` }];
}

async function peopleOf({ schema }: Company, { people }: SetupWanted): Promise<SetupFinding[]> {
  const users = await schema.users();
  const findings = people.flatMap(({ email, name }): SetupFinding[] => {
    const found = users.filter(user => user.email.toLowerCase() === email);
    if (found.some(user => user.status === 'active')) return [];
    const what = found.length > 0 ? `${name} is deactivated in Zoho CRM` : `${name} (${email}) is no user of Zoho CRM`;
    const fix =
      'Add the user in Zoho CRM with this address, or correct it in the playbook: their leads belong to Baton’s user till then.';
    return [{ about: 'People', level: 'problem', what, fix }];
  });
  const fine: SetupFinding = { about: 'People', level: 'fine', what: 'Everybody of the playbook is a user' };
  return findings.length > 0 ? findings : [fine];
}

/** Whether Zoho tells Baton of what happens there. */
async function messagesOf({ client }: Company, address: string, watching: WatchOptions): Promise<SetupFinding[]> {
  const channel = (await channelsOf(client, watching)).find(one => one.address === address);
  const missing = EVENTS.filter(event => !channel?.events.includes(event));
  if (missing.length === 0) return [{ about: 'Messages', level: 'fine', what: 'Zoho CRM tells Baton of every change' }];
  const of = channel ? ` of ${listed(missing)}` : '';
  const what = `Zoho CRM sends no notifications${of}: Baton hears of changes only when it asks, every 15 minutes`;
  return [{ about: 'Messages', level: 'problem', what, fix: SET_UP }];
}
