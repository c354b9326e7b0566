/** What Baton is connected to, by the names people know. */
const NAMES: Record<string, string> = {
  hubspot: 'HubSpot',
  marketo: 'Marketo',
  pardot: 'Account Engagement (Pardot)',
  activecampaign: 'ActiveCampaign',
  smtp: 'Mail (SMTP)',
  form: 'Form',
  manual: 'Entered by hand',
  salesforce: 'Salesforce',
  slack: 'Slack',
  clearbit: 'Clearbit',
  apollo: 'Apollo',
  pipedrive: 'Pipedrive',
  zoho: 'Zoho CRM',
};

/** `salesforce` → "Salesforce"; what is not known stays as it is. */
export function serviceName(key: string): string {
  const known = key.toLowerCase();
  return Object.hasOwn(NAMES, known) ? (NAMES[known] ?? key) : key;
}
