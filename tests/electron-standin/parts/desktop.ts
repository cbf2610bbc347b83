/**
 * Tray, menus, pictures, notifications, dialogs, links to other programs: nothing is shown. Each effect is written down in
 * `globalThis.electronStandin.seen`; a dialog is answered from `electronStandin.answers`, else with its cancel button.
 */
import { readFileSync } from 'node:fs';
import { KnownEmitter, onlyKnown, refuseUnknownOptions } from './only-known.ts';
import { saw, standin } from './run.ts';

type MenuTemplate = {
  label?: string;
  type?: string;
  role?: string;
  enabled?: boolean;
  checked?: boolean;
  visible?: boolean;
  accelerator?: string;
  id?: string;
  click?: (item: unknown) => void;
  submenu?: MenuTemplate[];
};
const MENU_KEYS = ['label', 'type', 'role', 'enabled', 'checked', 'visible', 'accelerator', 'id', 'click', 'submenu'];

export class NativeImageStandin {
  private readonly bytes: Buffer;
  readonly path: string;
  constructor(bytes: Buffer, path = '') {
    this.bytes = bytes;
    this.path = path;
  }
  isEmpty(): boolean {
    return this.bytes.length === 0;
  }
  /** Read from the PNG header, so that a broken or missing picture is noticed. */
  getSize(): { width: number; height: number } {
    const isPng = this.bytes.subarray(1, 4).toString('latin1') === 'PNG';
    return isPng
      ? { width: this.bytes.readUInt32BE(16), height: this.bytes.readUInt32BE(20) }
      : { width: 0, height: 0 };
  }
  setTemplateImage(): void {
    // macOS only.
  }
}

export const nativeImage = onlyKnown('nativeImage', {
  createFromPath(path: string): NativeImageStandin {
    try {
      return onlyKnown('NativeImage', new NativeImageStandin(readFileSync(path), path));
    } catch {
      // Electron gives an empty picture for a missing file.
      return onlyKnown('NativeImage', new NativeImageStandin(Buffer.alloc(0), path));
    }
  },
  createEmpty: () => onlyKnown('NativeImage', new NativeImageStandin(Buffer.alloc(0))),
  createFromBuffer: (bytes: Buffer) => onlyKnown('NativeImage', new NativeImageStandin(bytes)),
  createFromDataURL: (url: string) =>
    onlyKnown('NativeImage', new NativeImageStandin(Buffer.from(url.split(',')[1] ?? '', 'base64'))),
});

export class MenuStandin {
  readonly items: readonly MenuTemplate[];
  constructor(items: readonly MenuTemplate[] = []) {
    this.items = items;
  }
  static buildFromTemplate(template: MenuTemplate[]): MenuStandin {
    for (const entry of template) {
      refuseUnknownOptions('MenuItem', entry, MENU_KEYS);
      if (entry.submenu) MenuStandin.buildFromTemplate(entry.submenu);
    }
    return onlyKnown('Menu', new MenuStandin(template));
  }
  static setApplicationMenu(menu: MenuStandin | null): void {
    saw('Menu.setApplicationMenu', menu === null ? null : menu.items.map((entry) => entry.label ?? entry.role ?? ''));
  }
  popup(): void {
    saw(
      'Menu.popup',
      this.items.map((entry) => entry.label ?? entry.role ?? ''),
    );
  }
}

export class TrayStandin extends KnownEmitter {
  private static readonly all: TrayStandin[] = [];
  private gone = false;
  private menu: MenuStandin | null = null;
  constructor(image: NativeImageStandin | string) {
    super('Tray', ['click', 'double-click', 'right-click', 'balloon-click']);
    saw('Tray', describe(image));
    const self = onlyKnown('Tray', this);
    TrayStandin.all.push(self);
    return self;
  }
  static getAll(): TrayStandin[] {
    return TrayStandin.all;
  }
  setImage(image: NativeImageStandin | string): void {
    saw('Tray.setImage', describe(image));
  }
  setToolTip(text: string): void {
    saw('Tray.setToolTip', text);
  }
  setContextMenu(menu: MenuStandin | null): void {
    this.menu = menu;
    saw('Tray.setContextMenu', menu === null ? null : menu.items.map((entry) => entry.label ?? entry.type ?? ''));
  }
  /** Not part of Electron: what a person does with the menu. */
  clickMenu(label: string): boolean {
    const entry = this.menu?.items.find((candidate) => candidate.label === label);
    entry?.click?.(entry);
    return entry !== undefined;
  }
  destroy(): void {
    this.gone = true;
  }
  isDestroyed(): boolean {
    return this.gone;
  }
}

const NOTIFICATION_OPTIONS = ['title', 'body', 'silent', 'urgency', 'icon', 'timeoutType'];
export class NotificationStandin extends KnownEmitter {
  static isSupported(): boolean {
    return true;
  }
  private readonly options: object;
  constructor(options: object = {}) {
    super('Notification', ['show', 'click', 'close', 'failed']);
    refuseUnknownOptions('Notification', options, NOTIFICATION_OPTIONS);
    this.options = options;
  }
  show(): void {
    saw('Notification.show', this.options);
    this.emit('show', {});
  }
  close(): void {
    this.emit('close', {});
  }
}

function describe(image: NativeImageStandin | string): object {
  const read = typeof image === 'string' ? nativeImage.createFromPath(image) : image;
  return { path: read.path, empty: read.isEmpty(), ...read.getSize() };
}

type Box = { message?: string; detail?: string; buttons?: string[]; cancelId?: number; title?: string };
function answerBox(given: unknown[]): number {
  const box = given.at(-1) as Box;
  saw('dialog.showMessageBox', { message: box.message, detail: box.detail, buttons: box.buttons });
  return standin.answers.shift() ?? box.cancelId ?? 0;
}

export const dialog = onlyKnown('dialog', {
  showErrorBox(title: string, content: string): void {
    saw('dialog.showErrorBox', title, content);
    process.stderr.write(`${title}\n${content}\n`);
  },
  showMessageBox(...given: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    return Promise.resolve({ response: answerBox(given), checkboxChecked: false });
  },
  showMessageBoxSync(...given: unknown[]): number {
    return answerBox(given);
  },
});

export const shell = onlyKnown('shell', {
  openExternal(url: string): Promise<void> {
    saw('shell.openExternal', url);
    return Promise.resolve();
  },
  openPath(path: string): Promise<string> {
    saw('shell.openPath', path);
    return Promise.resolve('');
  },
  showItemInFolder(path: string): void {
    saw('shell.showItemInFolder', path);
  },
});
