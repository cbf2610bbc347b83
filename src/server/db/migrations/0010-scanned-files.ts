/** Why a file is held back, and which ones a scanner has not answered about yet. */
export const name = '0010-scanned-files';

export const sql = `
ALTER TABLE "attachment" ADD COLUMN "blocked_because" text;
CREATE INDEX "attachment_not_scanned" ON "attachment" ("blocked_because") WHERE blocked_because = 'notScanned';
`;
