/** The demo centre 「ハルカ家電 サポート」 itself: workspace, people with their accounts, queues, channel accounts, codes. */
import { newId, type Random, seededRandom } from '../../shared/domain/clock.ts';
import type { RowOf } from '../../shared/domain/synced-kinds.ts';
import { demoKnowledge } from './demo-knowledge.ts';

export type DemoAgent = RowOf<'agent'> & { login: string; password: string; maySeePersonalData: boolean };

export type DemoSettings = {
  workspace: RowOf<'workspace'>;
  queues: { support: RowOf<'queue'>; social: RowOf<'queue'>; business: RowOf<'queue'> };
  agents: { suzuki: DemoAgent; ito: DemoAgent; sato: DemoAgent; bpo: DemoAgent; admin: DemoAgent };
  accounts: Record<
    'phone' | 'webChat' | 'mail' | 'line' | 'x' | 'instagram',
    RowOf<'channelAccount'> & { queueId: string }
  >;
  wrapUpCodes: RowOf<'wrapUpCode'>[];
  knowledge: RowOf<'knowledge'>[];
};

/** Makes the settings of the demo. `at` is the time (epoch ms) at which the centre is said to have been founded. */
export function generateSettings(at: number, random: Random): DemoSettings {
  // A generator of its own: what is written down for agents must not change the invented history.
  const beside = seededRandom(20_261_124);
  const id = <T>() => newId({ now: () => at }, random) as T;
  const workspaceId = id<RowOf<'workspace'>['id']>();
  const workspace: RowOf<'workspace'> = {
    id: workspaceId,
    sv: 0,
    name: 'ハルカ家電 サポート',
    colour: '#2B48C4',
    timeZone: 'Asia/Tokyo',
    locale: 'ja',
    isDemo: true,
  };
  const queue = (name: string, replyTargets: Record<string, number>): RowOf<'queue'> => ({
    id: id(),
    sv: 0,
    workspaceId,
    name,
    replyTargets,
  });
  const queues = {
    support: queue('総合窓口', { webChat: 15, line: 60, mail: 480, phone: 30 }),
    social: queue('SNS窓口', { x: 60, instagram: 120 }),
    business: queue('法人窓口', { mail: 240, phone: 30, webChat: 15 }),
  };
  const all = [queues.support.id, queues.social.id, queues.business.id];
  const agent = (
    displayName: string,
    kana: string,
    role: RowOf<'agent'>['role'],
    login: string,
    queueIds: RowOf<'agent'>['queueIds'],
    maySeePersonalData: boolean,
  ): DemoAgent => ({
    id: id(),
    sv: 0,
    displayName,
    kana,
    role,
    queueIds,
    state: 'active',
    login,
    password: `${login}-demo`,
    maySeePersonalData,
  });
  const agents = {
    suzuki: agent('鈴木 葵', 'すずき あおい', 'agent', 'suzuki', all, false),
    ito: agent('伊藤 蓮', 'いとう れん', 'agent', 'ito', all, false),
    sato: agent('佐藤 恵子', 'さとう けいこ', 'teamLead', 'sato', all, true),
    bpo: agent('BPO 高木 翼', 'たかぎ つばさ', 'agent', 'takagi', [queues.support.id], false),
    admin: agent('管理者 森田', 'もりた', 'admin', 'admin', all, true),
  };
  const account = (
    channel: RowOf<'channelAccount'>['channel'],
    name: string,
    address: string,
    queueId: string,
  ): RowOf<'channelAccount'> & { queueId: string } => ({
    // X and Instagram are history that can be read: nothing runs for them.
    id: id(),
    sv: 0,
    workspaceId,
    channel,
    name,
    address,
    isDemo: true,
    state: channel === 'x' || channel === 'instagram' ? 'off' : 'starting',
    queueId,
    lastSuccessAt: null,
    lastErrorAt: null,
    lastError: null,
    quotaLimit: null,
    quotaUsed: null,
  });
  return {
    workspace,
    queues,
    agents,
    accounts: {
      phone: account('phone', '代表電話', '+81120000111', queues.support.id),
      webChat: account('webChat', 'サイトのチャット', 'haruka.example', queues.support.id),
      mail: account('mail', 'サポート', 'support@haruka.example', queues.support.id),
      line: account('line', 'LINE 公式アカウント', '@haruka-kaden', queues.support.id),
      x: account('x', 'X 公式', '@haruka_kaden', queues.social.id),
      instagram: account('instagram', 'Instagram 公式', 'haruka.kaden', queues.social.id),
    },
    wrapUpCodes: [
      ['解決', 'Solved'],
      ['折り返し', 'Call back'],
      ['修理受付', 'Repair booked'],
      ['注文変更', 'Order changed'],
      ['苦情', 'Complaint'],
      ['間違い電話', 'Wrong number'],
    ].map(([labelJa = '', labelEn = ''], position) => ({ id: id(), sv: 0, workspaceId, labelJa, labelEn, position })),
    knowledge: demoKnowledge(
      workspaceId,
      agents.admin.displayName,
      at,
      () => newId({ now: () => at }, beside) as never,
    ),
  };
}
