import { OPEN_PAGE, PAGE_LINK } from '../../blocks/open-page.ts';
import { openRecord } from '../card/open-record.ts';
import type { ListenerTable } from '../types.ts';
import { openPage } from './open-page.ts';

/** The way to the shared page. */
export const pageListeners: ListenerTable = { buttons: { [OPEN_PAGE]: openPage, [PAGE_LINK]: openRecord } };
