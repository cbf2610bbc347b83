/**
 * Installs what package-lock.json names, when it is not installed yet; runs before every npm script that needs it.
 * Uses nothing but Node 20, because on a fresh clone there is nothing else. Never starts anything of the product,
 * never touches the data folder.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.setup-stamp');
const lockFile = join(root, '.setup-lock');

/** crypto.argon2, which hashes the passwords, came with Node 24.7. */
const NEEDED = [24, 7];
/** Below this npm and this very script are not known to work. */
const LOWEST_TO_INSTALL = 20;
/** A whole install takes about a minute on a slow line; after this another one is taken for dead. */
const WAIT_FOR_OTHER_MS = 10 * 60_000;

function fail(sentence) {
  console.error(`kanade: ${sentence}`);
  process.exit(1);
}

function isAtLeast(version, [major, minor]) {
  const [a, b] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** What is installed is right as long as these three are the same. */
function currentStamp() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, file)));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** npm leaves a lockfile of what it really installed; somebody who ran `npm install` needs no second one. */
function matchesWhatNpmInstalled() {
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    const names = Object.entries(manifest[kind] ?? {});
    const locked = wanted['']?.[kind] ?? {};
    if (names.length !== Object.keys(locked).length) return false;
    if (names.some(([name, version]) => locked[name] !== version)) return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    // npm leaves out what is made for another platform, and what only such a package needs.
    if (found === undefined) return entry.optional === true && !(entry.os !== undefined && fitsHere(entry));
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function fitsHere(entry) {
  const fits = (values, value) => {
    if (values === undefined) return true;
    const list = [values].flat();
    if (list.includes(`!${value}`)) return false;
    const allowed = list.filter((name) => !name.startsWith('!'));
    return allowed.length === 0 || allowed.includes(value);
  };
  const libc = process.report?.getReport?.().header.glibcVersionRuntime ? 'glibc' : 'musl';
  return (
    fits(entry.os, process.platform) &&
    fits(entry.cpu, process.arch) &&
    (process.platform !== 'linux' || fits(entry.libc, libc))
  );
}

/** Two commands started together must not install over each other: the second waits for the first. */
function takeLock() {
  const deadline = Date.now() + WAIT_FOR_OTHER_MS;
  for (;;) {
    try {
      const handle = openSync(lockFile, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      process.on('exit', () => rmSync(lockFile, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`this folder cannot be written (${error.code}): ${root}`);
    }
    if (!isOwnerAlive() || Date.now() > deadline) rmSync(lockFile, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

function isOwnerAlive() {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  console.log('kanade: installing what package-lock.json names (about a minute the first time) …');
  // The node that runs npm, not process.execPath: that one may be the node inside the folder npm ci deletes.
  const { npm_node_execpath: npmNode, npm_execpath: npmScript } = process.env;
  const underNpm = npmNode !== undefined && npmScript !== undefined && !npmNode.startsWith(modules);
  const result = underNpm
    ? spawnSync(npmNode, [npmScript, 'ci'], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm ci', { cwd: root, stdio: 'inherit', shell: true });
  if (result.status !== 0) {
    fail('npm ci did not finish; its own words stand above. Once the cause is gone, give the same command again.');
  }
}

/** npm puts node_modules/.bin first on PATH, so the node in there runs the product where there is one. */
function demandNode() {
  const own = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(own)) {
    const answer = spawnSync(own, ['-p', 'process.versions.node'], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (answer.status === 0 && isAtLeast(answer.stdout.trim(), NEEDED)) return;
    fail(`the Node that npm installed (${own}) does not run here; install Node ${NEEDED.join('.')} or newer instead.`);
  }
  if (isAtLeast(process.versions.node, NEEDED)) return;
  fail(
    `on ${process.platform}-${process.arch} npm has no Node to install, and this is Node ${process.versions.node}: ` +
      `Kanade needs Node ${NEEDED.join('.')} or newer here. Install it from nodejs.org and give the command again.`,
  );
}

if (!isAtLeast(process.versions.node, [LOWEST_TO_INSTALL, 0])) {
  fail(`this is Node ${process.versions.node}; Node ${LOWEST_TO_INSTALL} or newer is needed to install Kanade.`);
}
const stamp = currentStamp();
if (!isInstalled(stamp)) {
  takeLock();
  if (!isInstalled(stamp)) {
    if (!matchesWhatNpmInstalled()) install();
    demandNode();
    writeFileSync(stampFile, currentStamp());
  }
}
