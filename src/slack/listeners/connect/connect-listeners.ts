import { CONNECT, CONNECT_DONE, CONNECT_GO, CONNECT_LATER, DISCONNECT } from '../../blocks/connect.ts';
import { END_OLD_HOOK_KEY, NEW_HOOK_KEY } from '../../blocks/home/connections.ts';
import { FORGET_KEYS, HOOK_SETUP, KEYS_FORM, TYPE_KEYS } from '../../blocks/keys.ts';
import type { ListenerTable } from '../types.ts';
import { askLink, disconnect, later, wasThere, wentThere } from './connect.ts';
import { endOldHookKey, replaceHookKey } from './hook-key.ts';
import { forgetKeys, openKeys, showHookSetup, submitKeys } from './keys.ts';

/** Connecting: by logging in at a vendor's page, for the workspace or oneself, and with keys that are typed. */
export const connectListeners: ListenerTable = {
  buttons: {
    [CONNECT.workspace]: askLink('workspace'),
    [CONNECT.mine]: askLink('mine'),
    [CONNECT_GO]: wentThere,
    [CONNECT_LATER]: later,
    [DISCONNECT.workspace]: disconnect('workspace'),
    [DISCONNECT.mine]: disconnect('mine'),
    [TYPE_KEYS]: openKeys,
    [FORGET_KEYS]: forgetKeys,
    [HOOK_SETUP]: showHookSetup,
    [NEW_HOOK_KEY]: replaceHookKey,
    [END_OLD_HOOK_KEY]: endOldHookKey,
  },
  submissions: { [CONNECT_DONE]: wasThere, [KEYS_FORM]: submitKeys },
};
