/** A page of a list; pages count from 0. */
export interface Paged<T> {
  rows: T[];
  total: number;
  page: number;
  pages: number;
}

/** The page that was asked for; the first when the list has become shorter than that. */
export async function paged<T>(
  page: number,
  size: number,
  read: (part: { limit: number; offset: number }) => Promise<{ rows: T[]; total: number }>,
): Promise<Paged<T>> {
  const found = await read({ limit: size, offset: page * size });
  if (found.rows.length > 0 || page === 0) {
    return { ...found, page, pages: Math.max(1, Math.ceil(found.total / size)) };
  }
  return paged(0, size, read);
}
