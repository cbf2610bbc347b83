/**
 * The search pane, fetched behind the desk's first picture. Once it is here it is drawn in the same moment as it is asked
 * for: what is typed right after the key of search must find its field.
 */
import { type ComponentProps, lazy, Suspense, useState } from 'react';
import type { SearchPane as Pane } from '../search/search-pane.tsx';

let loaded: typeof Pane | null = null;

/** Called by the desk when it is on screen. */
export async function fetchSearch(): Promise<typeof Pane> {
  const { SearchPane } = await import('../search/search-pane.tsx');
  loaded = SearchPane;
  return SearchPane;
}

const LaterPane = lazy(async () => ({ default: await fetchSearch() }));

/** See the file's head. */
export function SearchPlace(props: ComponentProps<typeof Pane>) {
  // Chosen once: another component in the same place would begin with an empty field.
  const [SearchPane] = useState(() => loaded ?? LaterPane);
  return (
    <Suspense fallback={null}>
      <SearchPane {...props} />
    </Suspense>
  );
}
