import { OWNER_KEEP, OWNER_RESTORE } from '../../blocks/owner.ts';
import type { Table } from '../types.ts';
import { keep, restore } from './decide.ts';

/** The buttons about a record's owner. */
export const ownerTable: Table = { buttons: { [OWNER_KEEP]: keep, [OWNER_RESTORE]: restore } };
