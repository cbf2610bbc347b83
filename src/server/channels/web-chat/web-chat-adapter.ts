/**
 * The web chat as a channel: registers the widget's namespace and pages once, then runs each account. Runs on every
 * server node that holds sockets; all nodes hear of changes through the context and read them from the database.
 */
import { fileURLToPath } from 'node:url';
import { limitsOf } from '../../../shared/domain/channel.ts';
import { accountKeySchema, WIDGET_NAMESPACE } from '../../../shared/widget-protocol.ts';
import type { ChannelAdapter } from '../channel-adapter.ts';
import { admitVisitor, type FindAccount } from './admit-visitor.ts';
import { isOpenAt } from './is-open-at.ts';
import { registerVisitorCalls } from './register-visitor-calls.ts';
import { registerWidgetPages } from './register-widget-pages.ts';
import { serveVisit } from './serve-visit.ts';
import { setUpWebChat } from './set-up-web-chat.ts';
import { openWebChatAccount, visitsOf, type WebChatAccount, type WidgetNamespace } from './web-chat-account.ts';
import { parseWebChatSettings } from './web-chat-settings.ts';

/** How often the hours are looked at, so that open windows learn of opening and closing. */
const HOURS_EVERY_MS = 30_000;

const projectFolder = new URL('../../../../', import.meta.url);

export type WebChatOptions = {
  /** Where `npm run build` puts the widget. */
  builtWidget?: string;
  /** The demo shop's page and what it shows. */
  demoShop?: string;
};

/** Makes the adapter of one server. */
export function webChatAdapter(options: WebChatOptions = {}): ChannelAdapter {
  const accounts = new Map<string, WebChatAccount>();
  const folders = {
    builtWidget: options.builtWidget ?? fileURLToPath(new URL('out/widget/', projectFolder)),
    demoShop: options.demoShop ?? fileURLToPath(new URL('resources/widget/', projectFolder)),
  };

  return {
    channel: 'webChat',
    setUp: setUpWebChat,

    registerRoutes(http, sockets, findContext) {
      const find: FindAccount = (accountKey) => {
        if (!accountKeySchema.safeParse(accountKey).success) return 'unknown';
        const context = findContext(accountKey);
        if (context === null || context.account.channel !== 'webChat') return 'unknown';
        return accounts.get(context.account.id) ?? 'not-running';
      };
      const namespace = sockets.of(WIDGET_NAMESPACE) as WidgetNamespace;
      namespace.use((socket, next) => {
        const admitted = admitVisitor(socket, find);
        next(admitted.ok ? undefined : new Error(admitted.why));
      });
      namespace.on('connection', (socket) => {
        serveVisit(socket.data.visitor.account, socket);
      });
      registerWidgetPages(http, find, folders);
      registerVisitorCalls(http, find);
    },

    async start(context) {
      const settings = parseWebChatSettings(context.account.name, context.account.settings);
      const account = openWebChatAccount(context, settings);
      accounts.set(context.account.id, account);
      const stopListening = context.onConversation((change) => {
        for (const visit of visitsOf(account, change.threadId)) visit.tell(change);
      });
      let wasOpen = isOpenAt(settings, context.clock.now());
      const hours = setInterval(() => {
        const isOpen = isOpenAt(settings, context.clock.now());
        if (isOpen === wasOpen) return;
        wasOpen = isOpen;
        for (const visits of account.visits.values()) for (const visit of visits) visit.sayAvailability();
      }, HOURS_EVERY_MS);
      hours.unref();
      await context.reportHealth({ state: 'running' });

      return {
        async send(message) {
          const { maxCharacters } = limitsOf('webChat');
          if (maxCharacters !== null && message.text.length > maxCharacters) {
            return { outcome: 'refused', reason: 'text-too-long' };
          }
          // The message stands in the database already. Open windows read it from there now, the others when they come.
          for (const visit of visitsOf(account, message.threadId)) visit.nudge();
          return { outcome: 'sent', externalId: null, state: 'sent' };
        },
        // A repeat reads the same list again: the widget knows each message by its id.
        isSafeToRepeat: () => true,
        async stop() {
          clearInterval(hours);
          stopListening();
          if (accounts.get(context.account.id) === account) accounts.delete(context.account.id);
          for (const visits of [...account.visits.values()]) for (const visit of [...visits]) visit.disconnect();
        },
      };
    },
  };
}
