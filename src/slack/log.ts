import { LogLevel, type Logger as SlackLogger } from '@slack/web-api';
import type { Logger } from '../lib/log.ts';

/** What Bolt says when `authorize` throws. */
const NOT_AUTHORISED = 'Authorization of incoming event did not succeed';

/**
 * Slack's libraries write through ours, or nowhere: left alone they print to the console. Their debug lines carry whole
 * requests and answers, so those are dropped whatever the level.
 */
export function slackLog(log?: Logger): SlackLogger {
  const line =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log?.[level]({ library: 'slack' }, parts.map(String).join(' '));
  const warn = line('warn');
  return {
    debug() {},
    info: line('info'),
    // Why is told by answerRefusal, in one line for both.
    warn: (...parts) => (String(parts[0]).startsWith(NOT_AUTHORISED) ? undefined : warn(...parts)),
    error: line('error'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
