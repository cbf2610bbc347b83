/**
 * `npm run peers`: installs the programs some suites talk to (a mail server) on Debian. Runs on Node 20 without any
 * dependency. Starts no daemon: the suites start their own, each with a configuration and ports of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const packages = ['dovecot-imapd', 'dovecot-lmtpd', 'postfix'];
/** How long to wait for another apt-get on this machine. */
const LOCK_TIMEOUT_S = 600;
const policyFile = '/usr/sbin/policy-rc.d';

function isInstalled(name) {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.endsWith(' installed');
}

function fail(sentence) {
  console.error(`peers: ${sentence}`);
  process.exit(1);
}

function apt(...args) {
  const { status, error } = spawnSync('apt-get', ['-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' },
  });
  if (status !== 0)
    fail(`apt-get ${args[0]} did not succeed${error ? ` (${error.message})` : ''}; its words stand above.`);
}

if (!existsSync('/usr/bin/apt-get')) {
  fail(
    `this is not Debian (no apt-get). Install Dovecot (IMAP, LMTP) and Postfix your own way; npm test finds them on PATH.`,
  );
}
const missing = packages.filter((name) => !isInstalled(name));
if (missing.length === 0) {
  console.log(`peers: nothing to do, ${packages.join(', ')} are installed`);
  process.exit(0);
}
if (process.getuid() !== 0) fail(`installing needs root. Give: sudo apt-get install ${missing.join(' ')}`);

/** Where the machine says itself which daemons may start, it keeps its word; elsewhere none starts now. */
const ownPolicy = !existsSync(policyFile);
if (ownPolicy) {
  writeFileSync(policyFile, '#!/bin/sh\n# Put here by `npm run peers` while it installs.\nexit 101\n', { mode: 0o755 });
  process.on('exit', () => {
    if (readFileSync(policyFile, 'utf8').includes('npm run peers')) rmSync(policyFile);
  });
}
// Postfix asks what mail it may carry; asked by nobody, it must not become a host of the internet.
spawnSync('debconf-set-selections', { input: 'postfix postfix/main_mailer_type select Local only\n' });
apt('update');
apt('install', '-y', '--no-install-recommends', ...missing);
console.log(`peers: installed ${missing.join(', ')}`);
