// The shop's own buttons open the chat through the one name that the widget gives to a page.
for (const button of document.querySelectorAll('[data-chat]')) {
  button.addEventListener('click', () => globalThis.kanadeChat?.open());
}
