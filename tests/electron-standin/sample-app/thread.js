/** Opens an encrypted file and answers frames out of it, as the core's thread does. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const db = new Database(workerData.file);
db.pragma("cipher='chacha20'");
db.pragma(`key="x'${workerData.key}'"`);
db.exec('create table if not exists word (id integer primary key, text text not null)');
parentPort.on('message', ({ id, text }) => {
  db.prepare('insert into word (text) values (?)').run(text);
  parentPort.postMessage({ id, words: db.prepare('select text from word order by id').pluck().all() });
});
