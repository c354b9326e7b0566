/** Rows for a statement that reads them out of JSON. */

const LATEST = new Date('9999-12-31T23:59:59.999Z');

/** Dates of later years become the last that PostgreSQL reads in this notation; nothing of a lead is due then. */
export function storable(rows: readonly object[]): string {
  const clipped = rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date && value > LATEST ? LATEST : value]),
    ),
  );
  return JSON.stringify(clipped);
}
