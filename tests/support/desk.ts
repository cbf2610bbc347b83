/** What a person does at the desk, in the words of the screen; for the journeys. Finds things as a screen reader would. */
import { expect, type Locator, type Page } from '@playwright/test';
import { PASSWORD } from './journey-centre.ts';

export type Desk = {
  page: Page;
  signIn(login: string): Promise<void>;
  /** The row of a customer in the inbox. */
  row(customer: string): Locator;
  open(customer: string): Promise<void>;
  /** Everything that stands in the thread. */
  log: Locator;
  /** One bubble, card or line of the thread that holds this text. */
  said(text: string): Locator;
  reply(text: string): Promise<void>;
  note(text: string): Promise<void>;
  /** The desk says that it has everything. */
  level(withinMs?: number): Promise<void>;
  offline(): Promise<void>;
};

export function deskOf(page: Page): Desk {
  const log = page.getByRole('log', { name: 'メッセージ' });
  const status = page.getByRole('status');
  const write = async (tab: string, field: string, text: string): Promise<void> => {
    const composer = page.getByRole('region', { name: '返信と内部メモ' });
    await composer.getByRole('tab', { name: tab }).click();
    const area = composer.getByRole('textbox', { name: field, exact: true });
    await area.fill(text);
    await area.press('Control+Enter');
    await expect(area).toHaveValue('');
  };
  return {
    page,
    log,
    async signIn(login) {
      await page.getByLabel('ログインID').fill(login);
      await page.getByLabel('パスワード').fill(PASSWORD);
      await page.getByRole('button', { name: 'ログイン', exact: true }).click();
      await expect(
        page.getByRole('listbox', { name: '会話', exact: true }).or(page.getByText('対応が必要な会話はありません')),
      ).toBeVisible({ timeout: 20_000 });
    },
    row: (customer) => page.getByRole('option').filter({ hasText: customer }),
    async open(customer) {
      await page.getByRole('option').filter({ hasText: customer }).first().click();
      await expect(log).toBeVisible();
    },
    said: (text) => log.getByText(text),
    reply: (text) => write('返信', '返信', text),
    note: (text) => write('内部メモ', '内部メモ', text),
    async level(withinMs = 10_000) {
      await expect(status.filter({ hasText: '同期済み' })).toBeVisible({ timeout: withinMs });
    },
    async offline() {
      await expect(page.getByText('オフラインです。')).toBeVisible({ timeout: 40_000 });
    },
  };
}
