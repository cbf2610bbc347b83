/** Draws the real window over the fake core. `?scene=offline&language=en&theme=dark&size=125` chooses what to look at. */
import '../../src/renderer/design/base.css';
import { createRoot } from 'react-dom/client';
import { followStale, makeAnswers } from '../../src/renderer/console/ask.ts';
import { ConsoleProvider } from '../../src/renderer/console/console-context.tsx';
import { watchComposition } from '../../src/renderer/design/ime.ts';
import { setLanguage } from '../../src/renderer/i18n/text.ts';
import { App } from '../../src/renderer/screens/app.tsx';
import { consoleContract } from '../../src/shared/console-api.ts';
import { connectConsole } from '../../src/shared/console-client.ts';
import { startFakeCore } from './fake-core.ts';
import type { FakeOptions } from './fake-stage.ts';
import { makeCentre } from './sample-centre.ts';
import { must } from './sample-rows.ts';

const asked = new URLSearchParams(location.search);
const options: FakeOptions = {
  scene: (asked.get('scene') ?? 'desk') as FakeOptions['scene'],
  language: asked.get('language') === 'en' ? 'en' : 'ja',
  theme: (asked.get('theme') ?? 'light') as FakeOptions['theme'],
  textSize: Number(asked.get('size') ?? '100') as FakeOptions['textSize'],
};
document.documentElement.dataset.theme = options.theme;
await setLanguage(options.language);
watchComposition(document);
const fake = startFakeCore(makeCentre(Date.now(), Number(asked.get('rows') ?? '1200')), options);
Object.assign(window, { fake });
const answers = makeAnswers();
followStale(answers, fake.port);
createRoot(must(document.getElementById('root'))).render(
  <ConsoleProvider api={connectConsole(consoleContract, fake.port)} answers={answers}>
    <App />
  </ConsoleProvider>,
);
