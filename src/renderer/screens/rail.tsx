/** The navigation rail: only places that exist. */
import { Inbox, type LucideIcon, Search, Settings, SlidersHorizontal } from 'lucide-react';
import { useEffect } from 'react';
import { useQuery } from '../console/use-query.ts';
import { Badge } from '../design/chip.tsx';
import { useText } from '../i18n/text.ts';

export type Place = 'inbox' | 'search' | 'settings' | 'administration';

/** `isAdmin`: the place of administrators is shown. */
export function Rail({ place, isAdmin, onGo }: { place: Place; isAdmin: boolean; onGo: (place: Place) => void }) {
  const t = useText();
  const unread = useQuery('inbox.outline', { view: 'mineAndUnassigned', tab: 'all' }).data?.unreadConversations ?? 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t('app.name')}` : t('app.name');
  }, [unread, t]);
  const item = (id: Place, Icon: LucideIcon, count: number) => (
    <button
      key={id}
      type="button"
      data-inset
      aria-current={place === id ? 'page' : undefined}
      {...(place === id ? { 'data-pane-focus': 'rail' } : {})}
      onClick={() => onGo(id)}
      className={`relative flex h-[3.125rem] w-12 flex-col items-center justify-center gap-0.5 rounded-lg text-11 ${place === id ? 'bg-accent-tint font-bold text-accent-ink' : 'text-ink2 hover:bg-hover'}`}
    >
      <Icon size={19} strokeWidth={place === id ? 2.3 : 1.9} aria-hidden />
      <span>{t(`rail.${id}`)}</span>
      {count > 0 && <Badge count={count} label={t('rail.unread', { count })} className="absolute top-0 -right-0.5" />}
    </button>
  );
  return (
    <nav
      aria-label={t('rail.label')}
      className="flex w-14 shrink-0 flex-col items-center gap-1 border-r border-line bg-canvas pt-2 pb-3"
    >
      {item('inbox', Inbox, unread)}
      {item('search', Search, 0)}
      <span className="mt-auto" />
      {isAdmin && item('administration', SlidersHorizontal, 0)}
      {item('settings', Settings, 0)}
    </nav>
  );
}
