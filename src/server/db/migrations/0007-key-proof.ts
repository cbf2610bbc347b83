/** Under which master key the secrets are sealed; a channel account that is removed keeps its history. */
export const name = '0007-key-proof';

export const sql = `
ALTER TABLE "organisation" ADD COLUMN "key_proof" text;
ALTER TABLE "channel_account" ADD COLUMN "removed_at" bigint;
`;
