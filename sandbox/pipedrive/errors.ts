/** How Pipedrive says no. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, error: string, info?: string) {
    super(error);
    this.status = status;
    this.body = {
      success: false,
      error,
      error_info: info ?? 'Please check developers.pipedrive.com for more information about Pipedrive API.',
      data: null,
    };
  }
}

export const unauthorized = () => new Refusal(401, 'unauthorized access');
export const notFound = (what: string) => new Refusal(404, `${what} not found`, 'Object was not found.');
export const invalid = (what: string) => new Refusal(400, what);
