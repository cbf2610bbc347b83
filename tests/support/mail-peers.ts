/**
 * A real mail server for the suites: Dovecot (IMAP with IDLE, LMTP) and Postfix (one port for the world, one for agents
 * with login) in a folder of their own, on free loopback ports, with a certificate of their own. Ends what it started,
 * by pid. Both want to be started by root, as on any mail server.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { eventually } from './eventually.ts';
import { peers } from './peers.ts';

export type MailPorts = { imap: number; imaps: number; lmtp: number; sasl: number; smtp: number; smtps: number };

export type MailPeers = {
  ports: MailPorts;
  /** The certificate (PEM) that both show; clients trust it as their `ca`. */
  ca: string;
  /** Hands a mail to Postfix as any server of the world would; it lands in the recipient's mailbox. */
  deliver(raw: Buffer | string, to?: string, from?: string): Promise<void>;
  stopDovecot(): Promise<void>;
  startDovecot(): Promise<void>;
  /** Throws a mailbox's UIDs away, as a restored backup does; Dovecot must be stopped. */
  forgetUids(user: string): void;
  stop(): Promise<void>;
};

/** The password of every mailbox: any name is one. */
export const passwordOf = (user: string): string => `pw-${user}`;

/** Starts both; ready when both answer. */
export async function startMailPeers(): Promise<MailPeers> {
  const folder = mkdtempSync(join(tmpdir(), 'kanade-mail-'));
  chmodSync(folder, 0o755);
  const ports = await freePorts();
  const ca = makeCertificate(folder);
  for (const name of ['box', 'postfix', 'postfix/data', 'postfix/queue'])
    mkdirSync(join(folder, name), { mode: 0o755 });
  chownSync(join(folder, 'box'), idOf('-u', 'mail'), idOf('-g', 'mail'));
  chownSync(join(folder, 'postfix/data'), idOf('-u', 'postfix'), idOf('-g', 'postfix'));
  writeFileSync(join(folder, 'dovecot.conf'), dovecotConfig(folder, ports));
  writeFileSync(join(folder, 'postfix/main.cf'), postfixConfig(folder, ports));
  writeFileSync(join(folder, 'postfix/master.cf'), postfixServices(ports));
  writeFileSync(join(folder, 'postfix/bounce.cf'), bounceInJapanese());
  // One address of the customers that is taken in and cannot be delivered: the mail comes back.
  writeFileSync(join(folder, 'postfix/gone'), '/^gone@customer\\.test$/ gone@elsewhere.test\n');

  let dovecot: ChildProcess | null = null;
  let postfix: ChildProcess | null = null;
  const endAtExit = (): void => {
    if (dovecot?.pid !== undefined) killPid(-dovecot.pid);
    killPid(pidIn(join(folder, 'postfix/queue/pid/master.pid')));
  };
  process.once('exit', endAtExit);

  async function startDovecot(): Promise<void> {
    dovecot = spawn(peers.dovecot ?? 'dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], {
      stdio: 'ignore',
      // A group of its own, so that its sessions can be ended with it.
      detached: true,
    });
    await Promise.all(
      [ports.imap, ports.imaps, ports.lmtp, ports.sasl].map((port) => answers(port, 'Dovecot', folder)),
    );
  }
  async function stopDovecot(): Promise<void> {
    const group = dovecot?.pid;
    await end(dovecot);
    dovecot = null;
    // A session outlives the master: without this, an outage would not be one for who is connected already.
    if (group !== undefined) killPid(-group);
    // A new one could not listen where the old one still does.
    const open = [ports.imap, ports.imaps, ports.lmtp, ports.sasl];
    await eventually(async () => (await Promise.all(open.map(isUp))).every((isOne) => !isOne), {
      what: 'the end of Dovecot',
    });
  }

  /** Postfix keeps a line to Dovecot's logins and finds out only by using it that Dovecot has been away. */
  async function agentsCanLogIn(): Promise<void> {
    const auth = { user: 'ready', pass: passwordOf('ready') };
    const agents = nodemailer.createTransport({
      host: '127.0.0.1',
      port: ports.smtps,
      secure: true,
      auth,
      tls: { ca },
    });
    await eventually(() => agents.verify(), { what: 'the login of agents' });
    agents.close();
  }

  await startDovecot();
  postfix = spawn(peers.postfix ?? 'postfix', ['-c', join(folder, 'postfix'), 'start-fg'], { stdio: 'ignore' });
  await Promise.all([ports.smtp, ports.smtps].map((port) => answers(port, 'Postfix', folder)));
  const world = nodemailer.createTransport({ host: '127.0.0.1', port: ports.smtp, secure: false, ignoreTLS: true });

  return {
    ports,
    ca,
    async deliver(raw, to = 'support@centre.test', from = 'hanako@customer.test') {
      await world.sendMail({ envelope: { from, to: [to] }, raw });
    },
    async startDovecot() {
      await startDovecot();
      await agentsCanLogIn();
    },
    stopDovecot,
    forgetUids(user) {
      for (const name of [
        'dovecot-uidlist',
        'dovecot.index',
        'dovecot.index.log',
        'dovecot.index.cache',
        'dovecot-uidvalidity',
      ]) {
        rmSync(join(folder, 'box', user, name), { force: true });
      }
    },
    async stop() {
      world.close();
      killPid(pidIn(join(folder, 'postfix/queue/pid/master.pid')), 'SIGTERM');
      await Promise.all([end(postfix), stopDovecot()]);
      process.off('exit', endAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePorts(): Promise<MailPorts> {
  const servers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const numbers = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [imap = 0, imaps = 0, lmtp = 0, sasl = 0, smtp = 0, smtps = 0] = numbers;
  return { imap, imaps, lmtp, sasl, smtp, smtps };
}

function makeCertificate(folder: string): string {
  const subject = ['-subj', '/CN=mx.centre.test', '-addext', 'subjectAltName=DNS:mx.centre.test,IP:127.0.0.1'];
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    join(folder, 'key.pem'),
  ];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', join(folder, 'cert.pem'), '-days', '30', ...subject], {
    stdio: 'ignore',
  });
  return readFileSync(join(folder, 'cert.pem'), 'utf8');
}

function idOf(which: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [which, name], { encoding: 'utf8' }));
}

function isUp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function answers(port: number, what: string, folder: string): Promise<void> {
  try {
    await eventually(() => isUp(port), { withinMs: 20_000, what: `${what} on port ${port}` });
  } catch (error) {
    const logs = ['dovecot.log', 'postfix/postfix.log']
      .map((name) => join(folder, name))
      .filter((name) => existsSync(name));
    throw new Error(`${what} did not start:\n${logs.map((name) => readFileSync(name, 'utf8')).join('\n')}`, {
      cause: error,
    });
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function pidIn(file: string): number | null {
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8').trim(), 10) : Number.NaN;
  return Number.isNaN(pid) ? null : pid;
}

function killPid(pid: number | null, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === null) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function dovecotConfig(folder: string, ports: MailPorts): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:${folder}/box/%n
mail_max_userip_connections = 50
first_valid_uid = 1
default_login_user = dovenull
default_internal_user = dovecot
auth_mechanisms = plain login
auth_failure_delay = 0
recipient_delimiter = +
passdb {
  driver = static
  args = password=pw-%n
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/box/%n
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${ports.sasl}
  }
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
}
protocol lmtp {
  postmaster_address = postmaster@centre.test
}
lmtp_rcpt_check_quota = no
`;
}

function postfixConfig(folder: string, ports: MailPorts): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/postfix/queue
data_directory = ${folder}/postfix/data
maillog_file = ${folder}/postfix/postfix.log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.centre.test
mydestination =
mynetworks =
local_transport = error:no local
virtual_mailbox_domains = centre.test, customer.test
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:inet:127.0.0.1:${ports.lmtp}
default_transport = error:5.1.2 outside mail is off in tests
virtual_alias_maps = regexp:${folder}/postfix/gone
bounce_template_file = ${folder}/postfix/bounce.cf
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${ports.sasl}
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_security_level = may
message_size_limit = 41943040
mailbox_size_limit = 0
virtual_mailbox_limit = 0
biff = no
alias_maps =
alias_database =
smtpd_peername_lookup = no
`;
}

/** As a Japanese provider sets it up: the words in Japanese, the fields as everywhere. */
function bounceInJapanese(): string {
  const subject = Buffer.from('配送できませんでした').toString('base64');
  return `failure_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Mail Delivery System)
Subject: =?utf-8?B?${subject}?=

お送りいただいたメールは、次の宛先に配送できませんでした。
EOF
`;
}

function postfixServices(ports: MailPorts): string {
  return `
127.0.0.1:${ports.smtp} inet n - n - - smtpd
127.0.0.1:${ports.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}
