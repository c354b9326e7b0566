import { OWNER_KEEP, OWNER_RESTORE } from '../../blocks/owner.ts';
import type { ListenerTable } from '../types.ts';
import { keepOwner, restoreOwner } from './decide.ts';

/** The buttons about a record's owner. */
export const ownerListeners: ListenerTable = { buttons: { [OWNER_KEEP]: keepOwner, [OWNER_RESTORE]: restoreOwner } };
