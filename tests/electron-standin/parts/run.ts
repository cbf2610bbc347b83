/** What this run of the stand-in knows about itself: the app it runs, its flags, and what it saw the app do. */

export type Run = { folder: string; name: string; version: string; flags: readonly string[]; isDriven: boolean };
/** One effect that a person would have seen or heard and a test can only read about: a badge, a tray picture, an opened link. */
export type Seen = { api: string; args: unknown[] };

let run: Run | undefined;
let tellMainLoaded: () => void = () => undefined;
export const mainLoaded = new Promise<void>((resolve) => {
  tellMainLoaded = resolve;
});
/** Tests read `globalThis.electronStandin` through Playwright's `electronApp.evaluate`. */
export const standin = {
  seen: [] as Seen[],
  /** Buttons for dialogs that come before a test could say it. */
  answers: (process.env['ELECTRON_STANDIN_ANSWERS'] ?? '').split(',').filter(Boolean).map(Number),
};
Object.defineProperty(globalThis, 'electronStandin', { value: standin });

export function describeRun(description: Run): void {
  run = description;
}
/** Throws when electron was imported by something that was not started through boot.ts. */
export function getRun(): Run {
  if (!run) throw new Error('electron stand-in: start it through its executable, not by importing it');
  return run;
}
export function markMainLoaded(): void {
  tellMainLoaded();
}
export function saw(api: string, ...args: unknown[]): void {
  standin.seen.push({ api, args });
}
/** The value of `--name=value`, or undefined. */
export function findFlag(name: string): string | undefined {
  const start = `--${name}=`;
  return getRun()
    .flags.find((flag) => flag.startsWith(start))
    ?.slice(start.length);
}
