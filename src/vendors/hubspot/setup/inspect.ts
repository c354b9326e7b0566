/** Compares HubSpot with the playbook. */
import type { CrmSetup, SetupFinding, SetupWanted } from '../../../contracts/crm-setup.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { listed } from '../../../lib/english.ts';
import { CredentialsRejected, Failure } from '../../../lib/errors.ts';
import type { Portal } from '../portal/portal.ts';
import { sameName } from '../portal/schema.ts';
import { stageFor } from '../records/deal.ts';
import { fits, missingOptions, TYPE_OF, TYPE_WORDS, type WantedProperty, wantedProperties } from './wanted.ts';

const SET_UP = 'Press “Set up HubSpot” on Baton’s Home.';

type Look = (portal: Portal, wanted: SetupWanted) => Promise<SetupFinding[]>;

/** Some twelve calls. @param signed whether messages are known by their signature */
export function inspector(portal: Portal, signed: boolean): CrmSetup['inspect'] {
  return async wanted => {
    portal.schema.forget();
    const looks: [about: string, look: Look][] = [
      ['Log-in', accountOf],
      ['Fields', fieldsOf],
      ['Mapping', mappingOf],
      ['Leads', leadsOf],
      ['Values', statusesOf],
      ['Deals', dealsOf],
      ['People', peopleOf],
      ['Messages', async () => messagesOf(signed)],
    ];
    const found: SetupFinding[] = [];
    for (const [about, look] of looks) found.push(...(await asked(about, () => look(portal, wanted))));
    return found;
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

async function accountOf({ schema }: Portal): Promise<SetupFinding[]> {
  const { portalId } = await schema.account();
  return [{ about: 'Log-in', level: 'fine', what: `Connected to the HubSpot account ${portalId}` }];
}

async function fieldsOf(portal: Portal): Promise<SetupFinding[]> {
  const wanted = wantedProperties(portal.rules, await portal.schema.hasLeads());
  const ill: SetupFinding[] = [];
  for (const one of wanted) ill.push(...(await fieldFindings(portal, one)));
  if (ill.length > 0) return ill;
  return [{ about: 'Fields', level: 'fine', what: `All ${wanted.length} properties are there` }];
}

async function fieldFindings({ schema }: Portal, wanted: WantedProperty): Promise<SetupFinding[]> {
  const known = (await schema.properties(wanted.of)).find(({ name }) => name === wanted.name);
  const what = `The property “${wanted.name}” of a ${TYPE_WORDS[wanted.of]}`;
  if (!known) return [{ about: 'Fields', level: 'problem', what: `${what} is not there`, fix: SET_UP }];
  if (!fits(wanted, known)) {
    const fix = `Delete it in HubSpot and set up again${wanted.because ? `, or give ${wanted.because} another name` : ''}.`;
    const why =
      wanted.unique && !known.unique
        ? 'takes the same value twice, so that Baton could write things twice'
        : `is of the type ${known.type}${known.readOnly ? ' and written by HubSpot alone' : ''}, which does not hold what Baton writes`;
    return [{ about: 'Fields', level: 'problem', what: `${what} ${why}`, fix }];
  }
  const missing = missingOptions(wanted, known);
  if (missing.length === 0) return [];
  return [{ about: 'Fields', level: 'problem', what: `${what} lacks the options ${listed(missing)}`, fix: SET_UP }];
}

async function mappingOf({ schema, rules }: Portal): Promise<SetupFinding[]> {
  const findings: SetupFinding[] = [];
  for (const kind of ['custom', 'defaults'] as const) {
    for (const [object, fields] of Object.entries(rules[kind])) {
      const type = TYPE_OF[object];
      if (!type || (type === 'leads' && !(await schema.hasLeads()))) continue;
      const known = await schema.properties(type);
      for (const name of Object.keys(fields)) {
        const property = known.find(one => one.name === name);
        if (property && !property.readOnly) continue;
        const lack = property ? 'HubSpot alone writes' : 'HubSpot does not have';
        const what = `The playbook’s crm.${kind} writes “${name}” of ${object}, which ${lack}`;
        const fix = 'Make the property in HubSpot (Settings, Properties), or take it out of the playbook.';
        findings.push({ about: 'Mapping', level: 'problem', what, fix });
      }
    }
  }
  return findings;
}

async function leadsOf({ schema }: Portal, { modes }: SetupWanted): Promise<SetupFinding[]> {
  if (!modes.includes('lead')) return [];
  if (await schema.hasLeads())
    return [{ about: 'Leads', level: 'fine', what: 'New leads are made as leads of their contact' }];
  const what = 'This account, or Baton’s token, has no leads: contacts are worked by lifecycle stage and lead status';
  const fix =
    'With Sales Hub Professional or Enterprise, give Baton’s app the scopes crm.objects.leads.read and crm.objects.leads.write.';
  return [{ about: 'Leads', level: 'warning', what, fix }];
}

/** Are the statuses of the playbook ones that a lead, or a contact where there are no leads, can have? */
async function statusesOf({ schema, rules }: Portal): Promise<SetupFinding[]> {
  const { statuses } = rules;
  if (!statuses) return [];
  const stages = await schema.stages('leads');
  const status = (await schema.properties('contacts')).find(({ name }) => name === 'hs_lead_status');
  const known =
    stages.length > 0 ? stages.map(({ label }) => label) : (status?.options ?? []).map(({ label }) => label);
  const ill = (['working', 'contacted', 'rejected'] as const).flatMap(meaning =>
    statuses[meaning]
      .filter(one => !known.some(other => sameName(one, other)))
      .map(one => ({
        about: 'Values',
        level: 'problem' as const,
        what: `HubSpot has no lead status “${one}” (crm.statuses.${meaning}); it has ${listed(known)}`,
        fix: 'Give the playbook the names as they stand in HubSpot, or leave crm.statuses out.',
      })),
  );
  return ill.length > 0 ? ill : [{ about: 'Values', level: 'fine', what: 'Every status of crm.statuses can occur' }];
}

async function dealsOf({ schema, rules }: Portal, { modes }: SetupWanted): Promise<SetupFinding[]> {
  if (!modes.includes('account_based')) return [];
  const warnings: string[] = [];
  const { opportunity } = rules;
  const stage = stageFor(await schema.stages('deals'), opportunity, warnings);
  const fix = 'Give the playbook (crm.opportunity) the names of a pipeline and a stage as they stand in HubSpot.';
  const ill = warnings.map(what => ({ about: 'Deals', level: 'problem' as const, what, fix }));
  const role = opportunity.contact_role;
  if (role && !(await schema.associations('deals', 'contacts')).some(({ label }) => label && sameName(label, role))) {
    ill.push({
      about: 'Deals',
      level: 'problem',
      what: `HubSpot has no association label “${role}” of a contact at a deal`,
      fix: SET_UP,
    });
  }
  if (!stage) return [...ill, { about: 'Deals', level: 'problem', what: 'HubSpot has no pipeline with a stage', fix }];
  return ill.length > 0 ? ill : [{ about: 'Deals', level: 'fine', what: `New deals begin at “${stage.label}”` }];
}

async function peopleOf({ schema }: Portal, { people }: SetupWanted): Promise<SetupFinding[]> {
  const owners = await schema.owners();
  const findings = people.flatMap(({ email, name }): SetupFinding[] => {
    const found = owners.filter(one => one.email === email.toLowerCase());
    if (found.some(({ active }) => active)) return [];
    const what = found.length > 0 ? `${name} is deactivated in HubSpot` : `${name} (${email}) is no user of HubSpot`;
    const fix =
      'Add the user in HubSpot with this address, or correct it in the playbook: their leads have no owner there till then.';
    return [{ about: 'People', level: 'problem', what, fix }];
  });
  return findings.length > 0
    ? findings
    : [{ about: 'People', level: 'fine', what: 'Everybody of the playbook is a user' }];
}

/** Which subscriptions an app has no token may ask. */
function messagesOf(signed: boolean): SetupFinding[] {
  if (signed) {
    const what =
      'Webhooks are known by their signature; which of them are subscribed to, HubSpot shows to people alone';
    return [{ about: 'Messages', level: 'fine', what }];
  }
  const what = 'Webhooks are trusted by their address alone';
  return [
    { about: 'Messages', level: 'warning', what, fix: 'Set HUBSPOT_CLIENT_SECRET: then their signatures are checked.' },
  ];
}
