/** The words of the live view's own data. Only the type checker reads this file: no browser ever asks for it. */

declare global {
  /**
   * Per session token, what the feeder component pushed before the view was there, or the view's own door. It stays
   * with the page, since the feeder and the view are two components that cannot see each other.
   */
  var __bnviz: Record<string, FeedPush[] | FeedDoor> | undefined;
}

/** What the feeder component hands over on a rerun; `bytes` are messages, each prefixed by its length. */
export type FeedPush = { generation: number; bytes: Uint8Array<ArrayBuffer> };

export type FeedDoor = { push: (pushed: FeedPush) => void };
