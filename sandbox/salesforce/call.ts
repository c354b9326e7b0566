/** One call of the REST API, whether it came alone or inside a composite. */
export interface ApiCall {
  method: string;
  /** Below `/services/data/vNN.N`, without the query: `/sobjects/Lead`. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Record<string, string | undefined>;
  userId: string;
}

export interface ApiAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
