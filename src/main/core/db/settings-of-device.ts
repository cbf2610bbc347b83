/** Reads and writes one JSON value of `device.db` by its name. Knows no value. */
import type { z } from 'zod';
import type { DbFile, Writer } from './connection.ts';

/** The value, or undefined when there is none or it does not have the shape any more. */
export function readSetting<T extends z.ZodType>(device: DbFile, key: string, shape: T): z.output<T> | undefined {
  const stored = device.reader.value<string>('select value from setting where key = ?', key);
  if (stored === undefined) return undefined;
  const parsed = shape.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : undefined;
}

/** Puts a value in place of the old one. */
export function putSetting(writer: Writer, key: string, value: unknown): void {
  writer.run(
    'insert into setting (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    JSON.stringify(value),
  );
}

/** Takes a value away. */
export function dropSetting(writer: Writer, key: string): void {
  writer.run('delete from setting where key = ?', key);
}
