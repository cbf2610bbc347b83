/** Hands the ConsoleApi and the kept answers to every component. The one way from a component to the core. */
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { ConsoleApi } from '../../shared/console-api.ts';

const ConsoleContext = createContext<ConsoleApi | null>(null);

/** Stands once, around everything. */
export function ConsoleProvider({
  api,
  answers,
  children,
}: {
  api: ConsoleApi;
  answers: QueryClient;
  children: ReactNode;
}) {
  return (
    <ConsoleContext value={api}>
      <QueryClientProvider client={answers}>{children}</QueryClientProvider>
    </ConsoleContext>
  );
}

/** The calls of the core. Throws outside of a ConsoleProvider: a component that is not on the desk has no core. */
export function useConsole(): ConsoleApi {
  const api = useContext(ConsoleContext);
  if (api === null) throw new Error('useConsole stands outside of ConsoleProvider');
  return api;
}
