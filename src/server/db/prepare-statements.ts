/**
 * PGlite with statements that are parsed and planned once. Its own `query` sends six messages for each statement and has it
 * parsed anew each time, which is most of what a short statement costs there (300 µs of CPU against 75). Changes no meaning.
 */
import {
  messages as wire,
  type PGlite,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
} from '@electric-sql/pglite';

/** What drizzle needs of a PGlite. */
type Client = Pick<PGlite, 'query' | 'transaction'>;

type Column = { name: string; type: number };
type Prepared = { name: string; parameterTypes: number[]; columns: Column[]; uses: number };

/** Statements kept at once; the one that was used longest ago goes. Lists of values of many lengths are many texts. */
const MOST_STATEMENTS = 300;
/** A plan is made for tables as large as they are then, so it is made anew after so many uses. */
const MOST_USES = 1_000;
/** With more values than this, in all or in one list, the planner shall see them: what is best for ten rows takes minutes for 20,000. */
const MOST_VALUES = 200;

const { serialize } = protocol;

/** A client that answers as `client` does, and shares its turns: one query or transaction at a time. */
export function prepareStatements(client: PGlite): Client {
  /** Least recently used first. */
  const known = new Map<string, Prepared>();
  let made = 0;

  async function find(text: string): Promise<Prepared> {
    const found = known.get(text);
    if (found) {
      known.delete(text);
      if (found.uses < MOST_USES) {
        known.set(text, found);
        return found;
      }
      await forget(found);
    }
    if (known.size >= MOST_STATEMENTS) {
      const [oldest] = known;
      if (oldest) {
        known.delete(oldest[0]);
        await forget(oldest[1]);
      }
    }
    const prepared = await prepare(text);
    known.set(text, prepared);
    return prepared;
  }

  async function prepare(text: string): Promise<Prepared> {
    const name = `p${++made}`;
    const messages = await send(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const prepared: Prepared = { name, parameterTypes: [], columns: [], uses: 0 };
    for (const message of messages) {
      if (message instanceof wire.ParameterDescriptionMessage) prepared.parameterTypes = message.dataTypeIDs;
      if (message instanceof wire.RowDescriptionMessage)
        prepared.columns = message.fields.map((field) => ({ name: field.name, type: field.dataTypeID }));
    }
    return prepared;
  }

  const forget = ({ name }: Prepared) => send(serialize.close({ type: 'S', name }), serialize.sync());

  const send = (...parts: Uint8Array[]) =>
    client.execProtocolStream(Buffer.concat(parts.map((part) => new Uint8Array(part))), { syncToFs: false });

  /** Within somebody's turn. */
  async function run<T>(text: string, values: unknown[], options: QueryOptions | undefined): Promise<Results<T>> {
    const prepared = await find(text);
    prepared.uses++;
    const messages = await send(
      serialize.bind({ statement: prepared.name, values: values.map((value, at) => asText(prepared, value, at)) }),
      serialize.execute({}),
      serialize.sync(),
    );
    const parsers = prepared.columns.map(({ type }) => options?.parsers?.[type] ?? client.parsers[type]);
    const rows: unknown[] = [];
    let affectedRows = 0;
    for (const message of messages) {
      if (message instanceof wire.DataRowMessage) {
        const read = message.fields.map((field, at): unknown => {
          const parse = parsers[at];
          return field === null || !parse ? field : parse(field, prepared.columns[at]?.type);
        });
        rows.push(options?.rowMode === 'array' ? read : asObject(prepared.columns, read));
      } else if (message instanceof wire.CommandCompleteMessage) {
        affectedRows = countOf(message.text);
      }
    }
    return {
      rows: rows as T[],
      fields: prepared.columns.map(({ name, type }) => ({ name, dataTypeID: type })),
      affectedRows,
    };
  }

  function asText(prepared: Prepared, value: unknown, at: number): string | null {
    if (value === null || value === undefined) return null;
    const serializer = client.serializers[prepared.parameterTypes[at] ?? 0];
    // As PGlite does with a type that it does not know.
    return serializer ? serializer(value) : `${value as string | number}`;
  }

  /** After many rows came or went at once, plans are those of other tables. Within somebody's turn. */
  async function forgetAll(): Promise<void> {
    for (const prepared of known.values()) await forget(prepared);
    known.clear();
  }

  return {
    query: (text, values = [], options) =>
      isLarge(values)
        ? client.query(text, values, options)
        : client._runExclusiveTransaction(() => client._runExclusiveQuery(() => run(text, values, options))),
    transaction: (act) =>
      client.transaction((tx) => {
        const query: Transaction['query'] = async (text, values = [], options) => {
          if (tx.closed) throw new Error('this transaction has ended');
          if (!isLarge(values)) return await client._runExclusiveQuery(() => run(text, values, options));
          const results = await tx.query<never>(text, values, options);
          await client._runExclusiveQuery(forgetAll);
          return results;
        };
        return act({ ...tx, query });
      }),
  };
}

function isLarge(values: readonly unknown[]): boolean {
  return values.length > MOST_VALUES || values.some((value) => Array.isArray(value) && value.length > MOST_VALUES);
}

function asObject(columns: readonly Column[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at]?.name ?? ''] = values[at];
  return row;
}

/** `INSERT 0 5` and `UPDATE 5` end in the number of rows that changed; a select changes none. */
function countOf(tag: string): number {
  const [command, ...counts] = tag.split(' ');
  return command === 'SELECT' ? 0 : Number(counts.at(-1) ?? 0) || 0;
}
