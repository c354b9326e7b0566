import { CONNECT, CONNECT_DONE, CONNECT_GO, CONNECT_LATER, DISCONNECT } from '../../blocks/connect.ts';
import type { ListenerTable } from '../types.ts';
import { askLink, disconnect, later, wasThere, wentThere } from './connect.ts';

/** Logging in at a vendor's page, and out: the workspace's connection, and a person's own. */
export const connectListeners: ListenerTable = {
  buttons: {
    [CONNECT.workspace]: askLink('workspace'),
    [CONNECT.mine]: askLink('mine'),
    [CONNECT_GO]: wentThere,
    [CONNECT_LATER]: later,
    [DISCONNECT.workspace]: disconnect('workspace'),
    [DISCONNECT.mine]: disconnect('mine'),
  },
  submissions: { [CONNECT_DONE]: wasThere },
};
