/** Webhooks of an app are declared where the app is made, which no token may do: a person subscribes. Pure. */

/**
 * What Baton's app subscribes to so that HubSpot tells what happens, in order. The address holds the key of the hook,
 * which stands in no message.
 */
export function subscriptionsByHand(hasLeads: boolean): string[] {
  const subscriptions = [
    'contact: property changes of hubspot_owner_id and hs_lead_status; merged; deleted; deleted for privacy',
    'deal: property changes of dealstage and hubspot_owner_id',
    ...(hasLeads ? ['lead: property changes of hs_pipeline_stage and hubspot_owner_id; deleted'] : []),
    'call and e-mail: created',
    'meeting: created; property changes of hs_meeting_outcome',
    'task: property changes of hs_task_status',
  ];
  return [
    'In HubSpot, open Baton’s app (Settings, Integrations, or your developer project) and make PUBLIC_URL/hooks/HOOK_KEY/hubspot its webhook address, with the values of Baton’s own settings: it is the address of HubSpot as a source, too. Baton asks for changes every 15 minutes as well; deletions and merges are told by webhooks alone.',
    `Subscribe there to ${subscriptions.join('; to ')}.`,
  ];
}
