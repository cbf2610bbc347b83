/** The column shapes that the tables of `cache.db` share. */
import { integer, text } from 'drizzle-orm/sqlite-core';

export const json = (name: string) => text(name, { mode: 'json' });
export const flag = (name: string) => integer(name, { mode: 'boolean' });

/** Every synced table ends with the columns of a newer server that this version does not know, as JSON by name. */
export const extra = () => text('extra');
