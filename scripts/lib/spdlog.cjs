// Stands in for the compiled @vscode/spdlog, so that the browser VS Code needs no compiler:
// appends log lines to files.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical"];

class Logger {
  constructor(_type, _name, file, maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.level = 2;
    this.raw = false;
  }
  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace("T", " ").slice(0, 23);
    const line = this.raw ? message : `${time} [${LEVELS[level]}] ${message}\n`;
    try {
      const size = fs.existsSync(this.file) ? fs.statSync(this.file).size : 0;
      if (size > this.maxBytes) fs.renameSync(this.file, `${this.file}.1`);
      fs.appendFileSync(this.file, line);
    } catch {
      // The log folder went away with its window; there is nobody to tell.
    }
  }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.raw = true; }
  flush() {}
  drop() {}
}
for (const [name, level] of [["trace", 0], ["debug", 1], ["info", 2], ["warn", 3], ["error", 4], ["critical", 5]]) {
  Logger.prototype[name] = function (message) { this.write(level, message); };
}

async function createLogger(name, file, maxBytes) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger("rotating", name, file, maxBytes);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
