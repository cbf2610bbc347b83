/** What `import … from 'electron'` gives a main bundle here. A name that is only marked absent throws when it is used. */
import { absent } from './parts/only-known.ts';
import { app } from './parts/app.ts';
import { BrowserWindowStandin } from './parts/browser-window.ts';
import { dialog, MenuStandin, nativeImage, NotificationStandin, shell, TrayStandin } from './parts/desktop.ts';
import { ipcMain } from './parts/ipc-main.ts';
import { protocol } from './parts/protocol.ts';
import { safeStorage } from './parts/safe-storage.ts';
import { session } from './parts/session.ts';
import { nativeTheme, powerMonitor, screen } from './parts/system.ts';
import { WebContentsStandin } from './parts/web-contents.ts';

export { app, dialog, ipcMain, nativeImage, nativeTheme, powerMonitor, protocol, safeStorage, screen, session, shell };
export const BrowserWindow = BrowserWindowStandin;
export const Menu = MenuStandin;
export const Notification = NotificationStandin;
export const Tray = TrayStandin;
export const webContents = WebContentsStandin;

export const autoUpdater = absent('autoUpdater');
export const BaseWindow = absent('BaseWindow');
export const clipboard = absent('clipboard');
export const contentTracing = absent('contentTracing');
export const crashReporter = absent('crashReporter');
export const desktopCapturer = absent('desktopCapturer');
export const globalShortcut = absent('globalShortcut');
export const MenuItem = absent('MenuItem');
export const MessageChannelMain = absent('MessageChannelMain');
export const net = absent('net');
export const netLog = absent('netLog');
export const powerSaveBlocker = absent('powerSaveBlocker');
export const systemPreferences = absent('systemPreferences');
export const utilityProcess = absent('utilityProcess');
export const webFrameMain = absent('webFrameMain');
export const WebContentsView = absent('WebContentsView');
