import { ERASE } from '../../blocks/modals/privacy.ts';
import type { ListenerTable } from '../types.ts';
import { submitErase } from './privacy.ts';

/** The form that erases a person; the command is a word of `/mql`. */
export const privacyListeners: ListenerTable = { submissions: { [ERASE]: submitErase } };
