/** The server's real HTTP door for files that agents send, asked without a socket, and the disk behind it. */
import { createHash } from 'node:crypto';
import type { FileStore } from '../../../src/server/attachments/file-store.ts';
import { openUploads } from '../../../src/server/attachments/uploads.ts';
import type { ServerDatabase } from '../../../src/server/db/server-database.ts';
import type { Source } from '../../../src/server/db/write.ts';
import { openHttp } from '../../../src/server/http/open-http.ts';
import { addUploadRoutes } from '../../../src/server/http/upload-routes.ts';
import { createLog } from '../../../src/server/log/log.ts';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';
import type { Sessions } from '../../../src/server/session/sessions.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/main/core/session/ask-http.ts';

/** A store of files in memory, which outlives the server's process as a disk does. */
export type FileMemory = FileStore & { readonly stored: ReadonlyMap<string, Uint8Array> };

/** An empty store. */
export function createFileMemory(): FileMemory {
  const stored = new Map<string, Uint8Array>();
  const coming = new Map<string, Uint8Array>();
  return {
    stored,
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      stored.set(sha256, Uint8Array.from(bytes));
      return { sha256, path: sha256, size: bytes.byteLength };
    },
    quarantine: () => Promise.reject(new Error('nothing is scanned in the simulation')),
    async get(path) {
      const bytes = stored.get(path);
      if (!bytes) throw new Error('there is no such file');
      return bytes;
    },
    async putPart(id, offset, bytes) {
      const before = coming.get(id) ?? new Uint8Array();
      const whole = new Uint8Array(Math.max(before.byteLength, offset + bytes.byteLength));
      whole.set(before);
      whole.set(bytes, offset);
      coming.set(id, whole);
    },
    async getParts(id, size) {
      const bytes = coming.get(id);
      if (!bytes || bytes.byteLength < size) throw new Error('parts of the file are missing');
      return bytes.subarray(0, size);
    },
    async dropParts(id) {
      coming.delete(id);
    },
  };
}

export type UploadDoor = {
  ask(request: HttpRequest): Promise<HttpAnswer>;
  /** Requests under way. */
  open(): number;
};

/** The door of one life of the server; made when the first file comes. */
export function openUploadDoor(
  database: ServerDatabase,
  source: Source,
  files: FileStore,
  sessions: Sessions,
): UploadDoor {
  let open = 0;
  let door: ReturnType<typeof openHttp> | null = null;

  function opened(): ReturnType<typeof openHttp> {
    if (door) return door;
    door = openHttp(createLog('silent'), createMetrics());
    addUploadRoutes(door, sessions, openUploads(database, source, files));
    return door;
  }

  return {
    open: () => open,
    async ask({ method, path, body, bytes, headers = {}, accessToken }) {
      open++;
      try {
        const answer = await opened().inject({
          method,
          url: path,
          headers: {
            ...headers,
            ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
            ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
          },
          ...(body === undefined ? {} : { payload: body as object }),
          ...(bytes === undefined ? {} : { payload: Buffer.from(bytes) }),
        });
        return { status: answer.statusCode, body: answer.rawPayload, type: String(answer.headers['content-type']) };
      } finally {
        open--;
      }
    },
  };
}
