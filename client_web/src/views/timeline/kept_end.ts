/** Whether the newest row is to stay in view while sizes change, and until they have settled. */

/** So many frames without a change and the rows are measured: in another width lines wrap elsewhere. */
const STILL_FRAMES = 12;
const MOST_FRAMES = 120;
/** So many frames away from the end while no size changes: somebody went there, by whatever way. */
const AWAY_FRAMES = 2;

/** The element that scrolls. */
export interface Scroller {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly clientWidth: number;
}

/** The browser's frames. An id is never 0. */
export interface Frames {
  ask(look: () => void): number;
  drop(id: number): void;
}

export class KeptEnd {
  private readonly log: Scroller;
  private readonly near: number;
  private readonly frames: Frames;
  private frame = 0;
  private atEnd: boolean;
  private size: string;

  /** `near`: so many pixels from the end count as there. */
  constructor(log: Scroller, near: number, frames: Frames) {
    this.log = log;
    this.near = near;
    this.frames = frames;
    this.atEnd = this.isAtEnd();
    this.size = this.outer();
  }

  /** A person or the page itself has put it where it stands now. */
  readonly scrolled = (): void => {
    if (this.frame === 0) this.atEnd = this.isAtEnd();
  };

  /** Its own size may have changed. Goes to the end if it was there, and holds it for a while. */
  readonly sized = (): void => {
    const now = this.outer();
    if (now !== this.size && this.atEnd) {
      this.toEnd();
      this.hold();
    }
    this.size = now;
  };

  /** Somebody scrolls, presses or types: from here they decide what is in view. */
  readonly release = (): void => {
    this.frames.drop(this.frame);
    this.frame = 0;
  };

  /** The page itself goes elsewhere, such as to a found message. Rows that are measured late pull nobody back. */
  readonly lead = (): void => {
    this.release();
    this.atEnd = false;
  };

  /** The page is where it led. A row that came on the way may have put the end just out of view. */
  readonly arrive = (): void => {
    this.scrolled();
    if (this.atEnd) this.toEnd();
  };

  private hold(): void {
    let [still, away, left, before] = [0, 0, MOST_FRAMES, this.inner()];
    const look = () => {
      const same = this.inner() === before;
      before = this.inner();
      still = same && this.isAtEnd() ? still + 1 : 0;
      away = same && !this.isAtEnd() ? away + 1 : 0;
      if (away === AWAY_FRAMES) {
        this.frame = 0;
        this.atEnd = false;
        return;
      }
      if (away === 0) this.toEnd();
      left -= 1;
      this.frame = still < STILL_FRAMES && left > 0 ? this.frames.ask(look) : 0;
    };
    this.frames.drop(this.frame);
    this.frame = this.frames.ask(look);
  }

  private toEnd(): void {
    this.log.scrollTop = this.log.scrollHeight;
  }

  private isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight <= this.near;
  }

  private outer(): string {
    return `${this.log.clientWidth} ${this.log.clientHeight}`;
  }

  private inner(): string {
    return `${this.log.scrollHeight} ${this.log.clientHeight}`;
  }
}
