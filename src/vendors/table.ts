/** The one list of vendors. A new one is a line here. */
import { activecampaignInPlaybook } from './activecampaign/playbook.ts';
import { apolloInPlaybook } from './apollo/playbook.ts';
import { clearbitInPlaybook } from './clearbit/playbook.ts';
import { formInPlaybook } from './form/playbook.ts';
import { hubspotInPlaybook } from './hubspot/playbook.ts';
import { manualInPlaybook } from './manual/playbook.ts';
import { marketoInPlaybook } from './marketo/playbook.ts';
import { pardotInPlaybook } from './pardot/playbook.ts';
import { playbookVendorsOf } from './playbook-vendors.ts';
import { salesforceInPlaybook } from './salesforce/playbook.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [];

/** What playbooks may name. */
export const PLAYBOOK_VENDORS = playbookVendorsOf([
  salesforceInPlaybook,
  hubspotInPlaybook,
  marketoInPlaybook,
  pardotInPlaybook,
  activecampaignInPlaybook,
  formInPlaybook,
  clearbitInPlaybook,
  apolloInPlaybook,
  manualInPlaybook,
]);
