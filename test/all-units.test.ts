/** The units of src, in one process: each file alone would read half the house again, two hundred times a run. */
import { readTests } from './helpers/one-process.ts';

await readTests('src/**/*.test.ts');
