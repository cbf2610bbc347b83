/**
 * The server's log: one JSON line an event. Customer text cannot come in, because an entry holds a name and fields that
 * are numbers, truths and short identifiers; a longer string is cut away, whoever passed it.
 */
import pino from 'pino';

export type LogFields = Record<string, string | number | boolean | null>;

/** Writes events by name: `dispatch.settled`. Also the log that channels are given. */
export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same log with fields that stand in every line. */
  child(fields: LogFields): Log;
};

/** Longest string of a field: ids, reasons and error names fit, a message of a customer does not. */
const LONGEST_FIELD = 200;
/** Names under which text of customers or a secret would travel. */
const FORBIDDEN_FIELDS =
  /^(text|html|body|subject|preview|password|token|accessToken|refreshToken|authorization|cookie|secret|settings|address|value)$/i;

/**
 * Makes the log.
 * @param level `silent` in tests
 * @param write takes whole lines; standard error when absent
 */
export function createLog(level: 'info' | 'warn' | 'error' | 'silent', write?: (line: string) => void): Log {
  const sink = write ? { write } : pino.destination({ dest: 2, sync: true });
  return over(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' }, sink));
}

function over(logger: pino.Logger): Log {
  return {
    info: (event, fields) => logger.info(clean(fields), event),
    warn: (event, fields) => logger.warn(clean(fields), event),
    error: (event, fields) => logger.error(clean(fields), event),
    child: (fields) => over(logger.child(clean(fields))),
  };
}

function clean(fields: LogFields = {}): LogFields {
  const cleaned: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (FORBIDDEN_FIELDS.test(name)) cleaned[name] = '(left out)';
    else
      cleaned[name] =
        typeof value === 'string' && value.length > LONGEST_FIELD ? `${value.slice(0, LONGEST_FIELD)}…` : value;
  }
  return cleaned;
}

/**
 * What of an error may be logged: its class and, from a database or the system, its code. Never its sentence: drizzle
 * and the drivers quote the statement and its values there, which are a customer's words.
 */
export function nameOfError(error: unknown): { error: string; code: string | null } {
  if (!(error instanceof Error)) return { error: typeof error, code: null };
  return { error: error.name, code: codeOf(error) ?? codeOf(error.cause) };
}

function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && code.length <= 40 ? code : null;
}
