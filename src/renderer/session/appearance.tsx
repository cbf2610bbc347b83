/** Language, theme and text size: kept on this device, changed at once, reachable before the first sign-in. */
import { Settings2 } from 'lucide-react';
import { useEffect } from 'react';
import type { Device } from '../../shared/console-shapes.ts';
import { DEFAULT_HOLDS } from '../../shared/domain/hold.ts';
import { DEFAULT_STORAGE_GB } from '../../shared/domain/retention.ts';
import { useOrder } from '../console/use-order.ts';
import { useQuery } from '../console/use-query.ts';
import { Button } from '../design/button.tsx';
import { Menu, type MenuLine } from '../design/overlays.tsx';
import { type Language, type MessageId, setLanguage, useText } from '../i18n/text.ts';

export const LANGUAGES = ['ja', 'en'] as const;
export const THEMES = ['system', 'light', 'dark'] as const;
export const TEXT_SIZES = [100, 112, 125, 150] as const;

/** What holds until the core has answered. */
const FIRST: Device = {
  language: 'ja',
  theme: 'system',
  textSize: 100,
  enterSends: false,
  storageGb: DEFAULT_STORAGE_GB,
  holds: DEFAULT_HOLDS,
};

/** The settings of this device, and the way to change some of them. */
export function useDevice(): [Device, (change: Partial<Device>) => void] {
  const answer = useQuery('device.get', {});
  const order = useOrder();
  return [answer.data ?? FIRST, (change) => void order((api) => api.device.set(change))];
}

const KEPT = 'kanade.appearance';

/**
 * Puts the last known appearance on the page before anything is drawn, so that a dark desk does not flash white.
 * Resolves when the words are here.
 */
export async function applyKeptAppearance(): Promise<void> {
  const kept = readKept();
  await (kept === null
    ? setLanguage(document.documentElement.lang === 'en' ? 'en' : FIRST.language)
    : applyAppearance({ ...FIRST, ...kept }));
}

function readKept(): Partial<Device> | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Partial<Device> | null;
  } catch {
    // A page without storage starts in the system's theme, which is what it would do the first time anyway.
    return null;
  }
}

function applyAppearance(device: Device): Promise<void> {
  const root = document.documentElement;
  if (device.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = device.theme === 'dark' ? 'dark' : 'light';
  root.style.setProperty('--text-scale', String(device.textSize / 100));
  return setLanguage(device.language);
}

/** Keeps the page in step with the settings of the device. Stands once, around everything. */
export function useAppearance(): void {
  const device = useQuery('device.get', {}).data;
  useEffect(() => {
    if (device === undefined) return;
    void applyAppearance(device);
    window.dispatchEvent(new Event('resize'));
    try {
      localStorage.setItem(
        KEPT,
        JSON.stringify({ language: device.language, theme: device.theme, textSize: device.textSize }),
      );
    } catch {
      // See above: nothing depends on it.
    }
  }, [device]);
}

const LANGUAGE_WORDS: Record<Language, MessageId> = { ja: 'settings.language.ja', en: 'settings.language.en' };
const THEME_WORDS: Record<Device['theme'], MessageId> = {
  system: 'settings.theme.system',
  light: 'settings.theme.light',
  dark: 'settings.theme.dark',
};

/** The name of a language in that language, so that it is found by whoever needs it. */
export function languageName(language: Language, t: ReturnType<typeof useText>): string {
  return t(LANGUAGE_WORDS[language]);
}
/** The name of a theme. */
export function themeName(theme: Device['theme'], t: ReturnType<typeof useText>): string {
  return t(THEME_WORDS[theme]);
}

/** The lines of a menu that change the appearance. */
export function useAppearanceLines(): MenuLine[] {
  const t = useText();
  const [device, change] = useDevice();
  return [
    { kind: 'head', label: t('settings.language') },
    ...LANGUAGES.map(
      (language): MenuLine => ({
        kind: 'item',
        id: language,
        label: languageName(language, t),
        isOn: device.language === language,
        onAction: () => change({ language }),
      }),
    ),
    { kind: 'rule' },
    { kind: 'head', label: t('settings.theme') },
    ...THEMES.map(
      (theme): MenuLine => ({
        kind: 'item',
        id: theme,
        label: themeName(theme, t),
        isOn: device.theme === theme,
        onAction: () => change({ theme }),
      }),
    ),
    { kind: 'rule' },
    { kind: 'head', label: t('settings.textSize') },
    ...TEXT_SIZES.map(
      (textSize): MenuLine => ({
        kind: 'item',
        id: String(textSize),
        label: t('settings.percent', { percent: textSize }),
        isOn: device.textSize === textSize,
        onAction: () => change({ textSize }),
      }),
    ),
  ];
}

/** The same lines behind a button, for the sign-in screen. */
export function AppearanceMenu() {
  const t = useText();
  return (
    <Menu
      label={t('settings.appearance')}
      trigger={
        <Button kind="quiet" icon={Settings2}>
          {t('settings.appearance')}
        </Button>
      }
      lines={useAppearanceLines()}
    />
  );
}
