// Stands in for VS Code's native log writer, which npm builds at install and a machine without a compiler cannot have.
// Without it the Output panel stays empty. Files are not rotated: they live as long as one run.
const fs = require('node:fs');
const path = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = 2;
  #plain = false;

  constructor(_kind, _name, file) {
    this.#file = fs.openSync(file, 'a');
  }

  trace(message) { this.#write(0, message); }
  debug(message) { this.#write(1, message); }
  info(message) { this.#write(2, message); }
  warn(message) { this.#write(3, message); }
  error(message) { this.#write(4, message); }
  critical(message) { this.#write(5, message); }
  getLevel() { return this.#level; }
  setLevel(level) { this.#level = level; }
  setPattern() {}
  clearFormatters() { this.#plain = true; }
  flush() {}
  drop() {
    if (this.#file !== undefined) fs.closeSync(this.#file);
    this.#file = undefined;
  }

  #write(level, message) {
    if (this.#file === undefined || level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    fs.writeSync(this.#file, this.#plain ? message : `${time} [${names[level]}] ${message}\n`);
  }
}

async function create(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}

exports.version = 1;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
