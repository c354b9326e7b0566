/** Names of properties that Baton works by. */

/** As Baton's set-up makes them. No two records have the same key, or the same domain. */
export const KEY = 'baton_key';
export const DOMAIN_KEY = 'baton_domain';
/** On contacts: the newest handoff, and where the lead came from, in words. */
export const HANDOFF = 'baton_handoff';
export const LEAD_SOURCE = 'baton_lead_source';

/** A record's owner. */
export const OWNER = 'hubspot_owner_id';
