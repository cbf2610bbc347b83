/**
 * Catches what a screen throws while it is drawn, and a part of the window that could not be fetched: the agent gets words
 * and a way out instead of an empty page. Nothing is lost, since everything lies in the local files.
 */
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../design/states.tsx';
import { useText } from '../i18n/text.ts';

type Props = { children: ReactNode };
type State = { failed: Error | null };

/** Draws its children, or the way out when one of them threw. */
export class ScreenBoundary extends Component<Props, State> {
  override state: State = { failed: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: error instanceof Error ? error : new Error('not an error') };
  }

  override render(): ReactNode {
    if (this.state.failed === null) return this.props.children;
    return <Failed error={this.state.failed} />;
  }
}

function Failed({ error }: { error: Error }) {
  const t = useText();
  return (
    <main className="h-full">
      <ErrorState title={t('app.screenFailed')} code={`SCREEN-${error.name}`} onRetry={() => window.location.reload()}>
        {t('app.screenFailedMore')}
      </ErrorState>
    </main>
  );
}
