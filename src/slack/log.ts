import { LogLevel, type Logger as SlackLogger } from '@slack/web-api';
import type { Logger } from '../lib/log.ts';

/**
 * Slack's libraries write through ours, or nowhere: left alone they print to the console. Their debug lines carry whole
 * requests and answers, so those are dropped whatever the level.
 */
export function slackLog(log?: Logger): SlackLogger {
  const line =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log?.[level]({ library: 'slack' }, parts.map(String).join(' '));
  return {
    debug() {},
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
