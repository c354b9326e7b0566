import { below, type Coverage } from '../coverage.ts';

/**
 * API v3. All of it refuses a missing or unknown key and what the key's user may not see (403), and more than five calls in
 * a second (429 with Retry-After). Pages hold 20, at most 100.
 */
export const coverage: Coverage = below('/api/3', {
  'GET /contacts': {
    covers: 'contacts by e-mail (contained), beyond a number (id_greater), ordered by number or by a score, in pages',
    refuses: 'an order by score without sortId (422)',
    leavesOut: 'other filters, segments, orders by name and date',
  },
  'GET|PUT /contacts/:id': {
    covers: 'a contact with the values of its fields and its lists; PUT changes it and its fields',
    refuses: 'nobody (404 "No Result found for Subscriber"), unknown fields (422)',
    leavesOut: 'deals, automations, geography, accounts',
  },
  'POST /contact/sync': { covers: 'a contact by its e-mail, made (201) or changed (200)', refuses: 'no e-mail (422)' },
  'GET /contacts/:id/scoreValues': { covers: 'its scores as they are now', refuses: 'nobody (404)' },
  'GET /contacts/:id/trackingLogs': { covers: 'events and visits that were tracked', refuses: 'nobody (404)' },
  'GET /contacts/:id/contactTags': { covers: 'its tags by number', refuses: 'nobody (404)' },
  'GET /contacts/:id/contactLists': { covers: 'its lists with their states', refuses: 'nobody (404)' },
  'GET /contacts/:id/notes': { covers: 'its notes, in pages', refuses: 'nobody (404)' },
  'GET /scores': { covers: 'the scores there are' },
  'GET /fields': { covers: 'fields of contacts with their personalization tags, in pages' },
  'GET|POST /tags': {
    covers: 'tags, by a part of their name; POST makes one',
    refuses: 'no name, a name that is taken (422)',
  },
  'GET /lists': { covers: 'lists, in pages' },
  'POST /contactTags': {
    covers: 'gives a tag; again changes nothing',
    refuses: 'nobody, no such tag (404), what is missing (422)',
  },
  'POST /contactLists': {
    covers: 'puts a contact onto a list (1) or off it (2)',
    refuses: 'nobody, no such list (404), what is missing, another status (422)',
  },
  'POST /notes': { covers: 'a note; each call adds one', refuses: 'no text, nobody (404), another kind (422)' },
  'GET /automations': { covers: 'automations, in pages' },
  'GET /contacts/:id/contactAutomations': { covers: 'automations that it went into', refuses: 'nobody (404)' },
  'POST /contactAutomations': {
    covers: 'puts a contact into an automation; again runs it again',
    refuses: 'nobody, no such automation (404), what is missing (422)',
  },
  'DELETE /contactAutomations/:id': { covers: 'takes it out', refuses: 'none of that number (404)' },
  'GET /activities': { absent: 'the feed of a contact' },
});
