/** The column shapes that every table of the server shares. Holds no table of its own. */
import { bigint, customType, uuid } from 'drizzle-orm/pg-core';

/** Server epoch milliseconds, or an `sv`: far below 2^53, so a JavaScript number holds it exactly. */
export const int8 = () => bigint({ mode: 'number' });

/** A UUID made where the row is born; the database never makes one. */
export const id = () => uuid();

/** Bytes. Both drivers take a Buffer; what comes back is always a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
});

/** The name that the database knows a field by, as drizzle's `casing: 'snake_case'` writes it. */
export const snakeCase = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
