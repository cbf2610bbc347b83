/** Ends an exhaustive switch: a state that the compiler thinks impossible. Throws when the impossible came over a wire. */
export function unreachable(state: never): never {
  throw new Error(`unreachable state: ${JSON.stringify(state)}`);
}
