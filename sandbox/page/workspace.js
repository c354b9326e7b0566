/** The workspace that is drawn: whom one may look over the shoulder of, and who and what can be chosen in forms. */
export const VIEWERS = {
  'marcus@example.com': 'Marcus Chen',
  'priya@example.com': 'Priya Nair',
  'dana@example.com': 'Dana Ruiz',
  'tom@example.com': 'Tom Okafor',
};
export const PEOPLE = {
  U0MARCUS: 'Marcus Chen',
  U0PRIYA: 'Priya Nair',
  U0DANA: 'Dana Ruiz',
  U0TOM: 'Tom Okafor',
  U0CHAN: 'Chan Li',
  U0SARAH: 'Sarah Lindqvist',
};
export const CHANNELS = {
  C0GENERAL: '#general',
  C0HANDOFFS: '#mql-handoffs',
  C0MIDMARKET: '#mql-mid-market',
};
export const PLACES = {
  dm: 'Baton',
  home: 'Baton · Home',
  '#mql-handoffs': '#mql-handoffs',
  '#mql-mid-market': '#mql-mid-market',
};
