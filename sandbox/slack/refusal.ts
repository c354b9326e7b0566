/** What Slack answers with HTTP 200 and `ok: false`. */
export class Refusal extends Error {
  readonly code: string;
  readonly extra: Record<string, unknown>;

  constructor(code: string, extra: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

/** HTTP 429: come back after so many seconds. */
export class TooFast extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super('ratelimited');
    this.seconds = seconds;
  }
}

/** A refusal that lists what is wrong, as `invalid_blocks` and `invalid_arguments` do. */
export function refusal(code: string, problems: string[]): Refusal {
  return new Refusal(code, {
    errors: problems,
    response_metadata: { messages: problems.map(problem => `[ERROR] ${problem}`) },
  });
}
