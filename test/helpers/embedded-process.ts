/** An embedded PostgreSQL in a process of its own, to be killed: `node embedded-process.ts DIR [temporary]`. */

import { startTemporary } from '../../src/db/embedded/temporary.ts';
import { startEmbedded } from '../../src/db/embedded.ts';

const [dir = '', kind] = process.argv.slice(2);
const embedded = kind === 'temporary' ? await startTemporary({}) : await startEmbedded({ dir });
process.once('SIGTERM', () => void embedded.stop().then(() => process.exit(0)));
console.log(JSON.stringify(embedded));
// It lives until it is told to end, or killed.
setInterval(() => undefined, 60_000);
