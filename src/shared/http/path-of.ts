/** The fields of a query; a list repeats its field, and `undefined` leaves it out. */
export type QueryFields = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A path with its query. */
export function pathOf(path: string, fields: QueryFields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value ?? []].flat()) query.append(name, String(one));
  }
  return query.size === 0 ? path : `${path}?${query}`;
}
