/** What a device keeps of the centre's history: the numbers of the policy, for the core that keeps to them and the window that says so. */

/** Conversations that were active within this time stay on every device that may hold them, in ms: 90 days. */
export const KEEP_MS = 90 * 24 * 3_600_000;

/** Sizes of the local copy that can be chosen, in GB. */
export const STORAGE_CHOICES_GB = [1, 2, 5, 10] as const;
export type StorageGb = (typeof STORAGE_CHOICES_GB)[number];
export const DEFAULT_STORAGE_GB: StorageGb = 5;

/** Bytes of a size in GB, as a file manager counts them. */
export function bytesOfGb(gb: number): number {
  return gb * 1_000_000_000;
}
