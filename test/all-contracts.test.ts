/** What every vendor and its stand-in keep, in one process, as the units are. */
import { readTests } from './helpers/one-process.ts';

await readTests('test/contracts/*.test.ts');
