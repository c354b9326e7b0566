/** Compares Pipedrive with the playbook. */

import type { CrmSetup, SetupFinding, SetupWanted } from '../../../contracts/crm-setup.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { listed } from '../../../lib/english.ts';
import { CredentialsRejected, Failure } from '../../../lib/errors.ts';
import type { Me } from '../api/account.ts';
import type { Company } from '../api/company.ts';
import { fieldNamed } from '../api/schema.ts';
import { stageFor } from '../records/deal.ts';
import { FIELDS_OF, fits, HOOKED, missingOptions, OWNER_WORDS, wantedFields } from './wanted.ts';
import { standing, webhooksOf } from './webhooks.ts';

const SET_UP = 'Press “Set up Pipedrive” on Baton’s Home.';

type Look = (company: Company, wanted: SetupWanted) => Promise<SetupFinding[]>;

/** Some eight calls. @param whose the user whose log-in Baton has */
export function inspector(company: Company, whose: () => Promise<Me>, secret: string): CrmSetup['inspect'] {
  return async wanted => {
    const user = await whose();
    company.schema.forget();
    const looks: [about: string, look: Look][] = [
      ['Log-in', async () => loginOf(user)],
      ['Fields', fieldsOf],
      ['Mapping', mappingOf],
      ['Deals', dealsOf],
      ['People', peopleOf],
      ['Activities', activitiesOf],
      ['Messages', async () => (wanted.messagesTo ? webhookFindings(company, secret, wanted.messagesTo) : [])],
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

function loginOf({ name, company_name: company, company_domain: domain, access }: Me): SetupFinding[] {
  const isAdmin = access.some(({ app, admin }) => admin && (app === 'sales' || app === 'global'));
  const who = `Logged in as ${name} at ${company || domain} (${domain}.pipedrive.com)`;
  if (isAdmin) return [{ about: 'Log-in', level: 'fine', what: who }];
  const fix = 'Make this user a deals admin in Pipedrive, or connect Baton as one: else it does not see every record.';
  return [{ about: 'Log-in', level: 'warning', what: `${who}, who is no admin there`, fix }];
}

async function fieldsOf({ schema, rules }: Company): Promise<SetupFinding[]> {
  const findings = await Promise.all(
    wantedFields(rules).map(async (wanted): Promise<SetupFinding | undefined> => {
      const known = fieldNamed(await schema.fields(wanted.of), wanted.name);
      const what = `The field “${wanted.name}” of ${OWNER_WORDS[wanted.of]}`;
      if (!known) return { about: 'Fields', level: 'problem', what: `${what} is not there`, fix: SET_UP };
      if (!fits(wanted, known)) {
        const fix = `Rename it in Pipedrive and set up again, or give ${wanted.because ?? 'the playbook'} another name.`;
        return {
          about: 'Fields',
          level: 'problem',
          what: `${what} is of the type ${known.field_type}, which does not hold what Baton writes`,
          fix,
        };
      }
      const missing = missingOptions(wanted, known);
      if (missing.length === 0) return undefined;
      return { about: 'Fields', level: 'problem', what: `${what} lacks the options ${listed(missing)}`, fix: SET_UP };
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
      const of = FIELDS_OF[object];
      const known = of ? await schema.fields(of) : [];
      for (const name of Object.keys(fields)) {
        if (!of || fieldNamed(known, name)) continue;
        const what = `The playbook’s crm.${kind} writes “${name}” of ${object}, which Pipedrive does not have`;
        const fix = 'Make the field in Pipedrive (Settings, Data fields), or take it out of the playbook.';
        findings.push({ about: 'Mapping', level: 'problem', what, fix });
      }
    }
  }
  return findings;
}

async function dealsOf({ schema, rules }: Company, { modes }: SetupWanted): Promise<SetupFinding[]> {
  if (!modes.includes('account_based')) return [];
  const warnings: string[] = [];
  const stage = stageFor(await schema.pipelines(), rules.opportunity, warnings);
  const fix = 'Give the playbook (crm.opportunity) the names of a pipeline and a stage as they stand in Pipedrive.';
  if (!stage) return [{ about: 'Deals', level: 'problem', what: 'Pipedrive has no pipeline with a stage', fix }];
  if (warnings.length > 0) return warnings.map(what => ({ about: 'Deals', level: 'problem' as const, what, fix }));
  return [{ about: 'Deals', level: 'fine', what: `New Deals begin at “${stage.name}”` }];
}

async function peopleOf({ schema }: Company, { people }: SetupWanted): Promise<SetupFinding[]> {
  const users = await schema.users();
  const findings = people.flatMap(({ email, name }): SetupFinding[] => {
    const found = users.filter(user => user.email.toLowerCase() === email);
    if (found.some(user => user.active_flag)) return [];
    const what =
      found.length > 0 ? `${name} is deactivated in Pipedrive` : `${name} (${email}) is no user of Pipedrive`;
    const fix =
      'Add the user in Pipedrive with this address, or correct it in the playbook: their leads belong to Baton’s user till then.';
    return [{ about: 'People', level: 'problem', what, fix }];
  });
  const fine: SetupFinding = { about: 'People', level: 'fine', what: 'Everybody of the playbook is a user' };
  return findings.length > 0 ? findings : [fine];
}

async function activitiesOf({ schema }: Company): Promise<SetupFinding[]> {
  const types = await schema.activityTypes();
  const missing = ['call', 'email', 'task'].filter(
    key => !types.some(one => one.key_string === key && one.active_flag),
  );
  if (missing.length === 0)
    return [{ about: 'Activities', level: 'fine', what: 'Calls, e-mails and tasks have a type' }];
  const what = `Pipedrive has no active activity type ${listed(missing)}`;
  const fix = 'Switch it on in Pipedrive (Settings, Activities): without it Baton’s activities are refused.';
  return [{ about: 'Activities', level: 'problem', what, fix }];
}

/** Whether Pipedrive tells Baton of what happens there. */
async function webhookFindings({ client }: Company, secret: string, address: string): Promise<SetupFinding[]> {
  const webhooks = await webhooksOf(client);
  const missing = HOOKED.filter(object => !standing(webhooks, object, { address, secret }).works);
  if (missing.length === 0)
    return [{ about: 'Messages', level: 'fine', what: 'Pipedrive tells Baton of every change' }];
  const what = `No working webhook for ${listed(missing)}: Baton hears of changes only when it asks, every 15 minutes`;
  return [{ about: 'Messages', level: 'problem', what, fix: SET_UP }];
}
