/**
 * The one place of the window that asks which host carries its frames: Electron's preload, or the loopback socket of the
 * browser host. Everything else holds a FramePort and cannot tell.
 */
import type { FramePort } from '../../shared/console-frames.ts';
import { findPreloadPort } from './preload-port.ts';

/** Gives this window its wire. Resolves at once; calls made before the wire stands are kept until it does. */
export async function connectHost(): Promise<FramePort> {
  const preload = findPreloadPort();
  if (preload) return preload;
  // Loaded only where it is needed: under Electron the window holds no socket code at all.
  const { openLoopbackPort } = await import('./loopback-port.ts');
  return openLoopbackPort();
}
