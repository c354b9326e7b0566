import type { Table } from '../types.ts';
import { helpInDm, helpOnMention } from './help.ts';

/** What people say to Baton, and shortcuts that make a lead of what they see. */
export const messagesTable: Table = {
  events: { app_mention: helpOnMention, message: helpInDm },
};
