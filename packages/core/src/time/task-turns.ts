/** Something to be run that reports its own failures. */
export interface Task {
  /** Runs what is due. Never throws. */
  run(): void;
}

/**
 * Runs tasks one after another and never inside each other: one that comes while another runs is run right after it, in the
 * same turn of the event loop and in the order of coming. So a chain of tasks, each of which causes the next, takes no more
 * stack than one.
 */
export class TaskTurns {
  #isRunning = false;
  readonly #due = new Set<Task>();

  /** Runs a task, now or right after those that are before it. A task that waits already is run once. */
  run(task: Task): void {
    if (!this.enter()) {
      this.#due.add(task);
      return;
    }
    try {
      task.run();
    } finally {
      this.leave();
    }
  }

  /** Begins a turn where none runs, for a caller that is its own task; it must `leave`. */
  enter(): boolean {
    if (this.#isRunning) return false;
    this.#isRunning = true;
    return true;
  }

  /** Ends a turn: whatever has become due meanwhile is run. */
  leave(): void {
    try {
      for (const task of this.#due) {
        this.#due.delete(task);
        task.run();
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
