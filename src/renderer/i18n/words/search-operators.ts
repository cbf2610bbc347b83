/**
 * Words that narrow a search when they are typed before a colon, and the values that may stand behind it. All of them are
 * understood in either language, because whoever types has not looked at the setting; the first of each is the one shown.
 */
import type { Channel } from '../../../shared/domain/channel.ts';
import type { SearchKind, SearchState } from '../../../shared/domain/search-filter.ts';

export const searchOperators = ['agentId', 'channel', 'state', 'kind', 'on', 'from', 'until', 'before'] as const;
export type SearchOperator = (typeof searchOperators)[number];

type Words = { readonly ja: readonly [string, ...string[]]; readonly en: readonly [string, ...string[]] };

export const operatorWords: Readonly<Record<SearchOperator, Words>> = {
  agentId: { ja: ['担当', '担当者', '作成者'], en: ['from', 'by', 'agent'] },
  channel: { ja: ['チャネル', '経路'], en: ['channel', 'via'] },
  state: { ja: ['状態'], en: ['is', 'state', 'status'] },
  kind: { ja: ['種類'], en: ['kind', 'type'] },
  on: { ja: ['日付', '日'], en: ['on', 'date'] },
  from: { ja: ['以降', 'から'], en: ['after', 'since'] },
  until: { ja: ['まで'], en: ['until'] },
  before: { ja: ['より前'], en: ['before'] },
};

export const channelWords: Readonly<Record<Channel, Words>> = {
  phone: { ja: ['電話'], en: ['phone', 'tel'] },
  webChat: { ja: ['チャット'], en: ['chat', 'webchat'] },
  mail: { ja: ['メール'], en: ['mail', 'email'] },
  line: { ja: ['LINE', 'ライン'], en: ['LINE'] },
  x: { ja: ['X', 'ツイッター'], en: ['X', 'twitter'] },
  instagram: { ja: ['Instagram', 'インスタ'], en: ['Instagram', 'ig'] },
  sms: { ja: ['SMS', 'ショートメール'], en: ['SMS'] },
};

export const stateWords: Readonly<Record<SearchState, Words>> = {
  open: { ja: ['対応中', '未対応', '未完了'], en: ['open', 'new'] },
  waiting: { ja: ['保留', '後で対応'], en: ['waiting', 'pending', 'snoozed'] },
  ended: { ja: ['完了', '解決', '対応不要'], en: ['ended', 'closed', 'resolved', 'done'] },
};

export const kindWords: Readonly<Record<SearchKind, Words>> = {
  customer: { ja: ['顧客', 'お客様'], en: ['customer'] },
  conversation: { ja: ['件名', '会話'], en: ['subject', 'conversation'] },
  call: { ja: ['通話', '電話'], en: ['call'] },
  order: { ja: ['注文'], en: ['order'] },
  message: { ja: ['メッセージ'], en: ['message'] },
  note: { ja: ['メモ', '内部メモ'], en: ['note', 'memo'] },
};

/** Whoever is signed in. */
export const meWords: Words = { ja: ['自分', '私'], en: ['me'] };
export const todayWords: Words = { ja: ['今日', '本日'], en: ['today'] };
export const yesterdayWords: Words = { ja: ['昨日'], en: ['yesterday'] };

/** Month and day, and a number of days back to today, as they are written in Japanese. */
export const japaneseDay = /^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日?$/;
export const daysBack = /^(\d{1,3})(?:日前?|日間|d|days?)$/;
