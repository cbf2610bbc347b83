/** The threads that are drawn in full: one of each kind, with every state that a message or a row can have. Invented. */
import type { InboxRow, Sheet, TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { ConversationRow, CustomerRow } from '../../src/shared/domain/rows.ts';
import {
  colleague,
  conversationOf,
  customerOf,
  entriesOf,
  file,
  id,
  lead,
  me,
  queue,
  rowOf,
  sheetOf,
  workspace,
} from './sample-rows.ts';

const MINUTE = 60_000;

export type Thread = {
  conversation: ConversationRow;
  customer: CustomerRow;
  entries: TimelineEntry[];
  row: InboxRow;
  sheet: Sheet;
};

/** In the order of the list. Times hang on `now`. */
export function drawnThreads(now: number): Thread[] {
  const threads: Thread[] = [];
  const at = (minutes: number): number => now - minutes * MINUTE;
  const add = (thread: Thread): void => void threads.push(thread);

  // A call-back that is overdue.
  {
    const customer = customerOf('佐々木 健一', 'ささき けんいち', { rank: 'プレミアム' });
    const conversation = conversationOf(customer, 'phone', '折り返し:エアコン設置日の変更', now, {
      assigneeId: null,
      dueAt: now - 130_000,
      preview: '折り返し:エアコン設置日の変更',
    });
    const entries: TimelineEntry[] = [
      {
        kind: 'call',
        at: at(1100),
        id: id(),
        agentName: colleague.displayName,
        wrapUpCode: {
          id: id(),
          sv: 1,
          workspaceId: workspace.id,
          labelJa: '折り返し予約',
          labelEn: 'Callback booked',
          position: 1,
        },
        call: {
          id: id(),
          sv: 1,
          conversationId: conversation.id,
          customerId: customer.id,
          direction: 'in',
          fromMasked: '090-••••-5678',
          fromReason: null,
          queueId: queue.id,
          agentId: colleague.id,
          state: 'ended',
          offeredAt: at(1100),
          expiresAt: at(1099),
          answeredAt: at(1099),
          endedAt: at(1093),
          heldMs: 0,
          heldSince: null,
          cause: null,
          wrapUpCodeId: null,
          wrapUpNote: '設置日を 11/30 午前に変更したい。業者の空きを確認して折り返す約束。',
          wrapUpStartedAt: null,
          wrapUpEndedAt: null,
        },
        notes: [
          {
            id: id(),
            sv: 1,
            callId: id(),
            conversationId: conversation.id,
            text: '午前中は不在',
            offsetMs: 95_000,
            authorName: colleague.displayName,
            createdAt: at(1095),
            isPending: false,
          },
        ],
      },
    ];
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'overdue', { assigneeId: null }),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // A web chat with seconds left, the visitor typing.
  {
    const customer = customerOf('小林 大輔', 'こばやし だいすけ');
    const conversation = conversationOf(customer, 'webChat', 'パスワードの再設定', now, {
      dueAt: now + 95_000,
      unreadCount: 1,
      readSeq: 2,
      lastInSeq: 3,
      preview: 'パスワードの再設定ができません',
    });
    const entries = entriesOf(conversation, customer, [
      { text: 'こんにちは', receivedAt: at(9) },
      {
        direction: 'out',
        text: 'お問い合わせありがとうございます。ご用件をお聞かせください。',
        receivedAt: at(8),
        deliveryState: 'read',
      },
      { text: 'パスワードの再設定ができません', receivedAt: at(2) },
    ]);
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'within15Minutes'),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // The drawn LINE thread.
  {
    const customer = customerOf('田中 美咲', 'たなか みさき', {
      memberNumber: '1029-4471',
      since: now - 5.5 * 365 * 86_400_000,
    });
    const conversation = conversationOf(customer, 'line', 'ドライヤー KD-7 の返金時期', now, {
      dueAt: now + 252_000,
      unreadCount: 2,
      readSeq: 4,
      lastInSeq: 6,
      preview: 'もし難しければ、銀行振込でも大丈夫です',
      replyWindow: 'lineReplyToken',
      replyWindowClosesAt: now + 41_000,
    });
    const phone = conversationOf(customer, 'phone', '返品受付', now);
    const entries: TimelineEntry[] = [
      ...entriesOf(conversationOf(customer, 'mail', '出荷のお知らせ', now), customer, [
        { direction: 'out', text: 'ご注文 HK-20418 を発送いたしました。', receivedAt: at(7200) },
      ]),
      {
        kind: 'call',
        at: at(2600),
        id: id(),
        agentName: lead.displayName,
        wrapUpCode: { id: id(), sv: 1, workspaceId: workspace.id, labelJa: '返品受付', labelEn: 'Return', position: 1 },
        notes: [],
        call: {
          id: id(),
          sv: 1,
          conversationId: phone.id,
          customerId: customer.id,
          direction: 'in',
          fromMasked: '090-••••-4471',
          fromReason: null,
          queueId: queue.id,
          agentId: lead.id,
          state: 'ended',
          offeredAt: at(2600),
          expiresAt: at(2599),
          answeredAt: at(2599),
          endedAt: at(2599) + 372_000,
          heldMs: 0,
          heldSince: null,
          cause: null,
          wrapUpCodeId: null,
          wrapUpNote: 'ドライヤー KD-7 が初日から動かない。返品を希望。着払い伝票をメールで送付し、集荷を手配。',
          wrapUpStartedAt: null,
          wrapUpEndedAt: null,
        },
      },
      ...entriesOf(conversation, customer, [
        { text: 'おはようございます。\n先日返品した件ですが、返金はいつ頃になりますか?', receivedAt: at(11) },
        {
          direction: 'system',
          detail: { kind: 'event', event: 'assigned', who: me.displayName, params: {} },
          receivedAt: at(9),
        },
        {
          direction: 'out',
          text: '田中様、お問い合わせありがとうございます。返品の到着状況を確認いたします。少々お待ちください。',
          receivedAt: at(8),
          deliveryState: 'sent',
        },
        { direction: 'note', text: '倉庫着 11/22、検品OK。返金 12,800円の処理を経理へ依頼済み', receivedAt: at(6) },
        {
          text: 'ありがとうございます。カードの締め日が25日なので、それまでに処理されると助かります🙇',
          receivedAt: at(4),
        },
        { text: 'もし難しければ、銀行振込でも大丈夫です', receivedAt: at(3) },
      ]),
    ];
    const sheet = sheetOf(customer, conversation, now, {
      cautions: [
        {
          id: id(),
          sv: 1,
          customerId: customer.id,
          kind: 'care',
          text: '聞こえに配慮。電話は避け、文字で連絡',
          authorName: lead.displayName,
          createdAt: now,
        },
      ],
      handoverNotes: [
        {
          id: id(),
          sv: 1,
          customerId: customer.id,
          text: '返金の承認が下りたら、日付を明記してLINEで連絡をお願いします。',
          authorName: lead.displayName,
          createdAt: at(60),
          acknowledgedAt: null,
          acknowledgedByName: null,
          isAcknowledgePending: false,
        },
      ],
      merged: [
        {
          customerId: id(),
          displayName: 'みさき',
          kana: '',
          memberNumber: null,
          channels: ['line'],
          conversationCount: 2,
          isPending: false,
        },
      ],
      duplicates: [
        {
          customerId: id(),
          displayName: '田中 美咲',
          kana: 'たなか みさき',
          memberNumber: '1029-8831',
          channels: ['phone', 'mail'],
          conversationCount: 4,
          isPending: false,
          duplicateId: id(),
          reason: 'samePhone',
        },
      ],
    });
    add({ conversation, customer, entries, row: rowOf(conversation, customer, 'within15Minutes'), sheet });
  }
  {
    const customer = customerOf('@haru_mofu', '', { handlingState: 'caution', memberNumber: null, rank: null });
    const conversation = conversationOf(customer, 'x', null, now, {
      assigneeId: null,
      dueAt: now + 535_000,
      preview: '届いた食器が割れてたんですけど…',
    });
    add({
      conversation,
      customer,
      entries: entriesOf(conversation, customer, [
        {
          text: '',
          detail: { kind: 'sticker', packageId: '1', stickerId: '2', keywords: ['泣く', '困る'] },
          receivedAt: at(28),
        },
        {
          text: '',
          detail: { kind: 'image' },
          receivedAt: at(26),
          attachments: [file(conversation, 'IMG_2041.jpg', 'image/jpeg', 812_000)],
        },
        { text: '', redactedAt: at(23), receivedAt: at(24) },
        {
          direction: 'note',
          authorId: colleague.id,
          authorName: colleague.displayName,
          text: '公開の投稿のため、返信は広報に確認中',
          receivedAt: at(22),
        },
        { text: '届いた食器が割れてたんですけど…', receivedAt: at(20) },
      ]),
      row: rowOf(conversation, customer, 'within15Minutes'),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // The drawn mail thread, with every state of an outgoing message behind it.
  {
    const customer = customerOf('中村 由紀子', 'なかむら ゆきこ', {
      preferredChannel: 'mail',
      preferredNote: 'メール',
    });
    const conversation = conversationOf(customer, 'mail', 'Re: 10月分のご請求金額について', now, {
      dueAt: now + 760_000,
      preview: 'Re: 10月分のご請求金額について',
    });
    const head = {
      from: 'nakamura.y@example.jp',
      to: ['support@haruka.example'],
      cc: [],
      subject: 'Re: 10月分のご請求金額について',
      dmarc: 'pass' as const,
      remotePictures: 3,
      suspicious: false,
    };
    const text =
      'サポートご担当者様\n\nいつもお世話になっております。\n10月分のご請求が先月より2,980円高くなっています。\nオプションを追加した覚えはないのですが、内訳を教えていただけますでしょうか。\n\n> 10月分のご請求金額のお知らせです。\n> 合計 7,960円\n';
    const html =
      '<p>内訳のスクリーンショットをお送りします。</p><table border="1" cellpadding="6" style="border-collapse:collapse"><tr><th>項目</th><th>金額</th></tr><tr><td>基本料金</td><td style="text-align:right">4,980円</td></tr><tr><td style="color:#b3152f">延長保証プラン</td><td style="text-align:right">2,980円</td></tr></table><p>ご確認は<a href="https://mypage.haruka.example/bill">マイページ</a>からもできます。</p><blockquote>前回のメール</blockquote>';
    const entries: TimelineEntry[] = [
      ...entriesOf(conversation, customer, [
        {
          text,
          detail: { kind: 'mail', head },
          receivedAt: at(50),
          attachments: [
            file(conversation, '請求書_10月.pdf', 'application/pdf', 184_000),
            file(conversation, '明細スクリーンショット.png', 'image/png', 412_000),
          ],
        },
        {
          text: '内訳のスクリーンショットをお送りします。\n\n基本料金 4,980円\n延長保証プラン 2,980円',
          html,
          detail: { kind: 'mail', head: { ...head, remotePictures: 0, dmarc: 'fail' } },
          receivedAt: at(40),
        },
        {
          direction: 'out',
          text: '内訳を確認し、本日中にご連絡いたします。',
          receivedAt: at(30),
          deliveryState: 'failed',
          deliveryReason: 'mail-recipient-unknown',
        },
        {
          direction: 'out',
          text: '延長保証プランは10月1日からのご加入です。',
          receivedAt: at(20),
          deliveryState: 'needsReview',
          deliveryReason: 'smtp-outcome-unknown',
        },
      ]),
      {
        kind: 'pending',
        at: at(2),
        id: id(),
        commandId: id(),
        conversationId: conversation.id,
        channel: 'mail',
        what: 'reply',
        text: '中村様、ご連絡ありがとうございます。ご請求の内訳を確認いたします。',
        files: [],
        bytesUp: 0,
        mail: null,
        state: 'queued',
        reason: null,
        holdUntil: null,
      },
    ];
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'within15Minutes', { previewKind: 'draft', hasDraft: true }),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  return threads;
}
