/** Makes the vendors' labels known, as every process of Baton does before it says anything. Imported for that alone. */
import { introduceVendors } from '../../src/domain/service-name.ts';
import { VENDORS } from '../../src/vendors/table.ts';

introduceVendors(VENDORS);
