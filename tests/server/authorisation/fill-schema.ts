/**
 * Makes an input that fits a schema, with ids that a test chooses: so that the matrix of rights is generated from the
 * contracts and a call that is new tomorrow is tried out too.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

type Json = {
  const?: unknown;
  enum?: unknown[];
  anyOf?: Json[];
  oneOf?: Json[];
  type?: string;
  format?: string;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  items?: Json;
  properties?: Record<string, Json>;
};

/** An id for each field by its name; `*` for every other field that holds one. */
export type Ids = Readonly<Partial<Record<string, string>>>;

/** Gives an input of the schema, as far as a machine can guess one, and the names of its fields that hold an id. */
export function fillSchema(schema: z.ZodType, ids: Ids): { input: unknown; idFields: string[] } {
  const idFields = new Set<string>();
  const fill = (of: Json, name: string): unknown => {
    if ('const' in of) return of.const;
    if (of.enum) return of.enum[0];
    const choices = of.anyOf ?? of.oneOf;
    if (choices) {
      const chosen = choices.find((one) => one.type !== 'null') ?? {};
      return fill(chosen, name);
    }
    switch (of.type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(of.properties ?? {}).map(([field, value]) => [field, fill(value, field)]),
        );
      case 'array': {
        const one = fill(of.items ?? {}, name);
        return (of.minItems ?? 0) > 0 || of.items?.format === 'uuid' ? [one] : [];
      }
      case 'string':
        if (of.format === 'uuid') {
          idFields.add(name);
          return ids[name] ?? ids['*'] ?? randomUUID();
        }
        if (of.format === 'uri') return 'https://example.test/';
        return of.format === 'email' ? 'a@example.test' : 'a'.repeat(Math.max(1, of.minLength ?? 1));
      case 'integer':
      case 'number':
        return Math.max(0, of.minimum ?? (of.exclusiveMinimum ?? -1) + 1);
      case 'boolean':
        return false;
      default:
        return null;
    }
  };
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Json;
  return { input: fill(json, ''), idFields: [...idFields] };
}
