/** Two frames that arrive between two paintings are both painted: the second one waits for the first. */
/** @import { Message } from "./types" */

export class FramePace {
  /** @param {(message: Message) => void} take hands a message to the view */
  constructor(take) {
    this.take = take;
    /** @type {Message | null} */
    this.late = null;
  }

  /**
   * A FRAME has arrived; at most one waits, so that the picture is never older than one painting.
   * @param {Message} message
   * @param {boolean} unpainted whether the frame before it is still to be painted, and will be
   */
  offer(message, unpainted) {
    this.flush();
    if (unpainted) this.late = message;
    else this.take(message);
  }

  /** Hand on what waits: a painting is done, or another message comes that follows it. */
  flush() {
    const { late } = this;
    this.late = null;
    if (late) this.take(late);
  }
}
