/** A manifest's keys as the connect forms need them. */
import type { KeyConnect, KeyField, TypedValues } from '../contracts/key-connect.ts';
import type { Clock } from '../lib/clock.ts';
import type { Settings, Vendor } from './vendor.ts';

/** Nobody has this id: an answer of "none" proves that contacts may be read. */
const NOBODY = '1';

/**
 * Undefined: the vendor is not connected with keys.
 * @param given the environment's settings of the vendor: what it shares with every workspace, and addresses that whoever
 * runs Baton trusts
 */
export function keyConnectOf(vendor: Vendor, given: Settings, clock: Clock): KeyConnect | undefined {
  const { keys: fields, label, variables, roles } = vendor;
  if (!fields) return undefined;
  const shared = Object.entries(given).filter(([name]) => variables[name]?.shared === true);
  return {
    label,
    ...(vendor.builtIn && { isBuiltIn: true }),
    ...(roles.source && vendor.playbook?.source?.scoreProperty === undefined && { onlySends: true }),
    roles: Object.keys(roles) as KeyConnect['roles'],
    fields,
    problems: values =>
      Object.fromEntries(
        fields.flatMap(field => {
          const wrong = problemOf(vendor, field, values, given);
          return wrong === undefined ? [] : [[field.name, wrong]];
        }),
      ),
    async prove(values, { scoreProperty, threshold, roles: wanted }) {
      const settings = { ...Object.fromEntries(shared), ...values };
      const of = { settings, own: values, isLoggedIn: false, clock };
      const rules = {
        scoreProperty,
        threshold,
        mqlStages: [],
        ownScore: false,
        manualLead: async () => null,
        questions: {},
      };
      await roles.source
        ?.make({ ...of, ...rules, submissionsOf: async () => [], openContacts: async () => [] })
        ?.contact(NOBODY);
      await roles.scheduler?.make(of)?.prove();
      // A key that is enough for what is wanted need not be enough for sequences.
      if (wanted.includes('sequencer')) await roles.sequencer?.make(of)?.prove();
    },
  };
}

function problemOf({ variables }: Vendor, field: KeyField, values: TypedValues, given: Settings): string | undefined {
  const { name, optional, host } = field;
  const value = values[name];
  if (value === undefined) return optional ? undefined : 'Is missing.';
  const checked = variables[name]?.schema.safeParse(value);
  const [issue] = checked?.error?.issues ?? [];
  if (issue) return `It ${issue.message}.`;
  if (!host || host.test(value) || originOf(value) === originOf(given[name])) return undefined;
  return `Must be the address that the vendor gave you, such as ${field.placeholder ?? 'in its settings'}.`;
}

const originOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
