/** Entry of the window: takes its wire from the host, makes the client of the core, draws. Knows no feature. */
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { consoleContract } from '../shared/console-api.ts';
import { connectConsole } from '../shared/console-client.ts';
import { followStale, makeAnswers } from './console/ask.ts';
import { connectHost } from './console/connect-host.ts';
import { ConsoleProvider } from './console/console-context.tsx';
import { watchComposition } from './design/ime.ts';
import { App } from './screens/app.tsx';
import { ScreenBoundary } from './screens/screen-boundary.tsx';
import { applyKeptAppearance } from './session/appearance.tsx';
import { applyKeptLetterKeys } from './session/letter-keys.ts';

const hasWords = applyKeptAppearance();
applyKeptLetterKeys();
watchComposition(document);

void Promise.all([connectHost(), hasWords]).then(([port]) => {
  const api = connectConsole(consoleContract, port);
  const answers = makeAnswers();
  followStale(answers, port);
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root to draw in');
  createRoot(root).render(
    <StrictMode>
      <ConsoleProvider api={api} answers={answers}>
        <ScreenBoundary>
          <App />
        </ScreenBoundary>
      </ConsoleProvider>
    </StrictMode>,
  );
});
