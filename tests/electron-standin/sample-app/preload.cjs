const { contextBridge, ipcRenderer } = require('electron');
window.secret = 'of the preload';
contextBridge.exposeInMainWorld('wire', {
  send: (frame) => ipcRenderer.send('frame', frame),
  onFrame: (listener) => {
    const pass = (_event, frame) => listener(frame);
    ipcRenderer.on('frame', pass);
    return () => ipcRenderer.off('frame', pass);
  },
  twice: (number) => number * 2,
  refuse: () => Promise.reject(new Error('not today')),
});
