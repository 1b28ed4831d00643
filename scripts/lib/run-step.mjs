import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** A step that could not be done. Its message is one line saying what to do; the step's own output came before it. */
export class StepError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'StepError';
    this.exitCode = exitCode;
  }
}

/**
 * Runs a program in this terminal and resolves with its exit code. A signal that ends this process ends the program first.
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runProgram(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', ...options });
    /** @type {NodeJS.Signals | undefined} */
    let received;
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // Ctrl-C reaches the program from the terminal itself; a second one would make npm and vitest stop half-way.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      received = signal;
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const release = () => void process.off('SIGINT', forward).off('SIGTERM', forward);
    child.once('error', (error) => {
      release();
      reject(new StepError(`${file} could not be started: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      release();
      const endedBy = received ?? signal;
      if (endedBy) reject(new StepError(`Stopped by ${endedBy}.`, endedBy === 'SIGINT' ? 130 : 143));
      else resolve(code ?? 1);
    });
  });
}

/**
 * Runs a command's steps; a StepError becomes its one line and its exit code, and anything else is a fault of ours, shown whole.
 * @param {() => Promise<number | void>} command resolves with the exit code; nothing leaves it as it is
 */
export async function runCommand(command) {
  try {
    process.exitCode = (await command()) ?? process.exitCode;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/**
 * @param {number} startedMs from performance.now()
 * @returns {string} for example `3.2 s`
 */
export function formatElapsed(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
