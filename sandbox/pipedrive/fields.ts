/** Fields of records: what each holds. */

export interface FieldRow {
  field_name: string;
  field_code: string;
  field_type: string;
  options: { id: number; label: string }[] | null;
  is_custom_field: boolean;
}

export const [MOST_VARCHAR, MOST_TEXT] = [255, 65_535];

export function builtIn(field_name: string, field_code: string, field_type: string): FieldRow {
  return { field_name, field_code, field_type, options: null, is_custom_field: false };
}

/** May this value stand in the field? */
export function holds({ field_type: type, options }: FieldRow, value: unknown): boolean {
  switch (type) {
    case 'double':
      return typeof value === 'number';
    case 'enum':
      return options?.some(({ id }) => id === value) === true;
    case 'set':
      return Array.isArray(value) && value.every(one => options?.some(({ id }) => id === one));
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
    case 'monetary':
      return typeof value === 'object';
    case 'text':
      return typeof value === 'string' && Buffer.byteLength(value) <= MOST_TEXT;
    default:
      return typeof value === 'string' && [...value].length <= MOST_VARCHAR;
  }
}
