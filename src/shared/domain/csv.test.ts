import { expect, test } from 'vitest';
import { csvLine, withoutGuard } from './csv.ts';

test('what a spreadsheet would run is text in every export, and an import takes it back as it was', () => {
  for (const bad of ['=HYPERLINK("http://x")', '+819012345678', '-1+1', '@SUM(A1)', '\t=1', '\r=1']) {
    const line = csvLine([bad]);
    expect(line.startsWith("'") || line.startsWith('"\''), line).toBe(true);
    expect(withoutGuard(`'${bad}`)).toBe(bad);
  }
  expect(withoutGuard("'quoted'")).toBe("'quoted'");
});

test('signs of the form are written so that every reader finds the same cells', () => {
  expect(csvLine(['a,b', 'say "x"', 'two\nlines', 12, null, '山田'])).toBe(
    '"a,b","say ""x""","two\nlines",12,,山田\r\n',
  );
});
