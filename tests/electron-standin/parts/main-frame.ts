/** The main frame of a window, as `event.senderFrame` and `webContents.mainFrame` show it. Frames inside a page have no IPC here. */

type Frame = { url: string; readonly origin: string; parent: null; routingId: number; processId: number };

export function makeMainFrame(): Frame {
  return {
    url: 'about:blank',
    get origin(): string {
      const at = /^[a-z][a-z0-9+-]*:\/\/[^/?#]*/.exec(this.url);
      return at ? at[0] : 'null';
    },
    parent: null,
    routingId: 1,
    processId: 1,
  };
}
