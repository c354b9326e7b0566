import type { Table } from '../types.ts';
import { home } from './home.ts';

/** The Home tab of reps and managers. */
export const homeTable: Table = {
  events: { app_home_opened: home },
};
