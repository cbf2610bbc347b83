/** What a host and the core's thread say to each other besides frames. A host starts a core with this and nothing else. */

/** Given as `workerData` when the thread starts. */
export type CoreStart = {
  /** Folder of the local files; exists and is writable. */
  dataDir: string;
  /** 32 bytes as 64 hex digits: the key of the local files. */
  key: string;
  /** Origin of the server, such as `http://127.0.0.1:4800`; null: the agent names it. */
  serverUrl: string | null;
  device: { name: string; platform: string; appVersion: string };
};

/** From the host to the thread. Each attached port carries the frames of one window. */
export type ToCore = { t: 'attach'; port: unknown } | { t: 'stop' } | { t: 'wake' };

/** From the thread to the host. `fatal` names why the core cannot run at all, in words for the log. */
export type FromCore = { t: 'started' } | { t: 'stopped' } | { t: 'fatal'; reason: string };
