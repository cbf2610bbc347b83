/**
 * Runs channels on a real Fastify and a real socket.io on 127.0.0.1, over contexts in memory: everything of a channel but
 * the server's own rooms. The whole server has `start-test-server.ts`.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { Server as SocketServer } from 'socket.io';
import type { ChannelAdapter, RunningChannel } from '../../src/server/channels/channel-adapter.ts';
import { type FakeChannelContext, fakeChannelContext } from './fake-channel-context.ts';

export type ChannelServer = {
  origin: string;
  port: number;
  fake: FakeChannelContext;
  channel: RunningChannel;
  stop(): Promise<void>;
};

/**
 * Starts one account of one channel under the key `test`.
 * @param given.fake an earlier server's memory, so that a restart finds what was stored
 * @param given.port 0 = any; an earlier server's port, so that clients find it again
 */
export async function startChannelServer(
  adapter: ChannelAdapter,
  given: {
    account?: Parameters<typeof fakeChannelContext>[0];
    parts?: Parameters<typeof fakeChannelContext>[1];
    fake?: FakeChannelContext;
    port?: number;
  } = {},
): Promise<ChannelServer> {
  const http = Fastify({ forceCloseConnections: true });
  const sockets = new SocketServer(http.server);
  const fake =
    given.fake ?? fakeChannelContext({ channel: adapter.channel, ...given.account }, { ...given.parts, http, sockets });
  adapter.registerRoutes?.(http, sockets, (key) => (key === 'test' ? fake.context : null));
  await http.listen({ host: '127.0.0.1', port: given.port ?? 0 });
  const channel = await adapter.start(fake.context);
  const { port } = http.server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    fake,
    channel,
    async stop() {
      await channel.stop();
      await sockets.close();
      await http.close();
    },
  };
}
