/** What closes a phrase that was opened so. Only at the beginning of a word: inside one, they are part of it. */
export const closingQuotes: Readonly<Record<string, string>> = {
  '"': '"',
  '＂': '＂',
  '“': '”',
  '「': '」',
  '『': '』',
};
