/** What the core still answers while its screen is locked: nothing that holds a word, a name or a number of a customer. */
const STILL_ANSWERED: ReadonlySet<string> = new Set([
  'session.get',
  'session.touch',
  'session.lock',
  'session.unlock',
  'session.signIn',
  'session.signOut',
  'session.demoAccounts',
  'device.get',
  'device.set',
  'connection.get',
  'connection.reconnectNow',
  'calls.signs',
  // What was being typed when the screen locked: written down, and nothing of it given back.
  'drafts.save',
  'calls.saveWrapUpDraft',
  // Counts alone: the badge.
  'inbox.outline',
]);

/** Whether a call is answered while the screen is locked. */
export function isAnsweredWhileLocked(method: string): boolean {
  return STILL_ANSWERED.has(method);
}
